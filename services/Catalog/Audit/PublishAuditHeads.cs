using LaiChau.Catalog.Plane;
using LaiChau.Distribution;
using LaiChau.Distribution.Trust;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.Catalog.Audit;

/// <summary>
/// Signs where the audit trails end, and lays it beside the plane's metadata, where anybody may keep a copy. Held under
/// <see cref="PublisherLock"/>, every few seconds at most.
/// </summary>
internal sealed class PublishAuditHeads(CatalogDb db, PlaneWriter plane, KeyFolder keys, TimeProvider time)
{
    public async Task Run(CancellationToken ct)
    {
        var last = await db.AuditPublications.SingleOrDefaultAsync(ct);
        var heads = await db.AuditHeads.AsNoTracking().OrderBy(h => h.Service).ToListAsync(ct);
        if (heads.Count == 0 || await plane.Look(ct) is not { } state)
        {
            return;
        }
        var said = string.Join(' ', heads.Select(h => $"{h.Service}:{h.No}:{h.Hash}"));
        if (last?.Said != said)
        {
            if (last is null)
            {
                last = new AuditPublication();
                db.Add(last);
            }
            last.Version++;
            last.Said = said;
            last.IsWritten = false;
            last.Content = new AuditHeads(
                last.Version,
                [.. heads.Select(h => new AuditHead(h.Service, h.No, h.Hash, h.At))]
            ).Sign(state, keys.Load(), time.GetUtcNow());
            await db.SaveChangesAsync(ct);
        }
        if (!last.IsWritten)
        {
            await plane.Put(PlaneLayout.AuditHeadsPath(last.Version), last.Content, ct);
            await plane.Put(PlaneLayout.AuditHeads, last.Content, ct);
            last.IsWritten = true;
            await db.SaveChangesAsync(ct);
        }
    }
}
