using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Unicode;
using LaiChau.Distribution.Publishing;

namespace LaiChau.Cli.Keys;

/// <summary>ceremony.json: who shall sign what, by the names of the public keys that lie beside it. Written and read by people.</summary>
internal sealed record CeremonyPlan
{
    public const string FileName = "ceremony.json";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        Encoder = JavaScriptEncoder.Create(UnicodeRanges.All),
    };

    /// <summary>The day from which lifetimes count: with it, the same plan gives the same files on every machine.</summary>
    public required DateOnly Date { get; init; }
    public required OfflineSigners Root { get; init; }
    public required OfflineSigners Targets { get; init; }
    public required OnlineSigners Snapshot { get; init; }
    public required OnlineSigners Timestamp { get; init; }
    public required IReadOnlyDictionary<string, OnlineSigners> Feeds { get; init; }

    /// <param name="Days">How long it is good for.</param>
    internal sealed record OfflineSigners(int Threshold, IReadOnlyList<string> Keys, int Days);

    internal sealed record OnlineSigners(IReadOnlyList<string> Keys, int Threshold = 1);

    /// <exception cref="CommandRefusedException">Not such a plan.</exception>
    public static CeremonyPlan Read(string path)
    {
        try
        {
            var plan =
                JsonSerializer.Deserialize<CeremonyPlan>(File.ReadAllText(path), Json)
                ?? throw new JsonException("null");
            plan.Check();
            return plan;
        }
        catch (JsonException bad)
        {
            throw new CommandRefusedException($"{path} chưa đúng: {bad.Message}");
        }
    }

    public string ToJson() => JsonSerializer.Serialize(this, Json) + '\n';

    /// <summary>The plan with its keys, which lie in <paramref name="folder"/>.</summary>
    public (RepositoryDesign Design, IReadOnlyDictionary<string, string> Owners) Resolve(string folder)
    {
        var keys = AllRoles()
            .SelectMany(r => r.Keys)
            .Distinct(StringComparer.Ordinal)
            .ToDictionary(n => n, n => PublicKeyFile.Read(folder, n), StringComparer.Ordinal);
        if (keys.Values.GroupBy(k => k.Key.KeyId).FirstOrDefault(g => g.Count() > 1) is { } twice)
        {
            throw Refuse($"các tệp {string.Join(", ", twice.Select(k => k.Name))} là cùng một khóa");
        }
        RoleSigners Signers(int threshold, IReadOnlyList<string> names) =>
            new(threshold, [.. names.Select(n => keys[n].Key)]);
        return (
            new()
            {
                Root = Signers(Root.Threshold, Root.Keys),
                Targets = Signers(Targets.Threshold, Targets.Keys),
                Snapshot = Signers(Snapshot.Threshold, Snapshot.Keys),
                Timestamp = Signers(Timestamp.Threshold, Timestamp.Keys),
                Feeds = Feeds.ToDictionary(
                    f => f.Key,
                    f => Signers(f.Value.Threshold, f.Value.Keys),
                    StringComparer.Ordinal
                ),
            },
            keys.Values.ToDictionary(k => k.Key.KeyId, k => k.Owner, StringComparer.Ordinal)
        );
    }

    public DateTimeOffset Expires(OfflineSigners role) =>
        new(Date.ToDateTime(TimeOnly.MinValue).AddDays(role.Days), TimeSpan.Zero);

    private IEnumerable<(string Role, int Threshold, IReadOnlyList<string> Keys)> AllRoles() =>
        [
            ("root", Root.Threshold, Root.Keys),
            ("targets", Targets.Threshold, Targets.Keys),
            ("snapshot", Snapshot.Threshold, Snapshot.Keys),
            ("timestamp", Timestamp.Threshold, Timestamp.Keys),
            .. Feeds.Select(f => (f.Key, f.Value.Threshold, f.Value.Keys)),
        ];

    private void Check()
    {
        foreach (var (role, threshold, keys) in AllRoles())
        {
            if (keys.Distinct(StringComparer.Ordinal).Count() != keys.Count)
            {
                throw Refuse($"vai trò «{role}» ghi một khóa hai lần");
            }
            if (threshold < 1 || threshold > keys.Count)
            {
                throw Refuse($"vai trò «{role}» cần {threshold} chữ ký mà có {keys.Count} khóa");
            }
        }
        if (Root.Days < 1 || Targets.Days < 1)
        {
            throw Refuse("số ngày hiệu lực (days) phải từ 1 trở lên");
        }
        string[] roles = ["root", "targets", "snapshot", "timestamp"];
        if (Feeds.Keys.FirstOrDefault(f => roles.Contains(f) || !PublicKeyFile.IsName(f)) is { } bad)
        {
            throw Refuse($"«{bad}» không dùng làm tên nguồn phát được");
        }
        var online = AllRoles().Skip(2).SelectMany(r => r.Keys).ToHashSet(StringComparer.Ordinal);
        if (Root.Keys.Concat(Targets.Keys).FirstOrDefault(online.Contains) is { } both)
        {
            throw Refuse($"khóa «{both}» vừa ngoại tuyến (root, targets) vừa trực tuyến: hai loại khóa phải tách nhau");
        }
    }

    private static CommandRefusedException Refuse(string why) => new($"Kế hoạch {FileName} chưa đúng: {why}.");
}
