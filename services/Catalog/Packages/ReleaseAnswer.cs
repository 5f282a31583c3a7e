using LaiChau.Distribution.Content;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.Catalog.Packages;

/// <summary>A release as every door shows it.</summary>
internal sealed record ReleaseAnswer
{
    public required Guid Id { get; init; }
    public required string Package { get; init; }
    public required int Version { get; init; }
    public required string Feed { get; init; }
    public required ReleaseKind Kind { get; init; }
    public required ReleaseState State { get; init; }
    public required IReadOnlyDictionary<string, string> Title { get; init; }
    public required IReadOnlyDictionary<string, string> Summary { get; init; }
    public required string Category { get; init; }
    public required ReleasePriority Priority { get; init; }
    public required IReadOnlyList<string> Languages { get; init; }
    public DateTimeOffset? ValidFrom { get; init; }
    public DateTimeOffset? ValidUntil { get; init; }

    /// <summary>The number of the legal act that it follows from.</summary>
    public string? Act { get; init; }
    public required long Size { get; init; }
    public required IReadOnlyList<FileAnswer> Files { get; init; }
    public required Person Author { get; init; }
    public Person? ApprovedBy { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? PublishedAt { get; init; }
    public DateTimeOffset? RecalledAt { get; init; }
    public string? RecallReason { get; init; }
    public string? RejectReason { get; init; }

    /// <summary>What bringing a point on from an earlier version costs; from any other it costs the chunks that it lacks.</summary>
    public required IReadOnlyList<DeltaAnswer> Deltas { get; init; }

    /// <summary>Why publishing or recalling is not through yet, or there are no deltas, when something is in the way.</summary>
    public string? Trouble { get; init; }
    public DeliveryAnswer? Delivery { get; init; }

    public static async Task<ReleaseAnswer?> Find(CatalogDb db, Guid id, CancellationToken ct) =>
        (await Read(db, db.Releases.Where(r => r.Id == id), ct)).SingleOrDefault();

    /// <summary>Reads releases without their blocks: a list of large packages must not load megabytes of hashes.</summary>
    public static async Task<IReadOnlyList<ReleaseAnswer>> Read(
        CatalogDb db,
        IQueryable<Release> releases,
        CancellationToken ct
    )
    {
        var found = await releases.Where(r => r.State != ReleaseState.Uploading).AsNoTracking().ToListAsync(ct);
        var ids = found.Select(r => r.Id).ToList();
        var files = (
            await db
                .Files.Where(f => ids.Contains(f.ReleaseId))
                .Select(f => new
                {
                    f.ReleaseId,
                    File = new FileAnswer(f.Path, f.Size, f.Sha256, f.MediaType, f.Language, f.Alt, f.Caption),
                })
                .ToListAsync(ct)
        ).ToLookup(f => f.ReleaseId, f => f.File);
        var deliveries = await db
            .Deliveries.Where(d => ids.Contains(d.ReleaseId))
            .AsNoTracking()
            .ToDictionaryAsync(d => d.ReleaseId, ct);
        return [.. found.Select(r => Of(r, files[r.Id], deliveries.GetValueOrDefault(r.Id)))];
    }

    private static ReleaseAnswer Of(Release release, IEnumerable<FileAnswer> files, Delivery? delivery) =>
        new()
        {
            Id = release.Id,
            Package = release.Package,
            Version = release.Version,
            Feed = release.Feed,
            Kind = release.Kind,
            State = release.State,
            Title = release.Title,
            Summary = release.Summary,
            Category = release.Category,
            Priority = release.Priority,
            Languages = release.Languages,
            ValidFrom = release.ValidFrom,
            ValidUntil = release.ValidUntil,
            Act = release.Act,
            Size = release.Size,
            Files = [.. files.OrderBy(f => f.Path, StringComparer.Ordinal)],
            Author = new(release.AuthorId, release.AuthorName),
            ApprovedBy = release is { ApprovedById: { } id, ApprovedByName: { } name } ? new(id, name) : null,
            CreatedAt = release.CreatedAt,
            PublishedAt = release.PublishedAt,
            RecalledAt = release.RecalledAt,
            RecallReason = release.RecallReason,
            RejectReason = release.RejectReason,
            Deltas = DeltasOf(release),
            Trouble = release.Trouble ?? release.DeltaTrouble,
            Delivery = delivery is null ? null : new(delivery.Expected, delivery.Showing, delivery.ReportedAt),
        };

    private static List<DeltaAnswer> DeltasOf(Release release)
    {
        var costs = ReleaseDelta.Costs(release.Deltas, release.Id);
        return
        [
            .. release
                .Deltas.Where(d => costs.ContainsKey(d.From))
                .Select(d => new DeltaAnswer(d.FromVersion, costs[d.From]))
                .OrderByDescending(d => d.FromVersion),
        ];
    }
}

/// <param name="FromVersion">The version that a point holds.</param>
/// <param name="Bytes">What it fetches.</param>
internal sealed record DeltaAnswer(int FromVersion, long Bytes);

internal sealed record FileAnswer(
    string Path,
    long Size,
    string Sha256,
    string MediaType,
    string? Language,
    string? Alt,
    string? Caption
);

internal sealed record DeliveryAnswer(int Expected, int Showing, DateTimeOffset ReportedAt);
