using LaiChau.ServiceDefaults.Identity;

namespace LaiChau.Catalog.Plane;

internal static class PlaneEndpoints
{
    private const long LargestMetadata = 2 * 1024 * 1024;

    public static void MapPlane(this IEndpointRouteBuilder app)
    {
        var plane = app.MapGroup("/api/catalog/plane").WithTags("Plane");
        plane
            .MapGet("", ShowPlane.Handle)
            .RequireAuthorization(Policies.Watch)
            .WithSummary("Versions, expiry and signers of the distribution plane, and which keys are at hand");
        plane
            .MapPost("/metadata", TakeMetadata.Handle)
            .RequireAuthorization(Policies.Administer)
            .WithMetadata(new BodyLimit(LargestMetadata))
            .WithSummary("Hand over roots and targets that were signed with the offline keys");
    }
}
