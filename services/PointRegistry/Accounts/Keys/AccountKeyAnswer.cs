namespace LaiChau.PointRegistry.Accounts.Keys;

/// <param name="Thumbprint">RFC 7638: what its owner compares.</param>
internal sealed record AccountKeyAnswer(
    Guid Id,
    string Name,
    string Thumbprint,
    DateTimeOffset CreatedAt,
    DateTimeOffset? RevokedAt
)
{
    public static AccountKeyAnswer Of(AccountKey key) =>
        new(key.Id, key.Name, key.Thumbprint, key.CreatedAt, key.RevokedAt);
}
