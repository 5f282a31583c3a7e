using LaiChau.Catalog.Packages;
using LaiChau.Distribution;
using LaiChau.Distribution.Content;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.Catalog.Plane;

/// <summary>
/// After an upgrade: a release that is listed in a former format is put into the plane in today's, under the same id and version, and takes
/// the place of the former in one step. Nobody is told anything: for everyone else it was published long ago.
/// </summary>
internal sealed class RepublishRelease(CatalogDb db, PlaneWriter plane, PackRelease pack)
{
    public async Task Run(Guid id, CancellationToken ct)
    {
        var release = await db.Releases.SingleAsync(r => r.Id == id, ct);
        if (release.FollowUp != FollowUp.Republish)
        {
            return;
        }
        var state = await plane.Open(ct);
        var digest = state
            .Feeds[release.Feed]
            .Releases.FirstOrDefault(r => r.Release.ReleaseId == id && r.IsFetchable)
            ?.Manifest.Sha256;
        if (digest is null)
        {
            var manifest = await pack.Run(release, ct);
            if (!await db.Releases.AnyAsync(r => r.Id == id && r.Revision == release.Revision, ct))
            {
                // Recalled while it was being packed.
                return;
            }
            await plane.Apply(state, new() { Feeds = [new(release.Feed) { Publish = [manifest] }] }, ct);
            digest = Sha256Digest.Of(manifest.ToBytes());
        }
        release.FinishRepublish(digest.Value);
        await db.SaveChangesAsync(ct);
    }
}
