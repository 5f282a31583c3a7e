using LaiChau.PointRegistry.Accounts;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.PointRegistry.People.PersonalData;

/// <summary>One person, by whatever the register knows: an account, seats in teams, or both where somebody said that they are the same person's.</summary>
internal sealed record PersonOnRecord(Account? Account, IReadOnlyList<TeamMember> Members)
{
    public IReadOnlyList<Guid> Ids { get; } =
    [.. Account is null ? [] : new[] { Account.Id }, .. Members.Select(m => m.Id)];

    /// <summary>All that the register calls the person now.</summary>
    public IReadOnlyList<string> Names { get; } =
    [
        .. new[] { Account?.Name, Account?.UserName }
            .Concat(Members.SelectMany(m => new[] { m.Name, m.Phone }))
            .OfType<string>()
            .Distinct(),
    ];

    public static async Task<PersonOnRecord?> Find(PointRegistryDb db, Guid id, CancellationToken ct)
    {
        var member = await db.TeamMembers.Include(m => m.Team).SingleOrDefaultAsync(m => m.Id == id, ct);
        var accountId = member is null ? id : member.AccountId;
        var account = await db.Accounts.SingleOrDefaultAsync(a => a.Id == accountId, ct);
        if (member is null && account is null)
        {
            return null;
        }
        var others = await db
            .TeamMembers.Include(m => m.Team)
            .Where(m => account != null && m.AccountId == account.Id && m.Id != id)
            .ToListAsync(ct);
        return new(account, member is null ? others : [member, .. others]);
    }

    public static async Task<IReadOnlyList<Guid>> IdsOf(PointRegistryDb db, Guid id, CancellationToken ct) =>
        (await Find(db, id, ct))?.Ids ?? [];
}
