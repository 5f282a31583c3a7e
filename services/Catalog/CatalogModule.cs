using LaiChau.Catalog.Audit;
using LaiChau.Catalog.Bulletins;
using LaiChau.Catalog.Packages;
using LaiChau.Catalog.People;
using LaiChau.Catalog.Plane;
using LaiChau.Catalog.Pushes;
using LaiChau.Contracts.Audit;
using LaiChau.Contracts.Bulletins;
using LaiChau.Contracts.Points;
using LaiChau.Contracts.Telemetry;
using LaiChau.ServiceDefaults;
using Microsoft.Extensions.Options;

namespace LaiChau.Catalog;

public static class CatalogModule
{
    public static void AddCatalog(this WebApplicationBuilder builder)
    {
        builder.Services.Configure<CatalogOptions>(builder.Configuration.GetSection("Catalog"));
        builder.AddPlatformDb<CatalogDb, CatalogSqliteDb>("Catalog");
        builder.AddMessaging<CatalogDb>(
            "catalog",
            take =>
                take.Take<BulletinPublished, MakeBulletinRelease>("bulletin-published")
                    .Take<BulletinWithdrawn, RecallWithdrawnBulletin>("bulletin-withdrawn")
                    .Take<DeliveryReported, RecordDelivery>("delivery-reported")
                    .Take<PersonErased, ForgetAuthor>("person-erased")
                    .Take<AuditHeadMoved, KeepAuditHead>("audit-head-moved")
        );
        builder.AddObjectStore();
        builder.AddPlatformOpenApi("catalog", "Catalog");
        builder.Services.AddSingleton<BlockStore>();
        builder.Services.AddSingleton<KeyFolder>();
        builder.Services.AddSingleton<PlanePast>();
        builder.Services.AddSingleton<PublisherSignal>();
        builder.Services.AddScoped<PlaneWriter>();
        builder.Services.AddScoped<PackRelease>();
        builder.Services.AddScoped<PublishRelease>();
        builder.Services.AddScoped<RepublishRelease>();
        builder.Services.AddScoped<MakeDeltas>();
        builder.Services.AddScoped<ListDeltas>();
        builder.Services.AddScoped<SignRecall>();
        builder.Services.AddScoped<PublishAuditHeads>();
        builder.Services.AddScoped<WriteBulletinFiles>();
        builder.Services.AddHostedService<Publisher>();
        builder.Services.AddHostedService<DeltaMaker>();
    }

    public static void MapCatalog(this WebApplication app)
    {
        app.MapPushes(app.Services.GetRequiredService<IOptions<CatalogOptions>>().Value);
        app.MapReleases();
        app.MapPlane();
        app.MapParkedMessages<CatalogDb>("/api/catalog");
        app.MapAudit<CatalogDb>("/api/catalog");
        app.MapPersonExport<CatalogDb>("/api/catalog");
        app.MapPlatformOpenApi("catalog");
    }
}
