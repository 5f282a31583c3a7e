using LaiChau.Catalog.Packages;
using LaiChau.Catalog.Pushes;
using LaiChau.Distribution;
using LaiChau.Distribution.Content;
using LaiChau.Distribution.Content.Deltas;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace LaiChau.Catalog.Plane;

/// <summary>
/// Makes the deltas from the last three releases to one that is out, and leaves it to the publisher to list them. Writes nothing but objects
/// named by their hash, so nobody waits for it and it may be cut off anywhere: what is made stays made.
/// </summary>
internal sealed class MakeDeltas(
    CatalogDb db,
    PlaneWriter plane,
    BlockStore blocks,
    IOptions<CatalogOptions> options,
    TimeProvider time,
    ILogger<MakeDeltas> log
)
{
    private const int MostBases = 3;
    private const long WorthWaitingFor = 256 * 1024;
    private const long BytesPerSecond = 5_000_000;
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(10);

    /// <summary>Releases that deltas to <paramref name="release"/> start from, the newest first. What was recalled is built on no more.</summary>
    public static IQueryable<Release> BasesOf(CatalogDb db, Release release) =>
        db
            .Releases.Where(r =>
                r.Package == release.Package
                && r.Feed == release.Feed
                && r.Version < release.Version
                && (r.State == ReleaseState.Published || r.State == ReleaseState.Superseded)
                && r.ManifestSha256 != null
            )
            .OrderByDescending(r => r.Version)
            .Take(MostBases);

    /// <summary>Until when points that hold a base should wait; null where waiting gains less than it costs.</summary>
    public static DateTimeOffset? AwaitedBy(ReleaseManifest manifest, DateTimeOffset now)
    {
        if (manifest.Release.Priority == ReleasePriority.Urgent || manifest.Pack.Size <= WorthWaitingFor)
        {
            return null;
        }
        var making = TimeSpan.FromMinutes(1) + TimeSpan.FromSeconds((double)MostBases * manifest.Size / BytesPerSecond);
        return now + (making < LongestWait ? making : LongestWait);
    }

    public async Task Run(Guid id, CancellationToken ct)
    {
        var release = await db.Releases.SingleAsync(r => r.Id == id, ct);
        if (release.FollowUp != FollowUp.MakeDeltas)
        {
            return;
        }
        var manifest =
            await plane.FindManifest(release, ct)
            ?? throw new PublishException("Bản kê của bản phát hành không còn trong kho.");
        var bases = await BasesOf(db, release).AsNoTracking().ToListAsync(ct);
        foreach (var from in bases.Where(b => release.Deltas.All(d => d.From != b.Id)))
        {
            if (await Make(from, release, manifest, ct) is { } delta)
            {
                release.AddDelta(delta);
            }
            await db.SaveChangesAsync(ct);
        }
        var before = bases.Count > 0 ? bases[0].Deltas : [];
        release.FinishDeltas(ReleaseDelta.Carry(before, release, manifest.Pack.Size));
        await db.SaveChangesAsync(ct);
    }

    private async Task<ReleaseDelta?> Make(Release from, Release to, ReleaseManifest manifest, CancellationToken ct)
    {
        var started = time.GetTimestamp();
        try
        {
            if (await plane.FindManifest(from, ct) is not { } old)
            {
                throw new PublishException("Bản kê không còn trong kho.");
            }
            var delta = await Build(from, old, to, manifest, ct);
            CatalogMetrics.DeltaMade(time.GetElapsedTime(started), delta?.Size);
            var isStillGood = await db.Releases.AnyAsync(
                r => r.Id == from.Id && (r.State == ReleaseState.Published || r.State == ReleaseState.Superseded),
                ct
            );
            return delta is null || !isStillGood ? null : ReleaseDelta.Of(from, to, delta);
        }
        catch (Exception lost) when (lost is BlockLostException or PublishException or DistributionException)
        {
            // Trying again would not bring it back; the other deltas may still be made.
            log.LogError(lost, "No delta from {FromId} to {ReleaseId}: {Fault}", from.Id, to.Id, lost.Message);
            CatalogMetrics.DeltaFailed();
            to.DeltaTrouble = $"Không làm được bản cập nhật từ bản {from.Version}: {Setback.Describe(lost)}";
            return null;
        }
    }

    private async Task<HeadedObject?> Build(
        Release from,
        ReleaseManifest old,
        Release to,
        ReleaseManifest manifest,
        CancellationToken ct
    )
    {
        var olds = await Files(from, ct);
        var news = await Files(to, ct);
        await using var frames = options.Value.OpenScratch();
        var built = await DeltaBuilder.Build(
            old,
            manifest,
            (file, _) => Task.FromResult(blocks.Open(olds[file.Path])),
            (file, _) => Task.FromResult(blocks.Open(news[file.Path])),
            options.Value.OpenScratch,
            frames,
            ct
        );
        if (built is not null)
        {
            await plane.PutObject(built.Delta, built.Head, frames, ct);
        }
        return built?.Delta;
    }

    private Task<Dictionary<string, ReleaseFile>> Files(Release release, CancellationToken ct) =>
        db.Files.AsNoTracking().Where(f => f.ReleaseId == release.Id).ToDictionaryAsync(f => f.Path, ct);
}
