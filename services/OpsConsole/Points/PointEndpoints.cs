using LaiChau.OpsConsole.Shell;

namespace LaiChau.OpsConsole.Points;

internal static class PointEndpoints
{
    public static void MapPoints(this RouteGroupBuilder console)
    {
        var points = console.MapGroup("/diem");
        points.MapGet(
            "",
            (string? q, string? tinh, int? trang) =>
                Show.Page<PointListPage>(
                    new
                    {
                        Search = q,
                        Kind = tinh,
                        Number = trang ?? 1,
                    }
                )
        );
        points.MapGet("/moi", RegisterPoint.Form);
        points.MapPost("/moi", RegisterPoint.Handle);
        points.MapGet(
            "/danh-sach",
            async (HttpContext http, PointsApi list) =>
                await Show.Download(http, await list.Export(http.RequestAborted))
        );
        points.MapGet("/{id:guid}", ShowPoint.Handle);
        points.MapPost("/{id:guid}/ma-ghi-danh", CreateEnrolmentCode.Handle);
        points.MapGet("/{id:guid}/tam-dung", ChangePointState.AskSuspend);
        points.MapPost("/{id:guid}/tam-dung", ChangePointState.Suspend);
        points.MapGet("/{id:guid}/kich-hoat", ChangePointState.AskActivate);
        points.MapPost("/{id:guid}/kich-hoat", ChangePointState.Activate);
        points.MapGet("/{id:guid}/dong", ChangePointState.AskClose);
        points.MapPost("/{id:guid}/dong", ChangePointState.Close);
    }
}
