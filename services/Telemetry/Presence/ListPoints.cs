using System.Security.Claims;
using LaiChau.ServiceDefaults.Http;
using LaiChau.ServiceDefaults.Identity;
using LaiChau.Telemetry.Coverage;
using LaiChau.Telemetry.Data;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace LaiChau.Telemetry.Presence;

internal static class ListPoints
{
    internal sealed record PointStanding(
        Guid PointId,
        string? Name,
        string? UnitCode,
        string? UnitName,
        bool Online,
        DateTimeOffset? LastContactAt,
        string? AgentVersion,
        int Showing,
        long LagSeconds,
        long? DiskFreeBytes
    );

    public static async Task<Results<Ok<Page<PointStanding>>, ProblemHttpResult>> Handle(
        ClaimsPrincipal user,
        TelemetryDb db,
        TimeProvider time,
        IOptions<TelemetryOptions> options,
        CancellationToken ct,
        int? limit = null,
        string? after = null
    )
    {
        var take = Paging.Size(limit);
        var from = Guid.Empty;
        if (after is { Length: > 0 } && !Guid.TryParse(after, out from))
        {
            return TelemetryProblems.BadCursor.With();
        }
        var now = time.GetUtcNow();
        var place = user.PlaceFor(Policies.Read);
        var presences = place.IsProvince
            ? db.Presences
            : db.Presences.Where(p => db.PointsOf(place).Any(q => q.Id == p.PointId));
        var known = await presences
            .Where(p => p.PointId > from)
            .OrderBy(p => p.PointId)
            .Take(take + 1)
            .Select(p => new
            {
                Presence = p,
                Point = db.Points.FirstOrDefault(q => q.Id == p.PointId),
                Showing = db.Displays.Count(d => d.PointId == p.PointId && d.Showing),
            })
            .AsNoTracking()
            .ToListAsync(ct);
        var page = known.Take(take).ToList();
        var missing = await MissingReleases.OldestByPoint(db, [.. page.Select(p => p.Presence.PointId)], now, ct);
        var items = page.Select(p => new PointStanding(
            p.Presence.PointId,
            p.Point?.Name,
            p.Point?.UnitCode,
            p.Point?.UnitName,
            p.Presence.LastContactAt >= now - options.Value.OnlineWindow,
            p.Presence.LastContactAt,
            p.Presence.AgentVersion,
            p.Showing,
            missing.TryGetValue(p.Presence.PointId, out var since) ? (long)(now - since).TotalSeconds : 0,
            p.Presence.DiskFreeBytes
        ));
        return TypedResults.Ok(
            new Page<PointStanding>([.. items], known.Count > take ? page[^1].Presence.PointId.ToString() : null)
        );
    }
}
