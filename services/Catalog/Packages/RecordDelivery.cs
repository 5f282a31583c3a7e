using LaiChau.Contracts.Telemetry;
using LaiChau.ServiceDefaults.Messaging;

namespace LaiChau.Catalog.Packages;

internal sealed class RecordDelivery(CatalogDb db) : IHandle<DeliveryReported>
{
    public async Task Handle(DeliveryReported message, CancellationToken ct)
    {
        var delivery = await db.Deliveries.FindAsync([message.ReleaseId], ct);
        if (delivery is null)
        {
            delivery = new Delivery { ReleaseId = message.ReleaseId };
            db.Add(delivery);
        }
        delivery.Expected = message.Expected;
        delivery.Showing = message.Showing;
        delivery.ReportedAt = message.ReportedAt;
    }
}
