using System.Security.Claims;
using LaiChau.PointRegistry.Units;
using LaiChau.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.PointRegistry.People;

/// <summary>What is said of a team, when it is formed and when it is changed.</summary>
/// <param name="Since">First day; today, or as it was, when left out.</param>
/// <param name="Until">First day on which it is no more.</param>
internal sealed record TeamRequest(string Village, string UnitCode, DateOnly? Since = null, DateOnly? Until = null)
{
    /// <summary>The commune; or what is wrong, for the person who typed it.</summary>
    public async Task<(IReadOnlyList<UnitSince>? Places, ProblemHttpResult? Fault)> Check(
        PointRegistryDb db,
        Place place,
        Guid? self,
        DateOnly since,
        DateOnly today,
        CancellationToken ct
    )
    {
        if (Village.Trim() is not { Length: > 0 and <= 100 } village)
        {
            return (null, PointRegistryProblems.Invalid("village", "Tên thôn, bản phải có từ 1 đến 100 ký tự."));
        }
        if (since > today || Until <= since)
        {
            return (
                null,
                PointRegistryProblems.Invalid("since", "Ngày thành lập không ở tương lai và phải trước ngày giải thể.")
            );
        }
        var (places, fault) = await FindCommune.In(db, UnitCode, today, ct);
        if (places is null)
        {
            return (null, fault);
        }
        var unit = places[0].Unit;
        if (!place.Covers(unit.Code, Guid.Empty))
        {
            return (
                null,
                PointRegistryProblems.UnitOutOfPlace.With($"{unit.FullName} không thuộc phạm vi của tài khoản này.")
            );
        }
        var name = SearchText.Lower(village);
        var isThere = await db.Teams.AnyAsync(
            t =>
                t.Id != self && t.UnitCode == unit.Code && t.SearchText == name && (t.Until == null || t.Until > today),
            ct
        );
        return isThere
            ? (null, PointRegistryProblems.TeamExists.With($"{unit.FullName} đã có Tổ của {village}."))
            : (places, null);
    }
}

internal static class FormTeam
{
    public static async Task<Results<Created<TeamAnswer>, ProblemHttpResult>> Handle(
        TeamRequest request,
        ClaimsPrincipal user,
        PointRegistryDb db,
        TimeProvider time,
        ILogger<Team> log,
        CancellationToken ct
    )
    {
        await using var transaction = await PlaceLock.Shared(db, ct);
        var today = VietnamDay.Today(time);
        var since = request.Since ?? today;
        var (places, fault) = await request.Check(db, user.ManagedUnits(), null, since, today, ct);
        if (places is null)
        {
            return fault!;
        }
        var team = new Team
        {
            Id = Guid.CreateVersion7(time.GetUtcNow()),
            Since = since,
            Until = request.Until,
        };
        team.Rename(request.Village.Trim());
        // Of which commune the village was before this one is not known here.
        var first = since < places[0].Unit.ValidFrom ? places[0].Unit.ValidFrom : since;
        team.Join([places[0] with { Day = first }, .. places.Skip(1)]);
        team.Changed();
        db.Teams.Add(team);
        await db.SaveChangesAsync(ct);
        await transaction.Commit(ct);
        log.LogInformation("Team {TeamId} formed in {UnitCode} by {By}", team.Id, team.UnitCode, user.AccountId());
        return TypedResults.Created($"/api/points/teams/{team.Id}", TeamAnswer.Whole(team));
    }
}
