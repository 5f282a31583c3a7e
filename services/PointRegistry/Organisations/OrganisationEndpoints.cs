using LaiChau.ServiceDefaults.Http;
using LaiChau.ServiceDefaults.Identity;

namespace LaiChau.PointRegistry.Organisations;

internal static class OrganisationEndpoints
{
    public static void MapOrganisations(this IEndpointRouteBuilder routes)
    {
        var organisations = routes.MapGroup("/api/points/organisations").WithTags("Organisations").WithETags();
        var read = organisations.MapGroup("").RequireAuthorization(Policies.Read);
        read.MapGet("", ListOrganisations.Handle)
            .WithSummary("Organisations, by any name they had; with asOf those of a day, as they were called then");
        read.MapGet("{id:guid}", ListOrganisations.One)
            .WithSummary("One organisation on a day; its ETag is what If-Match takes");

        var organise = organisations.MapGroup("").RequireAuthorization(Policies.Organise);
        organise
            .MapPost("", AddOrganisation.Handle)
            .WithIdempotencyKey<PointRegistryDb>()
            .WithSummary("Add an organisation, with its names and owners by period");
        organise
            .MapPut("{id:guid}", ChangeOrganisation.Handle)
            .WithSummary("Change an organisation: a new name is one more period");
    }
}
