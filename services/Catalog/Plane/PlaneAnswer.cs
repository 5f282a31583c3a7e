using LaiChau.Distribution.Publishing;
using LaiChau.Distribution.Trust;

namespace LaiChau.Catalog.Plane;

/// <summary>The plane as those who look after it see it.</summary>
/// <param name="Warnings">What somebody should do something about; empty when all is well.</param>
internal sealed record PlaneAnswer(IReadOnlyList<PlaneAnswer.Role> Roles, IReadOnlyList<PlaneAnswer.Warning> Warnings)
{
    private static readonly TimeSpan Early = TimeSpan.FromDays(60);
    private static readonly MetadataLifetimes Lifetimes = new();

    /// <param name="Online">Signed by the catalog without a person; root and targets are signed with offline keys.</param>
    /// <param name="CanSign">Enough of its keys are at hand.</param>
    internal sealed record Role(
        string Name,
        long Version,
        DateTimeOffset Expires,
        int Threshold,
        IReadOnlyList<Key> Keys,
        bool Online,
        bool CanSign
    );

    /// <param name="Owner">As signed in root or targets.</param>
    internal sealed record Key(string Id, string? Owner, bool AtHand);

    /// <param name="Text">For the people of the platform, in Vietnamese.</param>
    internal sealed record Warning(string Code, string? Role, string Text);

    public static PlaneAnswer Of(RepositoryState state, KeyFolder folder, CatalogOptions options, DateTimeOffset now)
    {
        var warnings = new List<Warning>();
        IReadOnlyCollection<SigningKey> atHand = [];
        try
        {
            atHand = folder.Load();
        }
        catch (KeyUnreadableException bad)
        {
            warnings.Add(
                new("key-unreadable", null, $"«{bad.File}» trong thư mục khóa không phải khóa ký không có mật khẩu.")
            );
        }
        var roles = RolesOf(state, atHand);
        warnings.AddRange(roles.SelectMany(r => About(r, options, now)));
        warnings.AddRange(
            options
                .Feeds.Where(f => roles.All(r => r.Name != f))
                .Select(f => new Warning(
                    "feed-missing",
                    f,
                    $"Nguồn phát «{f}» có trong cấu hình nhưng chưa có trong mặt phẳng phân phối: cần bản targets mới, ký bằng khóa ngoại tuyến (lcp keys draft, sign, install)."
                ))
        );
        return new(roles, warnings);
    }

    private static List<Role> RolesOf(RepositoryState state, IReadOnlyCollection<SigningKey> atHand)
    {
        var (design, versions, expires, owners) = (state.Design, state.Versions, state.Expires, state.Owners);
        var signers = new (string Name, RoleSigners Signers, bool Online)[]
        {
            ("root", design.Root, false),
            ("targets", design.Targets, false),
            ("snapshot", design.Snapshot, true),
            ("timestamp", design.Timestamp, true),
        };
        return
        [
            .. signers
                .Concat(
                    design
                        .Feeds.OrderBy(f => f.Key, StringComparer.Ordinal)
                        .Select(f => (Name: f.Key, Signers: f.Value, Online: true))
                )
                .Select(r => new Role(
                    r.Name,
                    versions[r.Name],
                    expires[r.Name],
                    r.Signers.Threshold,
                    [
                        .. r.Signers.Keys.Select(k => new Key(
                            k.KeyId,
                            owners.GetValueOrDefault(k.KeyId),
                            atHand.Any(a => a.Public.Public == k.Public)
                        )),
                    ],
                    r.Online,
                    r.Signers.CanBeReachedWith(atHand)
                )),
        ];
    }

    private static IEnumerable<Warning> About(Role role, CatalogOptions options, DateTimeOffset now)
    {
        var left = role.Expires - now;
        if (left <= TimeSpan.Zero)
        {
            yield return new(
                "expired",
                role.Name,
                $"«{role.Name}» đã hết hạn ngày {role.Expires:dd/MM/yyyy}: các điểm không nhận bản mới nữa."
            );
        }
        else if (left < EarlyFor(role))
        {
            yield return new(
                "expires-soon",
                role.Name,
                $"«{role.Name}» hết hạn ngày {role.Expires:dd/MM/yyyy}, còn {(int)left.TotalDays} ngày"
                    + (role.Online ? "; lẽ ra đã được ký lại." : ": hãy ký bản mới (lcp keys draft --renew).")
            );
        }
        if (role is { Online: true, CanSign: false })
        {
            yield return new(
                "key-missing",
                role.Name,
                $"Không đủ khóa trực tuyến của «{role.Name}» trong thư mục khóa: không ký được."
            );
        }
        if (!role.Online && !options.Keys.CreateIfMissing && role.Keys.Any(k => k.AtHand))
        {
            yield return new(
                "offline-key-at-hand",
                role.Name,
                $"Khóa ngoại tuyến của «{role.Name}» nằm trên máy chủ: hãy cất đi."
            );
        }
    }

    /// <summary>Online roles are renewed at half their time at the latest: a third left means that nobody does.</summary>
    private static TimeSpan EarlyFor(Role role) =>
        role.Name switch
        {
            "root" or "targets" => Early,
            "snapshot" => Lifetimes.Snapshot / 3,
            "timestamp" => Lifetimes.Timestamp / 3,
            _ => Lifetimes.Feed / 3,
        };
}
