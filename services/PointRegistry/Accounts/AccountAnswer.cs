using LaiChau.PointRegistry.Acts;

namespace LaiChau.PointRegistry.Accounts;

internal sealed record AccountAnswer(
    Guid Id,
    string UserName,
    string Name,
    IReadOnlyList<string> Roles,
    string? UnitCode,
    Guid? PointId,
    ActReference? Act,
    DateTimeOffset CreatedAt,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset? DisabledAt,
    DateTimeOffset? SecondFactorSince,
    DateTimeOffset? ErasedAt
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
            ActReference.Of(account.Act),
            account.CreatedAt,
            account.ExpiresAt,
            account.DisabledAt,
            account.SecondFactorSince,
            account.ErasedAt
        );
}
