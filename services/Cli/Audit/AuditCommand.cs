using System.CommandLine;
using System.Globalization;
using LaiChau.Cli.Api;
using LaiChau.Cli.Keys;
using LaiChau.Cli.Output;
using LaiChau.Distribution;
using LaiChau.Distribution.Trust;

namespace LaiChau.Cli.Audit;

/// <summary>Verifies the services' audit trails from outside: nothing that a server says is believed that does not follow from a signature.</summary>
internal static class AuditCommand
{
    private const int MaxLength = 64 * 1024;

    public static Command Build(Shell shell) =>
        new("audit", "Nhật ký kiểm toán của nền tảng: ai đã thay đổi gì.") { Verify(shell) };

    private static Command Verify(Shell shell)
    {
        var root = new Option<FileInfo>("--root")
        {
            Description = "Tệp root.json nhận trực tiếp từ Sở: gốc để kiểm tra chữ ký.",
            Required = true,
        };
        var earlier = new Option<FileInfo[]>("--head")
        {
            Description =
                "Tệp N.audit.json đã giữ từ lần trước, lặp lại nếu nhiều: những gì có lúc đó phải còn nguyên.",
        };
        var save = new Option<DirectoryInfo?>("--save")
        {
            Description = "Giữ tệp N.audit.json hiện nay trong thư mục này cho lần sau.",
        };
        var command = new Command(
            "verify",
            "Kiểm tra nhật ký có bị sửa, xóa, đảo thứ tự hay cắt bớt so với lúc được ký không."
        )
        {
            root.AcceptExistingOnly(),
            earlier.AcceptExistingOnly(),
            save,
        };
        command.SetAction(
            async (parsed, ct) =>
            {
                var client = await shell.Connect(ct);
                var trust = await File.ReadAllBytesAsync(parsed.GetValue(root)!.FullName, ct);
                var newest = await client.ReadPlaneMetadata("audit.json", ct);
                var mirror = new MetadataMirror(client);
                var signed = await Read(newest, "audit.json", trust, mirror, ct);
                var heads = signed.Heads.ToList();
                foreach (var file in parsed.GetValue(earlier) ?? [])
                {
                    var kept = await File.ReadAllBytesAsync(file.FullName, ct);
                    heads.AddRange((await Read(kept, file.Name, trust, mirror, ct)).Heads);
                }
                var verdicts = new List<TrailVerdict>();
                foreach (var trail in heads.GroupBy(h => h.Service).OrderBy(g => g.Key, StringComparer.Ordinal))
                {
                    var rows = client.ReadAudit(trail.Key, ct);
                    verdicts.Add(await VerifyTrail.Run(trail.Key, [.. trail], rows, ct));
                }
                if (parsed.GetValue(save) is { } folder)
                {
                    folder.Create();
                    WholeFile.Write(Path.Combine(folder.FullName, $"{signed.Version}.audit.json"), newest);
                }
                shell.Answer(parsed, verdicts, v => Sheet.Table(v, Columns));
                return verdicts.Exists(v => v.Fault is not null) ? Lcp.Refused : Lcp.Done;
            }
        );
        return command;
    }

    private static readonly (string, Func<TrailVerdict, string?>)[] Columns =
    [
        ("Dịch vụ", v => v.Service),
        ("Số mục đúng", v => v.Entries.ToString(CultureInfo.InvariantCulture)),
        ("Đã xoá dữ liệu cá nhân", v => v.Erased.Count == 0 ? "" : $"mục {Numbers.Say(v.Erased)}"),
        ("Kết quả", v => v.Fault is null ? "nguyên vẹn" : $"KHÔNG NGUYÊN VẸN: {v.Fault}"),
    ];

    private static async Task<AuditHeads> Read(
        byte[] file,
        string name,
        byte[] trust,
        IMirror mirror,
        CancellationToken ct
    )
    {
        try
        {
            return await AuditHeads.Verify(file, trust, mirror, ct);
        }
        catch (DistributionException fault)
        {
            throw new CommandRefusedException(
                $"{name} không đúng chữ ký theo --root đã cho, hoặc bị hỏng ({fault.Code}: {fault.Message})."
            );
        }
    }

    /// <summary>Later roots, which carry their own proof.</summary>
    private sealed class MetadataMirror(PlatformClient client) : IMirror
    {
        public async Task<byte[]?> FetchMetadata(string name, int maxLength, CancellationToken ct)
        {
            try
            {
                var bytes = await client.ReadPlaneMetadata(name, ct);
                return bytes.Length <= Math.Min(maxLength, MaxLength) ? bytes : null;
            }
            catch (PlatformProblemException missing) when (missing.Status == System.Net.HttpStatusCode.NotFound)
            {
                return null;
            }
        }

        public Task<Stream?> OpenContent(string path, ByteRange? range, CancellationToken ct) =>
            Task.FromResult<Stream?>(null);
    }
}
