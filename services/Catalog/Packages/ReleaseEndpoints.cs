using LaiChau.ServiceDefaults.Identity;

namespace LaiChau.Catalog.Packages;

internal static class ReleaseEndpoints
{
    public static void MapReleases(this IEndpointRouteBuilder app)
    {
        var catalog = app.MapGroup("/api/catalog").WithTags("Releases");
        catalog
            .MapGet("/packages", ReadReleases.Packages)
            .RequireAuthorization(Policies.Watch)
            .WithSummary("Packages and what is published of each");
        var releases = catalog.MapGroup("/releases");
        releases
            .MapGet("", ReadReleases.List)
            .RequireAuthorization(Policies.Watch)
            .WithSummary("Releases, newest first");
        releases
            .MapGet("/{id:guid}", ReadReleases.One)
            .RequireAuthorization(Policies.Watch)
            .WithSummary("One release with its files");
        releases
            .MapGet("/{id:guid}/files/{**path}", ReadFile.Handle)
            .RequireAuthorization(Policies.Watch)
            .WithSummary("A file of a release");
        releases
            .MapPost("/{id:guid}/approve", ApproveRelease.Handle)
            .RequireAuthorization(Policies.Review)
            .WithSummary("Approve a release; its author may not");
        releases
            .MapPost("/{id:guid}/reject", RejectRelease.Handle)
            .RequireAuthorization(Policies.Review)
            .WithSummary("Reject a release");
        releases
            .MapPost("/{id:guid}/recall", RecallRelease.Handle)
            .RequireAuthorization(Policies.Recall)
            .WithSummary("Recall a release from every point");
    }
}
