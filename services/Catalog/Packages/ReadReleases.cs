using LaiChau.ServiceDefaults.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.Catalog.Packages;

internal static class ReadReleases
{
    private const int DefaultLimit = 50;
    private const int MaxLimit = 500;

    /// <summary>Newest first; ids rise with time, so the last id of a page is where the next begins.</summary>
    public static async Task<Page<ReleaseAnswer>> List(
        CatalogDb db,
        CancellationToken ct,
        string? package = null,
        Word<ReleaseState>? state = null,
        int limit = DefaultLimit,
        Guid? after = null
    )
    {
        limit = Math.Clamp(limit, 1, MaxLimit);
        var inState = state?.Value;
        var wanted = db
            .Releases.Where(r =>
                (package == null || r.Package == package)
                && (inState == null || r.State == inState)
                && (after == null || r.Id < after)
            )
            .OrderByDescending(r => r.Id)
            .Take(limit);
        var items = await ReleaseAnswer.Read(db, wanted, ct);
        return new(items, items.Count == limit ? items[^1].Id.ToString() : null);
    }

    public static async Task<Results<Ok<ReleaseAnswer>, ProblemHttpResult>> One(
        Guid id,
        CatalogDb db,
        CancellationToken ct
    ) =>
        await ReleaseAnswer.Find(db, id, ct) is { } found
            ? TypedResults.Ok(found)
            : CatalogProblems.ReleaseNotFound.With();

    public static async Task<Page<PackageAnswer>> Packages(
        CatalogDb db,
        CancellationToken ct,
        int limit = DefaultLimit,
        string? after = null
    )
    {
        limit = Math.Clamp(limit, 1, MaxLimit);
        var names = await db
            .Packages.Where(p => after == null || p.Name.CompareTo(after) > 0)
            .OrderBy(p => p.Name)
            .Take(limit)
            .AsNoTracking()
            .ToListAsync(ct);
        var wanted = names.Select(p => p.Name).ToList();
        var current = await db
            .Releases.Where(r => r.State == ReleaseState.Published && wanted.Contains(r.Package))
            .Select(r => new
            {
                r.Package,
                Release = new CurrentRelease(r.Id, r.Version, r.Kind, r.Feed, r.Title, r.PublishedAt),
            })
            .ToListAsync(ct);
        var byPackage = current.ToDictionary(c => c.Package, c => c.Release);
        return new(
            [.. names.Select(p => new PackageAnswer(p.Name, p.LastVersion, byPackage.GetValueOrDefault(p.Name)))],
            names.Count == limit ? names[^1].Name : null
        );
    }
}

/// <param name="Current">The release that points show now, if any.</param>
internal sealed record PackageAnswer(string Name, int LastVersion, CurrentRelease? Current);

internal sealed record CurrentRelease(
    Guid Id,
    int Version,
    Distribution.Content.ReleaseKind Kind,
    string Feed,
    IReadOnlyDictionary<string, string> Title,
    DateTimeOffset? PublishedAt
);
