using LaiChau.Catalog.Packages;
using LaiChau.Distribution.Publishing;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.Catalog.Plane;

/// <summary>
/// The second step of a release: its deltas are named in the feed, or that there are none, so that nobody waits for them. A delta that starts
/// from a release recalled since stays: whoever still holds that must get away from it, and no reader takes it for anything else. One
/// that leads over a recalled release goes: nobody must need its bytes any more.
/// </summary>
internal sealed class ListDeltas(CatalogDb db, PlaneWriter plane)
{
    public async Task Run(Guid id, CancellationToken ct)
    {
        var release = await db.Releases.SingleAsync(r => r.Id == id, ct);
        if (release.FollowUp != FollowUp.ListDeltas)
        {
            return;
        }
        var over = release.Deltas.Select(d => d.To).Distinct().ToList();
        var recalled = await db
            .Releases.Where(r =>
                over.Contains(r.Id) && (r.State == ReleaseState.Recalling || r.State == ReleaseState.Recalled)
            )
            .Select(r => r.Id)
            .ToListAsync(ct);
        var good = release.Deltas.Where(d => !recalled.Contains(d.To)).ToList();
        var state = await plane.Open(ct);
        var listed = state.Feeds[release.Feed].Releases.FirstOrDefault(r => r.Release.ReleaseId == id);
        if (listed is not null && (good.Count > 0 || listed.Deltas.Count > 0 || listed.DeltasBy is not null))
        {
            var change = new FeedChange(release.Feed)
            {
                Deltas = new Dictionary<Guid, IReadOnlyList<Distribution.Feeds.DeltaReference>>
                {
                    [id] = [.. good.Select(d => d.ToReference())],
                },
            };
            await plane.Apply(state, new() { Feeds = [change] }, ct);
        }
        release.FinishListing(good);
        await db.SaveChangesAsync(ct);
    }
}
