using LaiChau.Contracts.Catalog;
using LaiChau.ServiceDefaults.Messaging;

namespace LaiChau.BulletinPublishing.Bulletins;

/// <summary>Catalog has put a bulletin's release into its feed.</summary>
internal sealed class RecordRelease(BulletinDb db) : IHandle<ReleasePublished>
{
    public async Task Handle(ReleasePublished message, CancellationToken ct)
    {
        if (message.BulletinId is { } id && await db.Bulletins.FindAsync([id], ct) is { } bulletin)
        {
            bulletin.ReleaseIsOut(message.ReleaseId, message.PublishedAt);
        }
    }
}

/// <summary>A bulletin's release has been recalled.</summary>
internal sealed class RecordRecall(BulletinDb db) : IHandle<ReleaseRecalled>
{
    public async Task Handle(ReleaseRecalled message, CancellationToken ct)
    {
        if (message.BulletinId is { } id && await db.Bulletins.FindAsync([id], ct) is { } bulletin)
        {
            bulletin.ReleaseIsRecalled(message.ReleaseId, message.PublishedAt, message.RecalledAt, message.Reason);
        }
    }
}
