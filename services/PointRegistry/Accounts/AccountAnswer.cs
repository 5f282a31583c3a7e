namespace LaiChau.PointRegistry.Accounts;

internal sealed record AccountAnswer(
    Guid Id,
    string UserName,
    string Name,
    IReadOnlyList<string> Roles,
    DateTimeOffset CreatedAt,
    DateTimeOffset? DisabledAt
)
{
    public static AccountAnswer Of(Account account) =>
        new(account.Id, account.UserName, account.Name, account.Roles, account.CreatedAt, account.DisabledAt);
}
