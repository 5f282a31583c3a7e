using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using LaiChau.Cli.Api;
using LaiChau.Cli.Output;
using LaiChau.Cli.Push;
using LaiChau.Distribution.Content;
using Spectre.Console.Rendering;

namespace LaiChau.Cli.Bulletins;

internal static class BulletinCommands
{
    public static Command Build(Shell shell) =>
        new("bulletin", "Bản tin: soạn, gửi duyệt, duyệt, rút.")
        {
            Create(shell),
            Attach(shell),
            List(shell),
            Act(shell, "show", "Xem một bản tin.", (client, id, ct) => client.GetBulletin(id, ct)),
            Act(shell, "submit", "Gửi duyệt.", (client, id, ct) => client.SubmitBulletin(id, ct)),
            Act(
                shell,
                "approve",
                "Duyệt; người duyệt phải khác người soạn.",
                (client, id, ct) => client.ApproveBulletin(id, ct)
            ),
            ActWithReason(
                shell,
                "return",
                "Trả lại cho người soạn.",
                (client, id, reason, ct) => client.ReturnBulletin(id, reason, ct)
            ),
            ActWithReason(
                shell,
                "withdraw",
                "Rút bản tin đã phát hành.",
                (client, id, reason, ct) => client.WithdrawBulletin(id, reason, ct)
            ),
        };

    private static Command Create(Shell shell)
    {
        var file = new Argument<FileInfo>("file") { Description = "Tệp JSON của bản tin." };
        var attach = new Option<FileInfo?>("--attach") { Description = "Tệp đính kèm (âm thanh, ảnh hoặc PDF)." };
        var language = new Option<string?>("--language") { Description = "Ngôn ngữ của tệp đính kèm." };
        var caption = new Option<string?>("--caption") { Description = "Chú thích của tệp đính kèm." };
        var command = new Command("create", "Tạo bản nháp từ tệp JSON.") { file, attach, language, caption };
        command.SetAction(
            async (parsed, ct) =>
            {
                var attached = parsed.GetValue(attach);
                if (attached is { Exists: false })
                {
                    throw new CommandRefusedException($"Không có tệp đính kèm «{attached}».");
                }
                var body = await Read(parsed.GetValue(file)!, ct);
                var client = await shell.Connect(ct);
                var bulletin = await client.CreateBulletin(body, ct);
                if (attached is not null)
                {
                    try
                    {
                        await Upload(
                            client,
                            bulletin.Id,
                            attached,
                            parsed.GetValue(language),
                            parsed.GetValue(caption),
                            ct
                        );
                    }
                    catch (Exception)
                    {
                        shell.Note(
                            $"Bản nháp {bulletin.Id} đã được tạo nhưng chưa có tệp đính kèm; gửi lại bằng «lcp bulletin attach»."
                        );
                        throw;
                    }
                    bulletin = await client.GetBulletin(bulletin.Id, ct);
                }
                return shell.Answer(parsed, bulletin, Describe);
            }
        );
        return command;
    }

    private static Command Attach(Shell shell)
    {
        var id = new Argument<Guid>("id") { Description = "Mã bản tin." };
        var file = new Argument<FileInfo>("file") { Description = "Tệp đính kèm (âm thanh, ảnh hoặc PDF)." };
        var language = new Option<string?>("--language") { Description = "Ngôn ngữ của tệp đính kèm." };
        var caption = new Option<string?>("--caption") { Description = "Chú thích." };
        var command = new Command("attach", "Thêm tệp đính kèm vào bản nháp.") { id, file, language, caption };
        command.SetAction(
            async (parsed, ct) =>
            {
                var attached = parsed.GetValue(file)!;
                if (!attached.Exists)
                {
                    throw new CommandRefusedException($"Không có tệp «{attached}».");
                }
                var client = await shell.Connect(ct);
                await Upload(
                    client,
                    parsed.GetValue(id),
                    attached,
                    parsed.GetValue(language),
                    parsed.GetValue(caption),
                    ct
                );
                return shell.Answer(parsed, await client.GetBulletin(parsed.GetValue(id), ct), Describe);
            }
        );
        return command;
    }

    private static Command List(Shell shell)
    {
        var state = new Option<string?>("--state") { Description = "Chỉ các bản tin ở trạng thái này." };
        state.AcceptOnlyFromAmong("draft", "submitted", "approved", "published", "withdrawn");
        var paging = new Paging();
        var command = new Command("list", "Các bản tin.") { state };
        paging.List(
            shell,
            command,
            (client, parsed, ct) =>
                client.ListBulletins(
                    parsed.GetValue(state),
                    parsed.GetValue(paging.Limit),
                    parsed.GetValue(paging.After),
                    ct
                ),
            ("Mã", b => b.Id.ToString()),
            ("Tên", b => b.Slug),
            ("Trạng thái", b => Sheet.Word(b.State)),
            ("Tiêu đề", Title),
            ("Người soạn", b => b.CreatedBy?.Name),
            ("Lúc", b => Sheet.Time(b.CreatedAt))
        );
        return command;
    }

    private static Command Act(
        Shell shell,
        string name,
        string description,
        Func<PlatformClient, Guid, CancellationToken, Task<Bulletin>> act
    )
    {
        var id = new Argument<Guid>("id") { Description = "Mã bản tin." };
        var command = new Command(name, description) { id };
        command.SetAction(
            async (parsed, ct) =>
                shell.Answer(parsed, await act(await shell.Connect(ct), parsed.GetValue(id), ct), Describe)
        );
        return command;
    }

    private static Command ActWithReason(
        Shell shell,
        string name,
        string description,
        Func<PlatformClient, Guid, string, CancellationToken, Task<Bulletin>> act
    )
    {
        var id = new Argument<Guid>("id") { Description = "Mã bản tin." };
        var reason = new Option<string>("--reason") { Description = "Lý do.", Required = true };
        var command = new Command(name, description) { id, reason };
        command.SetAction(
            async (parsed, ct) =>
                shell.Answer(
                    parsed,
                    await act(await shell.Connect(ct), parsed.GetValue(id), parsed.GetValue(reason)!, ct),
                    Describe
                )
        );
        return command;
    }

    private static async Task<JsonObject> Read(FileInfo file, CancellationToken ct)
    {
        try
        {
            await using var stream = file.OpenRead();
            return await JsonNode.ParseAsync(stream, cancellationToken: ct) as JsonObject
                ?? throw new CommandRefusedException($"«{file}»: bản tin phải là một đối tượng JSON.");
        }
        catch (JsonException fault)
        {
            throw new CommandRefusedException($"«{file}» không phải JSON hợp lệ: {fault.Message}");
        }
    }

    private static async Task Upload(
        PlatformClient client,
        Guid id,
        FileInfo file,
        string? language,
        string? caption,
        CancellationToken ct
    )
    {
        await using var content = file.OpenRead();
        await client.AttachToBulletin(id, file.Name, MediaTypes.Of(file.Name), content, language, caption, ct);
    }

    private static string? Title(Bulletin bulletin) =>
        bulletin.Texts.OrderByDescending(t => t.Language == "vi").FirstOrDefault()?.Title;

    private static IRenderable Describe(Bulletin bulletin) =>
        Sheet.Facts(
            ("Mã", bulletin.Id.ToString()),
            ("Tên", bulletin.Slug),
            ("Trạng thái", Sheet.Word(bulletin.State)),
            ("Tiêu đề", Title(bulletin)),
            ("Ngôn ngữ", string.Join(", ", bulletin.Texts.Select(t => t.Language))),
            ("Cơ quan", bulletin.Office),
            ("Tác giả", bulletin.Author),
            ("Đính kèm", string.Join(", ", bulletin.Attachments.Select(a => $"{a.Name} ({Sheet.Size(a.Size)})"))),
            ("Người soạn", bulletin.CreatedBy?.Name),
            ("Người duyệt", bulletin.ApprovedBy?.Name),
            ("Duyệt lúc", Sheet.Time(bulletin.ApprovedAt)),
            ("Bản phát hành", bulletin.Release is { } r ? $"{r.Id} ({Sheet.Word(r.State)})" : null)
        );
}
