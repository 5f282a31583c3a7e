using LaiChau.OpsConsole.Shell;

namespace LaiChau.OpsConsole.People;

internal static class PeopleEndpoints
{
    public static void MapPeople(this RouteGroupBuilder console)
    {
        console.MapGet("/diem/{id:guid}/nguoi", ShowPointPeople.Handle);
        var teams = console.MapGroup("/to-cong-nghe-so");
        teams.MapGet(
            "",
            (string? q, string? xa, string? sau) =>
                Show.Page<TeamListPage>(
                    new
                    {
                        Search = q,
                        Unit = xa,
                        After = sau,
                    }
                )
        );
        teams.MapGet("/moi", FormTeam.Form);
        teams.MapPost("/moi", FormTeam.Handle);
        teams.MapGet("/{id:guid}", ShowTeam.Handle);
        teams.MapPost("/{id:guid}", ChangeTeam.Handle);
        teams.MapPost("/{id:guid}/nguoi", ChangeTeamMember.Add);
        teams.MapGet("/{id:guid}/nguoi/{member:guid}", ChangeTeamMember.Form);
        teams.MapPost("/{id:guid}/nguoi/{member:guid}", ChangeTeamMember.Handle);
    }
}
