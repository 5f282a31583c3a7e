using System.Security.Claims;
using System.Text.RegularExpressions;
using LaiChau.ServiceDefaults.Http;
using LaiChau.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.PointRegistry.People;

/// <summary>All that is kept of a person in a team.</summary>
/// <param name="Since">First day; today, or as it was, when left out.</param>
/// <param name="Until">First day on which it is over.</param>
/// <param name="AccountId">The account of the same person, where there is one.</param>
internal sealed partial record TeamMemberRequest(
    string Name,
    string? Phone = null,
    TeamRole Role = TeamRole.Member,
    DateOnly? Since = null,
    DateOnly? Until = null,
    Guid? AccountId = null
)
{
    /// <summary>Makes the member what this says; or the first thing wrong with it.</summary>
    public async Task<ProblemHttpResult?> Apply(
        TeamMember member,
        Team team,
        Place place,
        PointRegistryDb db,
        DateOnly today,
        CancellationToken ct
    )
    {
        var since = Since ?? (member.Since == default ? today : member.Since);
        if (Name.Trim() is not { Length: > 0 and <= 200 })
        {
            return PointRegistryProblems.Invalid("name", "Họ tên phải có từ 1 đến 200 ký tự.");
        }
        if (Phone?.Trim() is { Length: > 0 } typed && !PhoneNumber().IsMatch(typed))
        {
            return PointRegistryProblems.Invalid(
                "phone",
                "Số điện thoại cần ghi như «0912 345 678» hoặc «+84912345678»."
            );
        }
        if (since < team.Since || Until <= since)
        {
            return PointRegistryProblems.Invalid(
                "since",
                "Ngày vào Tổ không trước ngày thành lập Tổ và phải trước ngày thôi."
            );
        }
        // Anybody whose period meets this one.
        if (
            Role is TeamRole.Leader
            && team.Members.Exists(m =>
                m.Id != member.Id
                && m.Role is TeamRole.Leader
                && (Until is null || m.Since < Until)
                && (m.Until is null || m.Until > since)
            )
        )
        {
            return PointRegistryProblems.Invalid("role", "Tổ đã có tổ trưởng trong thời gian này.");
        }
        if (AccountId is not null && !await db.AccountsOf(place).AnyAsync(a => a.Id == AccountId, ct))
        {
            return PointRegistryProblems.AccountNotFound.With();
        }
        (member.Name, member.Phone) = (Name.Trim(), Phone?.Trim() is { Length: > 0 } phone ? phone : null);
        (member.Role, member.Since, member.Until, member.AccountId) = (Role, since, Until, AccountId);
        team.Changed();
        return null;
    }

    public override string ToString() => nameof(TeamMemberRequest);

    [GeneratedRegex(@"^\+?(\d[ .]?){8,14}\d\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex PhoneNumber();
}

internal static class ChangeTeamMember
{
    public static async Task<Results<Created<TeamMemberAnswer>, ProblemHttpResult>> Add(
        Guid id,
        TeamMemberRequest request,
        ClaimsPrincipal user,
        PointRegistryDb db,
        TimeProvider time,
        ILogger<TeamMember> log,
        CancellationToken ct
    )
    {
        var place = user.ManagedUnits();
        if (await db.TeamsOf(place).Find(id, ct) is not { } team)
        {
            return PointRegistryProblems.TeamNotFound.With();
        }
        var member = new TeamMember { Id = Guid.CreateVersion7(time.GetUtcNow()), Team = team };
        if (await request.Apply(member, team, place, db, VietnamDay.Today(time), ct) is { } fault)
        {
            return fault;
        }
        db.Add(member);
        await db.SaveChangesAsync(ct);
        log.LogInformation("Member {MemberId} added to team {TeamId} by {By}", member.Id, id, user.AccountId());
        return TypedResults.Created((string?)null, TeamMemberAnswer.Of(member));
    }

    /// <summary>Another telephone, another role, or the end: whoever left stays on record with the day.</summary>
    public static async Task<Results<Ok<TeamMemberAnswer>, ProblemHttpResult>> Handle(
        Guid id,
        TeamMemberRequest request,
        ClaimsPrincipal user,
        PointRegistryDb db,
        TimeProvider time,
        ILogger<TeamMember> log,
        CancellationToken ct
    )
    {
        var place = user.ManagedUnits();
        var teamId = await db.Set<TeamMember>().Where(m => m.Id == id).Select(m => m.TeamId).SingleOrDefaultAsync(ct);
        if (await db.TeamsOf(place).Find(teamId, ct) is not { } team)
        {
            return PointRegistryProblems.TeamMemberNotFound.With();
        }
        var member = team.Members.Single(m => m.Id == id);
        if (member.ErasedAt is not null)
        {
            return PointRegistryProblems.Erased();
        }
        if (await request.Apply(member, team, place, db, VietnamDay.Today(time), ct) is { } fault)
        {
            return fault;
        }
        await db.SaveChangesAsync(ct);
        log.LogInformation("Member {MemberId} of team {TeamId} changed by {By}", id, teamId, user.AccountId());
        return TypedResults.Ok(TeamMemberAnswer.Of(member));
    }
}
