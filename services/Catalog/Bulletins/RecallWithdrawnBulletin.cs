using LaiChau.Catalog.Packages;
using LaiChau.Catalog.Plane;
using LaiChau.Contracts.Bulletins;
using LaiChau.ServiceDefaults.Messaging;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.Catalog.Bulletins;

/// <summary>
/// Recalls what there is of a withdrawn bulletin, published or still being published. If the bulletin's own message comes later, the
/// inbox skips it as older than this one.
/// </summary>
internal sealed class RecallWithdrawnBulletin(CatalogDb db, PublisherSignal publisher) : IHandle<BulletinWithdrawn>
{
    private static readonly Dictionary<string, string> Message = new()
    {
        ["vi"] = "Bản tin này đã được cơ quan phát hành rút lại.",
    };

    public async Task Handle(BulletinWithdrawn message, CancellationToken ct)
    {
        var releases = await db
            .Releases.Where(r =>
                r.BulletinId == message.BulletinId
                && (r.State == ReleaseState.Publishing || r.State == ReleaseState.Published)
            )
            .ToListAsync(ct);
        foreach (var release in releases)
        {
            release.Recall(message.Reason, Message, message.WithdrawnAt.ToUniversalTime());
        }
        publisher.Wake();
    }
}
