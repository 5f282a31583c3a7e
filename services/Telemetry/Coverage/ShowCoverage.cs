using System.Security.Claims;
using LaiChau.ServiceDefaults.Identity;
using LaiChau.Telemetry.Data;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.Telemetry.Coverage;

internal static class ShowCoverage
{
    /// <summary>In the order in which a person must look at them.</summary>
    internal enum PointReleaseState
    {
        MayStillShow,
        Pending,
        Showing,
        Removed,
    }

    internal sealed record PointCoverage(
        Guid PointId,
        string Name,
        string? UnitName,
        PointReleaseState State,
        DateTimeOffset? Since,
        DateTimeOffset? LastContactAt
    );

    public static async Task<Results<Ok<ReleaseCoverage>, ProblemHttpResult>> Handle(
        Guid releaseId,
        ClaimsPrincipal user,
        TelemetryDb db,
        CancellationToken ct
    )
    {
        var release = await db.Releases.AsNoTracking().SingleOrDefaultAsync(r => r.Id == releaseId, ct);
        if (release is null)
        {
            return TelemetryProblems.ReleaseUnknown.With();
        }
        var superseded = await db.Releases.AnyAsync(
            n => n.Package == release.Package && n.PublishedAt > release.PublishedAt,
            ct
        );
        var place = user.PlaceFor(Policies.Read);
        var numbers = await CoverageNumbers.Of(db, [release], place, ct);
        return TypedResults.Ok(
            ReleaseCoverage.Of(release, superseded, numbers[releaseId]) with
            {
                Points = await Points(db, release, place, ct),
            }
        );
    }

    private static async Task<List<PointCoverage>> Points(
        TelemetryDb db,
        Release release,
        Place place,
        CancellationToken ct
    )
    {
        var recalled = release.RecalledAt is not null;
        var said = await db
            .Displays.AsNoTracking()
            .Where(d => d.ReleaseId == release.Id)
            .ToDictionaryAsync(d => d.PointId, ct);
        // Of a recalled release nothing is expected any more: only points that ever showed it matter.
        var expected = recalled
            ? []
            : await CoverageNumbers
                .Followers(db, place)
                .Where(f => f.Feed == release.Feed)
                .Select(f => f.PointId)
                .ToListAsync(ct);
        var all = expected.Union(said.Keys).ToList();
        var names = await db.Points.AsNoTracking().Where(p => all.Contains(p.Id)).ToDictionaryAsync(p => p.Id, ct);
        var contacts = await db
            .Presences.Where(p => all.Contains(p.PointId))
            .ToDictionaryAsync(p => p.PointId, p => p.LastContactAt, ct);
        return
        [
            .. all.Where(id => place.Covers(names.GetValueOrDefault(id)?.UnitCode, id))
                .Select(id =>
                {
                    var last = said.GetValueOrDefault(id);
                    var state =
                        last is null ? PointReleaseState.Pending
                        : !last.Showing ? PointReleaseState.Removed
                        : recalled ? PointReleaseState.MayStillShow
                        : PointReleaseState.Showing;
                    var point = names.GetValueOrDefault(id);
                    return new PointCoverage(
                        id,
                        point?.Name ?? id.ToString(),
                        point?.UnitName,
                        state,
                        last?.Since,
                        contacts.GetValueOrDefault(id)
                    );
                })
                .OrderBy(p => p.State)
                .ThenBy(p => p.Name, StringComparer.Ordinal),
        ];
    }
}
