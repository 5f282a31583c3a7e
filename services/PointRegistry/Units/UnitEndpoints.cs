using LaiChau.ServiceDefaults.Identity;

namespace LaiChau.PointRegistry.Units;

internal static class UnitEndpoints
{
    public static void MapUnits(this IEndpointRouteBuilder routes) =>
        routes
            .MapGet("/api/points/units", ListUnits.Handle)
            .RequireAuthorization(Policies.Read)
            .WithTags("Units")
            .WithSummary("Administrative units in force on a day, searched by name with or without diacritics");
}
