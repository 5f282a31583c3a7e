using LaiChau.OpsConsole.Shell;
using Microsoft.AspNetCore.Mvc;

namespace LaiChau.OpsConsole.Acts;

internal static class ActEndpoints
{
    public static void MapActs(this RouteGroupBuilder console)
    {
        var acts = console.MapGroup("/van-ban");
        acts.MapGet(
            "",
            (string? q, string? loai, [FromQuery(Name = "co-quan")] Guid? issuer, string? ngay, string? sau) =>
                Show.Page<ActListPage>(new { Query = new ActQuery(q, loai, issuer, ngay, sau) })
        );
        acts.MapGet("/moi", DescribeAct.New);
        acts.MapPost("/moi", DescribeAct.Record);
        acts.MapGet("/{id:guid}", ShowAct.Handle);
        acts.MapGet("/{id:guid}/sua", DescribeAct.Open);
        acts.MapPost("/{id:guid}/sua", DescribeAct.Change);
        acts.MapGet("/{id:guid}/xoa", DeleteAct.Ask);
        acts.MapPost("/{id:guid}/xoa", DeleteAct.Handle);
    }
}
