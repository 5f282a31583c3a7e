using LaiChau.Cli.Output;
using LaiChau.Distribution.Publishing;
using LaiChau.Distribution.Trust;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace LaiChau.Cli.Keys;

/// <summary>What a person checks before and after signing: version, expiry, who may sign what, what changes, who has signed.</summary>
internal sealed record MetadataSummary
{
    public required string File { get; init; }
    public required string Role { get; init; }
    public required long Version { get; init; }
    public required DateTimeOffset Expires { get; init; }

    /// <summary>The same on every machine that holds the same draft.</summary>
    public required string Content { get; init; }
    public required IReadOnlyList<RoleSummary> Roles { get; init; }

    /// <summary>Against the version before, in Vietnamese; null when that does not lie beside it.</summary>
    public required IReadOnlyList<string>? Changes { get; init; }
    public required IReadOnlyList<Needed> Signatures { get; init; }
    public bool Complete => Signatures.All(s => s.Enough);

    internal sealed record RoleSummary(string Role, int Threshold, IReadOnlyList<KeySummary> Keys);

    internal sealed record KeySummary(string KeyId, string? Owner)
    {
        public override string ToString() => $"{Owner ?? "khóa không ghi tên"} [{Fingerprint.OfKey(KeyId)}]";
    }

    /// <param name="By">The file that asks for these signatures.</param>
    internal sealed record Needed(
        string By,
        int Threshold,
        IReadOnlyList<KeySummary> Signed,
        IReadOnlyList<KeySummary> NotYet
    )
    {
        public bool Enough => Signed.Count >= Threshold;
    }

    public static MetadataSummary Of(CeremonyFolder folder, OfflineMetadata file)
    {
        var before = folder.Before(file);
        return new()
        {
            File = file.FileName,
            Role = file.Role,
            Version = file.Version,
            Expires = file.Expires,
            Content = Fingerprint.OfContent(file.Content),
            Roles =
            [
                .. file.Roles.Select(r => new RoleSummary(
                    r.Key,
                    r.Value.Threshold,
                    [.. r.Value.Keys.Select(k => Summary(k, file))]
                )),
            ],
            Changes =
                file.Version == 1 ? []
                : before is null ? null
                : [.. ChangesFrom(before, file)],
            Signatures =
            [
                .. folder
                    .Needs(file)
                    .Select(n => new Needed(
                        n.By.FileName,
                        n.Signers.Threshold,
                        [.. file.SignedBy(n.Signers).Select(k => Summary(k, n.By))],
                        [.. n.Signers.Keys.Except(file.SignedBy(n.Signers)).Select(k => Summary(k, n.By))]
                    )),
            ],
        };
    }

    public static IRenderable Describe(IReadOnlyList<MetadataSummary> summaries) =>
        new Rows(summaries.Select(Describe));

    public static IRenderable Describe(MetadataSummary summary) =>
        new Rows(
            Sheet.Facts(
                ("Tệp", $"{summary.File}: {Word(summary.Role)}, phiên bản {summary.Version}"),
                ("Hết hạn", Sheet.Time(summary.Expires)),
                ("Mã đối chiếu", summary.Content)
            ),
            Sheet.Table(
                summary.Roles.SelectMany(r => r.Keys.Select(k => (Role: r, Key: k))),
                (summary.Role == "root" ? "Vai trò" : "Nguồn phát", x => x.Role.Role),
                ("Cần", x => $"{x.Role.Threshold}/{x.Role.Keys.Count}"),
                ("Khóa của", x => x.Key.Owner ?? "(không ghi tên)"),
                ("Dấu vân khóa", x => Fingerprint.OfKey(x.Key.KeyId))
            ),
            Lines([.. ChangeLines(summary), .. summary.Signatures.SelectMany(SignatureLines)])
        );

    /// <summary>Whose keys the two roles are, in words.</summary>
    private static string Word(string role) =>
        role == "root" ? "tệp gốc tin cậy (ai được ký gì)" : "danh mục nguồn phát (mỗi nguồn ai ký)";

    private static IEnumerable<string> ChangeLines(MetadataSummary summary) =>
        summary.Changes switch
        {
            null => [$"Không có phiên bản {summary.Version - 1} bên cạnh để so sánh."],
            [] when summary.Version == 1 => ["Bản đầu tiên: mọi khóa ở trên là mới."],
            var changes => ["Thay đổi so với bản trước:", .. changes.Select(c => "  " + c)],
        };

    private static IEnumerable<string> SignatureLines(Needed needed) =>
        [
            $"Chữ ký theo {needed.By}: {needed.Signed.Count}, cần {needed.Threshold}"
                + (needed.Enough ? " (đủ)" : $" (còn thiếu {needed.Threshold - needed.Signed.Count})"),
            .. needed.Signed.Select(k => $"  đã ký: {k}"),
            .. needed.NotYet.Select(k => $"  chưa ký: {k}"),
        ];

    private static IEnumerable<string> ChangesFrom(OfflineMetadata before, OfflineMetadata file)
    {
        yield return $"hết hạn: {Sheet.Time(before.Expires)} → {Sheet.Time(file.Expires)}";
        foreach (var role in before.Roles.Keys.Except(file.Roles.Keys))
        {
            yield return $"BỎ nguồn phát «{role}»";
        }
        foreach (var (role, signers) in file.Roles)
        {
            if (!before.Roles.TryGetValue(role, out var old))
            {
                yield return $"THÊM nguồn phát «{role}», ký bởi {string.Join("; ", signers.Keys.Select(k => Summary(k, file)))}";
                continue;
            }
            if (old.Threshold != signers.Threshold)
            {
                yield return $"«{role}»: số chữ ký cần {old.Threshold} → {signers.Threshold}";
            }
            foreach (var key in signers.Keys.ExceptBy(old.Keys.Select(k => k.Public), k => k.Public))
            {
                yield return $"«{role}»: THÊM khóa {Summary(key, file)}";
            }
            foreach (var key in old.Keys.ExceptBy(signers.Keys.Select(k => k.Public), k => k.Public))
            {
                yield return $"«{role}»: BỎ khóa {Summary(key, before)}";
            }
        }
    }

    private static KeySummary Summary(TufKey key, OfflineMetadata owners) =>
        new(key.KeyId, owners.Owners.GetValueOrDefault(key.KeyId));

    private static Text Lines(IReadOnlyList<string> lines) =>
        new(string.Concat(lines.Select(l => Sheet.Printable(l) + Environment.NewLine)));
}
