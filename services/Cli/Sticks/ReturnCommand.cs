using System.CommandLine;
using LaiChau.Cli.Api;
using LaiChau.Cli.Output;

namespace LaiChau.Cli.Sticks;

/// <summary>Hands the server what points gave to a stick.</summary>
internal static class ReturnCommand
{
    /// <summary>As the agent names it.</summary>
    private const string Folder = "laichau-ve";

    /// <param name="File">Name of the point's file.</param>
    /// <param name="Point">Whose it is; null: nothing of it was taken.</param>
    /// <param name="Fault">Why not all was taken.</param>
    private sealed record Returned(string File, Guid? Point, int Accepted, int Duplicates, int Rejected, string? Fault);

    public static Command Build(Shell shell)
    {
        var from = new Option<DirectoryInfo>("--from")
        {
            Description = $"USB mang từ điểm về; số liệu nằm trong thư mục con «{Folder}».",
            Required = true,
        };
        var command = new Command(
            "return",
            "Nộp số liệu mà các điểm đã chép lên USB. Nộp lại nhiều lần cũng chỉ tính một lần; phần đã nhận xong được xóa khỏi USB."
        )
        {
            from.AcceptExistingOnly(),
        };
        command.SetAction(
            async (parsed, ct) =>
            {
                var folder = new DirectoryInfo(Path.Combine(parsed.GetValue(from)!.FullName, Folder));
                var files = folder.Exists ? folder.GetFiles("*.events") : [];
                if (files.Length == 0)
                {
                    throw new CommandRefusedException($"Trên USB này không có số liệu nào của điểm («{Folder}»).");
                }
                var client = await shell.Connect(ct);
                var all = new List<Returned>();
                foreach (var file in files.OrderBy(f => f.Name, StringComparer.Ordinal))
                {
                    var returned = await HandOver(client, file, ct);
                    if (returned.Fault is null)
                    {
                        file.Delete();
                    }
                    all.Add(returned);
                }
                shell.Answer(
                    parsed,
                    all,
                    rows =>
                        Sheet.Table(
                            rows,
                            ("Điểm", r => r.Point?.ToString() ?? r.File),
                            ("Mới", r => $"{r.Accepted}"),
                            ("Đã có", r => $"{r.Duplicates}"),
                            ("Bị từ chối", r => $"{r.Rejected}"),
                            ("Kết quả", r => r.Fault ?? "đã nhận, đã xóa khỏi USB")
                        )
                );
                return all.Exists(r => r.Fault is not null) ? Lcp.Refused : Lcp.Done;
            }
        );
        return command;
    }

    private static async Task<Returned> HandOver(PlatformClient client, FileInfo file, CancellationToken ct)
    {
        var sum = new Returned(file.Name, null, 0, 0, 0, null);
        try
        {
            foreach (var line in await File.ReadAllLinesAsync(file.FullName, ct))
            {
                var (point, taken) = await client.ReturnEvents(line, ct);
                sum = sum with
                {
                    Point = point,
                    Accepted = sum.Accepted + taken.Accepted,
                    Duplicates = sum.Duplicates + taken.Duplicates,
                    Rejected = sum.Rejected + taken.Rejected.Count,
                };
            }
            return sum;
        }
        catch (PlatformProblemException refusal)
        {
            return sum with { Fault = $"{refusal.Code}: {refusal.Detail ?? refusal.Message}" };
        }
    }
}
