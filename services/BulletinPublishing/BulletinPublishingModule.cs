using LaiChau.BulletinPublishing.Bulletins;
using LaiChau.BulletinPublishing.People;
using LaiChau.Contracts.Catalog;
using LaiChau.Contracts.Points;
using LaiChau.ServiceDefaults;

namespace LaiChau.BulletinPublishing;

public static class BulletinPublishingModule
{
    public static void AddBulletinPublishing(this WebApplicationBuilder builder)
    {
        builder.Services.Configure<BulletinOptions>(builder.Configuration.GetSection("Bulletins"));
        builder.AddPlatformDb<BulletinDb, BulletinSqliteDb>("Bulletins");
        builder.AddMessaging<BulletinDb>(
            "bulletins",
            take =>
                take.Take<ReleasePublished, RecordRelease>("release-published")
                    .Take<ReleaseRecalled, RecordRecall>("release-recalled")
                    .Take<PersonErased, ForgetWriter>("person-erased")
        );
        builder.AddObjectStore();
        builder.AddPlatformOpenApi("bulletins", "BulletinPublishing");
    }

    public static void MapBulletinPublishing(this WebApplication app)
    {
        app.MapBulletins();
        app.MapParkedMessages<BulletinDb>("/api/bulletins");
        app.MapAudit<BulletinDb>("/api/bulletins");
        app.MapPersonExport<BulletinDb>("/api/bulletins");
        app.MapPlatformOpenApi("bulletins");
    }
}
