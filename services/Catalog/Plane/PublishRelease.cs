using LaiChau.Catalog.Bulletins;
using LaiChau.Catalog.Packages;
using LaiChau.Catalog.Pushes;
using LaiChau.Contracts.Catalog;
using LaiChau.Distribution;
using LaiChau.Distribution.Content;
using LaiChau.Distribution.Publishing;
using LaiChau.ServiceDefaults.Objects;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace LaiChau.Catalog.Plane;

/// <summary>
/// Puts one approved release into the plane: pack, index, manifest, signed metadata, and then, in one transaction, the state and the
/// message. Cut off anywhere, it may be run again: everything before the metadata is named by its hash, and the metadata knows what it holds.
/// </summary>
internal sealed class PublishRelease(
    CatalogDb db,
    PlaneWriter plane,
    BlockStore blocks,
    WriteBulletinFiles bulletins,
    IObjectStore store,
    IOptions<ObjectStoreOptions> buckets,
    IOptions<CatalogOptions> options,
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
        if (feed.Releases.All(r => r.Release.ReleaseId != id))
        {
            await bulletins.WriteIfMissing(release, ct);
            var manifest = await Build(release, ct);
            if (!await db.Releases.AnyAsync(r => r.Id == id && r.Revision == release.Revision, ct))
            {
                // Recalled while it was being packed.
                return;
            }
            await plane.Apply(state, new() { Feeds = Change(release, manifest, published) }, ct);
        }
        await Say(release, published, ct);
    }

    private static IReadOnlyList<FeedChange> Change(
        Release release,
        ReleaseManifest manifest,
        IReadOnlyList<Release> superseded
    ) =>
        [
            .. superseded
                .Select(r => r.Feed)
                .Append(release.Feed)
                .Distinct()
                .Select(feed => new FeedChange(feed)
                {
                    Publish = feed == release.Feed ? [manifest] : [],
                    Withdraw = [.. superseded.Where(r => r.Feed == feed).Select(r => r.Id)],
                }),
        ];

    private async Task<ReleaseManifest> Build(Release release, CancellationToken ct)
    {
        var files = await db.Files.AsNoTracking().Where(f => f.ReleaseId == release.Id).ToListAsync(ct);
        await using var pack = options.Value.OpenScratch();
        var built = await ReleaseBuilder.Build(
            new ReleaseDescription
            {
                ReleaseId = release.Id,
                Package = release.Package,
                Version = release.Version,
                Kind = release.Kind,
                Title = release.Title,
                Summary = release.Summary,
                Category = release.Category,
                Priority = release.Priority,
                Languages = release.Languages,
                ValidFrom = release.ValidFrom,
                ValidUntil = release.ValidUntil,
            },
            [.. files.Select(Source)],
            pack,
            ct
        );
        var approved = files.ToDictionary(f => f.Path, f => f.Sha256);
        if (built.Manifest.Files.FirstOrDefault(f => f.Sha256.ToString() != approved[f.Path]) is { } changed)
        {
            throw new PublishException($"«{changed.Path}» trong kho không còn như khi được duyệt.");
        }
        pack.Position = 0;
        await PutObject(built.Manifest.Pack, pack, ct);
        using var index = new MemoryStream(built.IndexBytes.ToArray(), writable: false);
        await PutObject(built.Manifest.Index, index, ct);
        return built.Manifest;
    }

    private SourceFile Source(ReleaseFile file) =>
        new(file.Path, file.MediaType, _ => Task.FromResult(blocks.Open(file)))
        {
            Language = file.Language,
            Alt = file.Alt,
            Caption = file.Caption,
        };

    private async Task PutObject(ObjectReference reference, Stream content, CancellationToken ct)
    {
        var path = PlaneLayout.ObjectPath(reference.Sha256);
        if (await store.Find(buckets.Value.Content, path, ct) is not { } there || there.Size != reference.Size)
        {
            await store.Put(buckets.Value.Content, path, content, reference.Size, "application/octet-stream", ct);
        }
    }

    private async Task Say(Release release, List<Release> superseded, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        release.Publish(now);
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

/// <summary>This release cannot be published as it is; the sentence is for its editors.</summary>
internal sealed class PublishException(string message) : Exception(message);
