using System.CommandLine;
using LaiChau.Cli.Api;
using LaiChau.Cli.Output;
using LaiChau.Cli.Push;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace LaiChau.Cli.Releases;

internal static class ReleaseCommands
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    public static Command List(Shell shell)
    {
        var package = new Option<string?>("--package") { Description = "Chỉ các bản của gói này." };
        var state = new Option<string?>("--state") { Description = "Chỉ các bản ở trạng thái này." };
        state.AcceptOnlyFromAmong(
            "awaitingApproval",
            "publishing",
            "published",
            "superseded",
            "recalling",
            "recalled",
            "rejected"
        );
        var paging = new Paging();
        var command = new Command("releases", "Các bản phát hành, mới nhất trước.") { package, state };
        paging.List(
            shell,
            command,
            (client, parsed, ct) =>
                client.ListReleases(
                    parsed.GetValue(package),
                    parsed.GetValue(state),
                    parsed.GetValue(paging.Limit),
                    parsed.GetValue(paging.After),
                    ct
                ),
            ("Mã", r => r.Id.ToString()),
            ("Gói", r => r.Package),
            ("Bản", r => $"{r.Version}"),
            ("Trạng thái", r => Sheet.Word(r.State)),
            ("Tiêu đề", r => Sheet.Text(r.Title)),
            ("Cỡ", r => Sheet.Size(r.Size)),
            ("Người đẩy", r => r.Author?.Name),
            ("Lúc", r => Sheet.Time(r.CreatedAt))
        );
        return command;
    }

    public static Command Show(Shell shell)
    {
        var id = Id();
        var command = new Command("show", "Xem một bản phát hành và các tệp của nó.") { id };
        command.SetAction(
            async (parsed, ct) =>
                shell.Answer(parsed, await (await shell.Connect(ct)).GetRelease(parsed.GetValue(id), ct), Describe)
        );
        return command;
    }

    public static Command Approve(Shell shell)
    {
        var id = Id();
        var wait = new Option<bool>("--wait") { Description = "Chờ đến khi phát hành xong." };
        var command = new Command("approve", "Duyệt một bản phát hành; người duyệt phải khác người đẩy.") { id, wait };
        command.SetAction(
            async (parsed, ct) =>
            {
                var client = await shell.Connect(ct);
                var release = await client.ApproveRelease(parsed.GetValue(id), ct);
                if (parsed.GetValue(wait))
                {
                    release = await client.WaitWhile(release.Id, "publishing", Patience, ct);
                }
                shell.Answer(parsed, release, Describe);
                return parsed.GetValue(wait) && release.State is not ("published" or "superseded")
                    ? Lcp.Refused
                    : Lcp.Done;
            }
        );
        return command;
    }

    public static Command Reject(Shell shell)
    {
        var id = Id();
        var reason = Reason("Lý do từ chối.");
        var command = new Command("reject", "Từ chối một bản đang chờ duyệt.") { id, reason };
        command.SetAction(
            async (parsed, ct) =>
            {
                var client = await shell.Connect(ct);
                return shell.Answer(
                    parsed,
                    await client.RejectRelease(parsed.GetValue(id), parsed.GetValue(reason)!, ct),
                    Describe
                );
            }
        );
        return command;
    }

    public static Command Recall(Shell shell)
    {
        var target = new Argument<string>("id|package")
        {
            Description = "Mã bản phát hành, hoặc tên gói (bản đang phát hành).",
        };
        var reason = Reason("Lý do thu hồi.");
        var message = ByLanguage.Option(
            "--message",
            "Lời nhắn cho người dân theo ngôn ngữ, ví dụ vi=\"Nội dung đã được thu hồi\"."
        );
        var wait = new Option<bool>("--wait") { Description = "Chờ đến khi lệnh thu hồi được phát đi." };
        var command = new Command("recall", "Thu hồi một bản đã phát hành khỏi mọi điểm hỗ trợ.")
        {
            target,
            reason,
            message,
            wait,
        };
        command.SetAction(
            async (parsed, ct) =>
            {
                var client = await shell.Connect(ct);
                var id = await Find(client, parsed.GetValue(target)!, ct);
                var release = await client.RecallRelease(id, parsed.GetValue(reason)!, parsed.GetValue(message), ct);
                if (parsed.GetValue(wait))
                {
                    release = await client.WaitWhile(release.Id, "recalling", Patience, ct);
                }
                shell.Answer(parsed, release, Describe);
                return parsed.GetValue(wait) && release.State != "recalled" ? Lcp.Refused : Lcp.Done;
            }
        );
        return command;
    }

    public static IRenderable Describe(Release release)
    {
        var facts = Sheet.Facts(
            ("Mã", release.Id.ToString()),
            ("Gói", release.Package),
            ("Bản", $"{release.Version}"),
            ("Trạng thái", Sheet.Word(release.State)),
            ("Tiêu đề", string.Join(" · ", release.Title.Select(t => $"{t.Key}: {t.Value}"))),
            ("Chuyên mục", release.Category),
            ("Ưu tiên", release.Priority),
            ("Ngôn ngữ", string.Join(", ", release.Languages)),
            ("Cỡ", Sheet.Size(release.Size)),
            ("Hiệu lực từ", Sheet.Time(release.ValidFrom)),
            ("Hiệu lực đến", Sheet.Time(release.ValidUntil)),
            ("Văn bản", release.Act),
            ("Người đẩy", release.Author?.Name),
            ("Người duyệt", release.ApprovedBy?.Name),
            ("Tạo lúc", Sheet.Time(release.CreatedAt)),
            ("Phát hành lúc", Sheet.Time(release.PublishedAt)),
            ("Thu hồi lúc", Sheet.Time(release.RecalledAt)),
            ("Lý do thu hồi", release.RecallReason),
            ("Đang hiển thị", release.Delivery is { } d ? $"{d.Showing}/{d.Expected} điểm" : null)
        );
        return release.Files is null or { Count: 0 }
            ? facts
            : new Rows(
                facts,
                Sheet.Table(
                    release.Files,
                    ("Tệp", f => f.Path),
                    ("Loại", f => f.MediaType),
                    ("Cỡ", f => Sheet.Size(f.Size)),
                    ("SHA-256", f => f.Sha256[..Math.Min(12, f.Sha256.Length)] + "…")
                )
            );
    }

    private static async Task<Guid> Find(PlatformClient client, string target, CancellationToken ct)
    {
        if (Guid.TryParse(target, out var id))
        {
            return id;
        }
        var published = await client.ListReleases(target, "published", 1, ct: ct);
        return published.Items.Count > 0
            ? published.Items[0].Id
            : throw new CommandRefusedException($"Gói «{target}» không có bản nào đang phát hành.");
    }

    private static Argument<Guid> Id() => new("id") { Description = "Mã bản phát hành." };

    private static Option<string> Reason(string description) =>
        new("--reason") { Description = description, Required = true };
}
