namespace LaiChau.PointRegistry.Accounts;

internal sealed record AccountAnswer(
    Guid Id,
    string UserName,
    string Name,
    IReadOnlyList<string> Roles,
    string? UnitCode,
    Guid? PointId,
    DateTimeOffset CreatedAt,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset? DisabledAt
)
{
    public static AccountAnswer Of(Account account) =>
        new(
            account.Id,
            account.UserName,
            account.Name,
            account.Roles,
            account.UnitCode,
            account.PointId,
            account.CreatedAt,
            account.ExpiresAt,
            account.DisabledAt
        );
}
