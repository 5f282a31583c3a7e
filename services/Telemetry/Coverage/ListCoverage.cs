using System.Globalization;
using System.Security.Claims;
using LaiChau.ServiceDefaults.Http;
using LaiChau.ServiceDefaults.Identity;
using LaiChau.Telemetry.Data;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.Telemetry.Coverage;

/// <summary>How far one release has come.</summary>
/// <param name="MayStillShow">Of a recalled release: points that were showing it and have not said that it is gone.</param>
internal sealed record ReleaseCoverage(
    Guid ReleaseId,
    string Package,
    int Version,
    IReadOnlyDictionary<string, string> Title,
    ReleaseState State,
    DateTimeOffset PublishedAt,
    DateTimeOffset? RecalledAt,
    int Expected,
    int Showing,
    double Percent,
    int MayStillShow
)
{
    public IReadOnlyList<ShowCoverage.PointCoverage>? Points { get; init; }

    public static ReleaseCoverage Of(Release release, bool superseded, CoverageNumbers numbers)
    {
        var state =
            release.RecalledAt is not null ? ReleaseState.Recalled
            : superseded ? ReleaseState.Superseded
            : ReleaseState.Published;
        return new ReleaseCoverage(
            release.Id,
            release.Package,
            release.Version,
            release.Title,
            state,
            release.PublishedAt,
            release.RecalledAt,
            numbers.Expected,
            numbers.Showing,
            numbers.Percent,
            state == ReleaseState.Recalled ? numbers.ShownAnywhere : 0
        );
    }
}

internal static class ListCoverage
{
    public static async Task<Results<Ok<Page<ReleaseCoverage>>, ProblemHttpResult>> Handle(
        ClaimsPrincipal user,
        TelemetryDb db,
        CancellationToken ct,
        int? limit = null,
        string? after = null
    )
    {
        var take = Paging.Size(limit);
        var releases = db.Releases.AsNoTracking();
        if (after is { Length: > 0 })
        {
            if (!TryReadPlace(after, out var at, out var id))
            {
                return TelemetryProblems.BadCursor.With();
            }
            releases = releases.Where(r => r.PublishedAt < at || (r.PublishedAt == at && r.Id < id));
        }
        var found = await releases
            .OrderByDescending(r => r.PublishedAt)
            .ThenByDescending(r => r.Id)
            .Take(take + 1)
            .Select(r => new
            {
                Release = r,
                Superseded = db.Releases.Any(n => n.Package == r.Package && n.PublishedAt > r.PublishedAt),
            })
            .ToListAsync(ct);
        var page = found.Take(take).ToList();
        var numbers = await CoverageNumbers.Of(db, [.. page.Select(p => p.Release)], user.PlaceFor(Policies.Read), ct);
        var items = page.Select(p => ReleaseCoverage.Of(p.Release, p.Superseded, numbers[p.Release.Id]));
        return TypedResults.Ok(
            new Page<ReleaseCoverage>([.. items], found.Count > take ? PlaceOf(page[^1].Release) : null)
        );
    }

    private static string PlaceOf(Release release) =>
        string.Create(CultureInfo.InvariantCulture, $"{release.PublishedAt.UtcTicks}.{release.Id}");

    private static bool TryReadPlace(string after, out DateTimeOffset at, out Guid id)
    {
        (at, id) = (default, default);
        if (
            after.Split('.') is not [var ticks, var last]
            || !long.TryParse(ticks, CultureInfo.InvariantCulture, out var number)
            || number < 0
            || number > DateTimeOffset.MaxValue.UtcTicks
            || !Guid.TryParse(last, out id)
        )
        {
            return false;
        }
        at = new DateTimeOffset(number, TimeSpan.Zero);
        return true;
    }
}
