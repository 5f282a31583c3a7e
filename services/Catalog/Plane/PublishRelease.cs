using LaiChau.Catalog.Bulletins;
using LaiChau.Catalog.Packages;
using LaiChau.Contracts.Catalog;
using LaiChau.Distribution;
using LaiChau.Distribution.Content;
using LaiChau.Distribution.Publishing;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.Catalog.Plane;

/// <summary>
/// Puts one approved release into the plane: pack, manifest, signed metadata, and then, in one transaction, the state and the
/// message. Cut off anywhere, it may be run again: everything before the metadata is named by its hash, and the metadata knows what it holds.
/// </summary>
internal sealed class PublishRelease(
    CatalogDb db,
    PlaneWriter plane,
    PackRelease pack,
    WriteBulletinFiles bulletins,
    TimeProvider time
)
{
    public async Task Run(Guid id, CancellationToken ct)
    {
        var release = await db.Releases.SingleAsync(r => r.Id == id, ct);
        if (release.State != ReleaseState.Publishing)
        {
            return;
        }
        var published = await db
            .Releases.Where(r => r.Package == release.Package && r.State == ReleaseState.Published)
            .OrderByDescending(r => r.Version)
            .ToListAsync(ct);
        if (published.Any(r => r.Version > release.Version))
        {
            release.Supersede();
            await db.SaveChangesAsync(ct);
            return;
        }
        var state = await plane.Open(ct);
        if (!state.Feeds.TryGetValue(release.Feed, out var feed))
        {
            throw new PublishException($"Không có nguồn phát «{release.Feed}».");
        }
        var hasBases = await MakeDeltas.BasesOf(db, release).AnyAsync(ct);
        var digest = feed.Releases.FirstOrDefault(r => r.Release.ReleaseId == id && r.IsFetchable)?.Manifest.Sha256;
        if (digest is null)
        {
            await bulletins.WriteIfMissing(release, ct);
            var manifest = await pack.Run(release, ct);
            if (!await db.Releases.AnyAsync(r => r.Id == id && r.Revision == release.Revision, ct))
            {
                // Recalled while it was being packed.
                return;
            }
            var deltasBy = hasBases ? MakeDeltas.AwaitedBy(manifest, time.GetUtcNow()) : null;
            await plane.Apply(state, new() { Feeds = Change(release.Feed, manifest, deltasBy, published) }, ct);
            digest = Sha256Digest.Of(manifest.ToBytes());
        }
        await Say(release, digest.Value, hasBases, published, ct);
    }

    private static IReadOnlyList<FeedChange> Change(
        string own,
        ReleaseManifest manifest,
        DateTimeOffset? deltasBy,
        IReadOnlyList<Release> superseded
    ) =>
        [
            .. superseded
                .Select(r => r.Feed)
                .Append(own)
                .Distinct()
                .Select(feed => new FeedChange(feed)
                {
                    Publish = feed == own ? [manifest] : [],
                    DeltasBy = deltasBy,
                    Withdraw = [.. superseded.Where(r => r.Feed == feed).Select(r => r.Id)],
                }),
        ];

    private async Task Say(
        Release release,
        Sha256Digest manifest,
        bool hasBases,
        List<Release> superseded,
        CancellationToken ct
    )
    {
        var now = time.GetUtcNow();
        release.Publish(manifest, hasBases, now);
        foreach (var old in superseded)
        {
            old.Supersede();
        }
        db.Publish(
            new ReleasePublished
            {
                ReleaseId = release.Id,
                Package = release.Package,
                Version = release.Version,
                Feed = release.Feed,
                Kind = Word(release.Kind),
                Title = release.Title,
                Priority = Word(release.Priority),
                Languages = release.Languages,
                Size = release.Size,
                Supersedes = superseded.Count > 0 ? superseded[0].Id : null,
                BulletinId = release.BulletinId,
                ValidFrom = release.ValidFrom,
                ValidUntil = release.ValidUntil,
                PublishedAt = now,
                AggregateVersion = release.Revision,
            },
            time
        );
        await db.SaveChangesAsync(ct);
        CatalogMetrics.Published(now - release.ApprovedAt!.Value, "published");
    }

    private static string Word<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();
}
