using LaiChau.Distribution.Trust;

namespace LaiChau.Distribution.Publishing;

/// <summary>Who signs a role.</summary>
/// <param name="Threshold">How many of the keys must have signed, ≥ 1.</param>
/// <param name="Keys">Public keys.</param>
public sealed record RoleSigners(int Threshold, IReadOnlyList<TufKey> Keys)
{
    /// <summary>One key, threshold 1.</summary>
    public static RoleSigners One(SigningKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return new(1, [key.Public]);
    }

    /// <summary>True when the keys at hand suffice for the threshold.</summary>
    public bool CanBeReachedWith(IReadOnlyCollection<SigningKey> keys) =>
        Keys.Count(k => keys.Any(s => s.Public.Public == k.Public)) >= Threshold;

    /// <summary>Those of the keys at hand that are this role's, under the ids that metadata gives them.</summary>
    internal IEnumerable<(string KeyId, SigningKey Key)> At(IReadOnlyCollection<SigningKey> keys) =>
        Keys.Select(k => (k.KeyId, Key: keys.FirstOrDefault(s => s.Public.Public == k.Public)!))
            .Where(k => k.Key is not null);

    internal RoleKeys ToRoleKeys() => new(Keys, Threshold);

    internal static RoleSigners From(RoleKeys role) => new(role.Threshold, role.Keys);

    internal void Check(string role)
    {
        var distinct = Keys.DistinctBy(k => k.Public, StringComparer.Ordinal).Count();
        if (Threshold < 1 || distinct < Threshold || distinct != Keys.Count)
        {
            throw new ArgumentException(
                $"Role {role} needs a threshold of at least 1 and as many different keys.",
                nameof(role)
            );
        }
    }
}

/// <summary>All roles of a repository and who signs them.</summary>
public sealed record RepositoryDesign
{
    /// <summary>Offline; signs this design.</summary>
    public required RoleSigners Root { get; init; }

    /// <summary>Offline; says which feeds there are and who signs them.</summary>
    public required RoleSigners Targets { get; init; }

    /// <summary>Online.</summary>
    public required RoleSigners Snapshot { get; init; }

    /// <summary>Online.</summary>
    public required RoleSigners Timestamp { get; init; }

    /// <summary>One delegated role per feed; the name is <c>[a-z0-9]+(-[a-z0-9]+)*</c>.</summary>
    public required IReadOnlyDictionary<string, RoleSigners> Feeds { get; init; }
}

/// <summary>How long each role's metadata is good for. A role is signed anew once half its time is over and its keys are at hand.</summary>
public sealed record MetadataLifetimes
{
    /// <summary>Default 2 years.</summary>
    public TimeSpan Root { get; init; } = TimeSpan.FromDays(730);

    /// <summary>Default 1 year.</summary>
    public TimeSpan Targets { get; init; } = TimeSpan.FromDays(365);

    /// <summary>Default 180 days: signing a feed anew makes every point fetch it anew.</summary>
    public TimeSpan Feed { get; init; } = TimeSpan.FromDays(180);

    /// <summary>Default 30 days.</summary>
    public TimeSpan Snapshot { get; init; } = TimeSpan.FromDays(30);

    /// <summary>Default 7 days: bounds a freeze, and leaves a stick time to travel.</summary>
    public TimeSpan Timestamp { get; init; } = TimeSpan.FromDays(7);
}
