using LaiChau.ServiceDefaults.Identity;

namespace LaiChau.Catalog.Pushes;

internal static class PushEndpoints
{
    public static void MapPushes(this IEndpointRouteBuilder app, CatalogOptions limits)
    {
        var catalog = app.MapGroup("/api/catalog").WithTags("Pushes").RequireAuthorization(Policies.Edit);
        catalog
            .MapPost("/pushes", StartPush.Handle)
            .WithMetadata(new BodyLimit(limits.MaxDeclarationBytes))
            .WithSummary("Declare a release by its files and blocks; answers which blocks are missing");
        catalog.MapGet("/pushes/{id:guid}", StartPush.Show).WithSummary("What a push is still missing");
        catalog
            .MapPut("/blocks/{sha256}", PutBlock.Handle)
            .Accepts<byte[]>("application/octet-stream")
            .WithSummary("Send one block");
        catalog.MapPost("/pushes/{id:guid}/complete", CompletePush.Handle).WithSummary("Make the push a release");
        catalog
            .MapPost("/releases", PushArchive.Handle)
            .Accepts<byte[]>(
                "application/zip",
                "application/gzip",
                "application/x-zip-compressed",
                "application/x-gzip"
            )
            .WithMetadata(new BodyLimit(limits.MaxArchiveBytes))
            .WithSummary("Push a release as one archive (zip, tar.gz)");
    }
}
