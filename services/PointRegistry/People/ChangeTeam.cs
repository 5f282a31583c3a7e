using System.Security.Claims;
using LaiChau.PointRegistry.Units;
using LaiChau.ServiceDefaults.Http;
using LaiChau.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LaiChau.PointRegistry.People;

/// <summary>Another name, another commune, or its end.</summary>
internal static class ChangeTeam
{
    public static async Task<Results<Ok<TeamAnswer>, ProblemHttpResult>> Handle(
        Guid id,
        TeamRequest request,
        HttpRequest http,
        ClaimsPrincipal user,
        PointRegistryDb db,
        TimeProvider time,
        ILogger<Team> log,
        CancellationToken ct
    )
    {
        await using var transaction = await PlaceLock.Shared(db, ct);
        var place = user.ManagedUnits();
        if (await db.TeamsOf(place).Find(id, ct) is not { } team)
        {
            return PointRegistryProblems.TeamNotFound.With();
        }
        if (!http.Means(team.Version))
        {
            return PointRegistryProblems.ChangedMeanwhile("Tổ");
        }
        if (request.Since is { } since && since != team.Since)
        {
            return PointRegistryProblems.Invalid("since", "Ngày thành lập không đổi được.");
        }
        var (places, fault) = await request.Check(db, place, id, team.Since, VietnamDay.Today(time), ct);
        if (places is null)
        {
            return fault!;
        }
        if (request.Village.Trim() != team.Village)
        {
            team.Rename(request.Village.Trim());
        }
        team.Until = request.Until;
        if (places[0].Unit != team.Unit)
        {
            team.Join(places);
        }
        team.Changed();
        await db.SaveChangesAsync(ct);
        await transaction.Commit(ct);
        log.LogInformation("Team {TeamId} changed by {By}", id, user.AccountId());
        return TypedResults.Ok(TeamAnswer.Whole(team));
    }
}
