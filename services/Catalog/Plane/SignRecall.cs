using LaiChau.Catalog.Packages;
using LaiChau.Contracts.Catalog;
using LaiChau.Distribution.Content;
using LaiChau.Distribution.Feeds;
using LaiChau.Distribution.Publishing;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.Catalog.Plane;

/// <summary>Signs a recall into the feed, also of a release that never got that far: it may have, just before a crash.</summary>
internal sealed class SignRecall(CatalogDb db, PlaneWriter plane, TimeProvider time)
{
    public async Task Run(Guid id, CancellationToken ct)
    {
        var release = await db.Releases.SingleAsync(r => r.Id == id, ct);
        if (release.State != ReleaseState.Recalling)
        {
            return;
        }
        var orderedAt = release.RecalledAt!.Value;
        var recall = new Recall
        {
            ReleaseId = release.Id,
            Package = release.Package,
            RecalledAt = orderedAt,
            // The plane is public: what was written for the log stays here.
            Reason = release.Kind == ReleaseKind.Bulletin ? "withdrawn" : "recalled",
            Message = release.RecallMessage,
        };
        await plane.Apply(
            await plane.Open(ct),
            new RepositoryChange { Feeds = [new FeedChange(release.Feed) { Recall = [recall] }] },
            ct
        );
        release.FinishRecall();
        var current = await db
            .Releases.Where(r =>
                r.Package == release.Package && r.State == ReleaseState.Published && r.FollowUp == FollowUp.None
            )
            .OrderByDescending(r => r.Version)
            .FirstOrDefaultAsync(ct);
        if (current?.Deltas.Any(d => d.To == id) == true)
        {
            current.ListDeltasAgain();
        }
        db.Publish(
            new ReleaseRecalled
            {
                ReleaseId = release.Id,
                Package = release.Package,
                Version = release.Version,
                Feed = release.Feed,
                Title = release.Title,
                BulletinId = release.BulletinId,
                Reason = release.RecallReason!,
                PublishedAt = release.PublishedAt ?? orderedAt,
                RecalledAt = orderedAt,
                AggregateVersion = release.Revision,
            },
            time
        );
        await db.SaveChangesAsync(ct);
        CatalogMetrics.Published(time.GetUtcNow() - orderedAt, "recalled");
    }
}
