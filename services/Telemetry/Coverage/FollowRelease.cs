using LaiChau.Contracts.Catalog;
using LaiChau.ServiceDefaults.Messaging;
using LaiChau.Telemetry.Data;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.Telemetry.Coverage;

internal sealed class FollowRelease(TelemetryDb db) : IHandle<ReleasePublished>
{
    public async Task Handle(ReleasePublished message, CancellationToken ct)
    {
        var release = await db.FindOrAdd(
            message.ReleaseId,
            () =>
                new Release
                {
                    Id = message.ReleaseId,
                    Package = message.Package,
                    Version = message.Version,
                    Feed = message.Feed,
                    Title = message.Title,
                    PublishedAt = message.PublishedAt,
                    VisibleFrom = message.PublishedAt,
                },
            ct
        );
        release.VisibleFrom = message.ValidFrom > message.PublishedAt ? message.ValidFrom.Value : message.PublishedAt;
        release.ValidUntil = message.ValidUntil;
    }
}

internal sealed class FollowRecall(TelemetryDb db) : IHandle<ReleaseRecalled>
{
    public async Task Handle(ReleaseRecalled message, CancellationToken ct)
    {
        // The recall may overtake the publication, which is then skipped: it says enough by itself.
        var release = await db.FindOrAdd(
            message.ReleaseId,
            () =>
                new Release
                {
                    Id = message.ReleaseId,
                    Package = message.Package,
                    Version = message.Version,
                    Feed = message.Feed,
                    Title = message.Title,
                    PublishedAt = message.PublishedAt,
                    VisibleFrom = message.PublishedAt,
                },
            ct
        );
        release.RecalledAt = message.RecalledAt;
    }
}

internal static class KnownReleases
{
    public static async Task<Release> FindOrAdd(this TelemetryDb db, Guid id, Func<Release> make, CancellationToken ct)
    {
        var release = await db.Releases.SingleOrDefaultAsync(r => r.Id == id, ct);
        if (release is null)
        {
            release = make();
            db.Add(release);
        }
        db.Add(new CoverageChange { ReleaseId = id });
        return release;
    }
}
