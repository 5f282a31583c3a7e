using LaiChau.ServiceDefaults.Http;
using LaiChau.Telemetry.Data;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.Telemetry.Statistics;

internal static class ListViews
{
    internal sealed record FileViews(Guid ReleaseId, string Path, long Views);

    public static async Task<Results<Ok<Page<FileViews>>, ProblemHttpResult>> Handle(
        TelemetryDb db,
        CancellationToken ct,
        Guid? release = null,
        int? limit = null,
        string? after = null
    )
    {
        var take = Paging.Size(limit);
        var counters = db.ViewCounters.AsQueryable();
        if (release is not null)
        {
            counters = counters.Where(c => c.ReleaseId == release);
        }
        if (after is { Length: > 0 })
        {
            if (after.Length < 36 || !Guid.TryParse(after[..36], out var id) || after.Any(char.IsControl))
            {
                return TelemetryProblems.BadCursor.With();
            }
            var path = after[36..];
#pragma warning disable CA1309 // The database compares, in the order in which it sorts.
            counters = counters.Where(c => c.ReleaseId > id || (c.ReleaseId == id && string.Compare(c.Path, path) > 0));
#pragma warning restore CA1309
        }
        var found = await counters
            .OrderBy(c => c.ReleaseId)
            .ThenBy(c => c.Path)
            .Take(take + 1)
            .Select(c => new FileViews(c.ReleaseId, c.Path, c.Views))
            .ToListAsync(ct);
        var page = found.Take(take).ToList();
        return TypedResults.Ok(
            new Page<FileViews>(page, found.Count > take ? $"{page[^1].ReleaseId}{page[^1].Path}" : null)
        );
    }
}
