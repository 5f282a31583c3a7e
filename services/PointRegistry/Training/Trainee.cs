using LaiChau.PointRegistry.Units;
using LaiChau.ServiceDefaults.Identity;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.PointRegistry.Training;

/// <summary>A person of the staff with the place where he works: an account that is bound to one, a member of a team, or both in one.</summary>
internal sealed record Trainee(
    string Name,
    Guid? AccountId,
    Guid? MemberId,
    IReadOnlyList<string> Roles,
    Guid? PointId,
    string? PointName,
    Guid? TeamId,
    string? Village,
    Unit Unit
)
{
    /// <summary>What lists are sorted by: the place first.</summary>
    public string Key { get; } =
        string.Join(
            '\u001f',
            SearchText.Plain(Unit.Name),
            Unit.Code,
            SearchText.Plain(PointName ?? Village ?? ""),
            SearchText.Plain(Name),
            $"{AccountId ?? MemberId:N}"
        );

    public bool Is(Guid? account, Guid? member) =>
        (account is not null && account == AccountId) || (member is not null && member == MemberId);
}

/// <summary>Everybody of a place, in memory: a province has some ten thousand of them.</summary>
internal static class Trainees
{
    public static async Task<List<Trainee>> Of(PointRegistryDb db, Place place, TimeProvider time, CancellationToken ct)
    {
        var (now, today) = (time.GetUtcNow(), VietnamDay.Today(time));
        var units = await UnitMap.Load(db, today, ct);
        var accounts = await db.AccountsOf(place)
            .AsNoTracking()
            .Where(a => a.PointId != null || a.UnitCode != null)
            .Where(a => a.DisabledAt == null && (a.ExpiresAt == null || a.ExpiresAt > now))
            .ToListAsync(ct);
        var points = await db
            .Points.AsNoTracking()
            .Where(p => db.Accounts.Any(a => a.PointId == p.Id))
            .Select(p => new
            {
                p.Id,
                p.Name,
                p.UnitCode,
            })
            .ToDictionaryAsync(p => p.Id, ct);
        var members = await db.TeamsOf(place)
            .AsNoTracking()
            .Where(t => t.Since <= today && (t.Until == null || t.Until > today))
            .SelectMany(t => t.Members)
            .Where(m => m.Since <= today && (m.Until == null || m.Until > today))
            .Include(m => m.Team)
            .ToListAsync(ct);
        var inTeams = members.Where(m => m.AccountId is not null).ToLookup(m => m.AccountId!.Value);
        var found = new List<Trainee>();
        foreach (var account in accounts)
        {
            var point = account.PointId is { } id ? points.GetValueOrDefault(id) : null;
            var member = inTeams[account.Id].FirstOrDefault();
            if (units.Find(point?.UnitCode ?? account.UnitCode) is { } unit)
            {
                found.Add(
                    new(
                        account.Name,
                        account.Id,
                        member?.Id,
                        account.Roles,
                        point?.Id,
                        point?.Name,
                        member?.TeamId,
                        member?.Team.Village,
                        unit
                    )
                );
            }
        }
        var known = found.Select(t => t.AccountId).ToHashSet();
        found.AddRange(
            from member in members
            where member.AccountId is null || !known.Contains(member.AccountId)
            let unit = units.Find(member.Team.UnitCode)
            where unit is not null
            select new Trainee(
                member.Name,
                member.AccountId,
                member.Id,
                [],
                null,
                null,
                member.TeamId,
                member.Team.Village,
                unit
            )
        );
        return [.. found.OrderBy(t => t.Key, StringComparer.Ordinal)];
    }
}
