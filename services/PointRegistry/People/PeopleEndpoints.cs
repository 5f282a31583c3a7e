using LaiChau.PointRegistry.People.PersonalData;
using LaiChau.ServiceDefaults;
using LaiChau.ServiceDefaults.Http;
using LaiChau.ServiceDefaults.Identity;

namespace LaiChau.PointRegistry.People;

internal static class PeopleEndpoints
{
    public static void MapPeople(this IEndpointRouteBuilder routes)
    {
        routes
            .MapGet("/api/points/{id:guid}/people", ShowPeople.Handle)
            .WithTags("People")
            .RequireAuthorization(Policies.Attend)
            .WithSummary("Who answers for a point, who runs it, and the teams of its commune");

        routes.MapPersonExport<PointRegistryDb>("/api/points", PersonOnRecord.IdsOf);
        routes
            .MapPost("/api/points/people/{id:guid}/erasure", ErasePerson.Handle)
            .WithTags("People")
            .RequireAuthorization(Policies.Administer)
            .WithSummary(
                "Erase a person's names everywhere and for good; with dryRun=true only say what that would be"
            );

        var teams = routes.MapGroup("/api/points/teams").WithTags("People").WithETags();
        var read = teams.MapGroup("").RequireAuthorization(Policies.Attend);
        read.MapGet("", ListTeams.Handle)
            .WithSummary("Community digital teams with their members on a day, searched, page by page");
        read.MapGet("{id:guid}", ListTeams.One).WithSummary("One team with all its members and communes in time");

        var manage = teams.MapGroup("").RequireAuthorization(Policies.Manage);
        manage
            .MapPost("", FormTeam.Handle)
            .WithIdempotencyKey<PointRegistryDb>()
            .WithSummary("Form the team of a village");
        manage.MapPut("{id:guid}", ChangeTeam.Handle).WithSummary("Change a team's village or commune, or end it");
        manage
            .MapPost("{id:guid}/members", ChangeTeamMember.Add)
            .WithIdempotencyKey<PointRegistryDb>()
            .WithSummary("Take somebody into a team");
        manage
            .MapPut("members/{id:guid}", ChangeTeamMember.Handle)
            .WithSummary("Change a member's telephone or role, or say when it ended");
    }
}
