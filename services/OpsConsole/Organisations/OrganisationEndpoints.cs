using LaiChau.OpsConsole.Shell;

namespace LaiChau.OpsConsole.Organisations;

internal static class OrganisationEndpoints
{
    public static void MapOrganisations(this RouteGroupBuilder console)
    {
        var organisations = console.MapGroup("/co-quan");
        organisations.MapGet(
            "",
            (string? q, string? loai, string? ngay, string? sau) =>
                Show.Page<OrganisationListPage>(new { Query = new OrganisationQuery(q, loai, ngay, sau) })
        );
        organisations.MapGet("/moi", DescribeOrganisation.New);
        organisations.MapPost("/moi", DescribeOrganisation.Add);
        organisations.MapGet("/{id:guid}", ShowOrganisation.Handle);
        organisations.MapGet("/{id:guid}/sua", DescribeOrganisation.Open);
        organisations.MapPost("/{id:guid}/sua", DescribeOrganisation.Change);
    }
}
