using LaiChau.PointRegistry.Units.Merges;
using LaiChau.ServiceDefaults.Http;
using LaiChau.ServiceDefaults.Identity;

namespace LaiChau.PointRegistry.Units;

internal static class UnitEndpoints
{
    public static void MapUnits(this IEndpointRouteBuilder routes)
    {
        var units = routes.MapGroup("/api/points/units").WithTags("Units");
        units
            .MapGet("", ListUnits.Handle)
            .RequireAuthorization(Policies.Read)
            .WithSummary("Administrative units in force on a day, searched by name with or without diacritics");
        units
            .MapGet("{code}", ShowUnit.Handle)
            .RequireAuthorization(Policies.Read)
            .WithSummary("One unit on a day: what it came from and became, what is above and below, how many points");
        units
            .MapPost("merges", MergeUnits.Handle)
            .RequireAuthorization(Policies.Administer)
            .WithIdempotencyKey<PointRegistryDb>()
            .WithSummary(
                "Merge units by a legal act, all at once; dryRun=true tells what would move and what is wrong"
            );
    }
}
