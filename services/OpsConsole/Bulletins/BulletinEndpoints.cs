using LaiChau.OpsConsole.Shell;

namespace LaiChau.OpsConsole.Bulletins;

internal static class BulletinEndpoints
{
    public static void MapBulletins(this RouteGroupBuilder console)
    {
        var bulletins = console.MapGroup("/ban-tin");
        bulletins.MapGet(
            "",
            (string? tinh, string? sau) => Show.Page<BulletinListPage>(new { State = tinh, After = sau })
        );
        bulletins.MapGet("/moi", EditBulletin.New);
        bulletins.MapPost("/moi", EditBulletin.Create);
        bulletins.MapGet("/{id:guid}", ShowBulletin.Handle);
        bulletins.MapGet("/{id:guid}/sua", EditBulletin.Open);
        bulletins.MapPost("/{id:guid}/sua", EditBulletin.Change);
        bulletins.MapPost("/{id:guid}/tep", AttachFile.Attach);
        bulletins.MapGet("/{id:guid}/tep/{attachment:guid}", AttachFile.Open);
        bulletins.MapPost("/{id:guid}/tep/{attachment:guid}/bo", AttachFile.Remove);
        bulletins.MapPost("/{id:guid}/trinh", DecideBulletin.Submit);
        bulletins.MapGet("/{id:guid}/duyet", DecideBulletin.AskApprove);
        bulletins.MapPost("/{id:guid}/duyet", DecideBulletin.Approve);
        bulletins.MapGet("/{id:guid}/tra-lai", DecideBulletin.AskReturn);
        bulletins.MapPost("/{id:guid}/tra-lai", DecideBulletin.Return);
        bulletins.MapGet("/{id:guid}/thu-hoi", DecideBulletin.AskWithdraw);
        bulletins.MapPost("/{id:guid}/thu-hoi", DecideBulletin.Withdraw);
    }
}
