using LaiChau.OpsConsole.Shell;

namespace LaiChau.OpsConsole.Points;

/// <summary>Suspend, activate, close: each asks first.</summary>
internal static class ChangePointState
{
    public static Task<IResult> AskSuspend(Guid id, PointsApi points) => Ask(id, points, SuspendIt);

    public static Task<IResult> AskActivate(Guid id, PointsApi points) => Ask(id, points, ActivateIt);

    public static Task<IResult> AskClose(Guid id, PointsApi points) => Ask(id, points, CloseIt);

    public static Task<IResult> Suspend(Guid id, PointsApi points, HttpContext http) =>
        Do(id, points, SuspendIt, act => act.Do(http, "diem-tam-dung", (reason, _) => points.Suspend(id, reason)));

    public static Task<IResult> Activate(Guid id, PointsApi points, HttpContext http) =>
        Do(id, points, ActivateIt, act => act.Do(http, "diem-kich-hoat", (_, _) => points.Activate(id)));

    public static Task<IResult> Close(Guid id, PointsApi points, HttpContext http) =>
        Do(id, points, CloseIt, act => act.Do(http, "diem-dong", (reason, _) => points.Close(id, reason)));

    private static Task<IResult> Ask(Guid id, PointsApi points, Func<Point, Confirmation> make) =>
        Do(id, points, make, act => Task.FromResult(act.Ask()));

    private static async Task<IResult> Do(
        Guid id,
        PointsApi points,
        Func<Point, Confirmation> make,
        Func<Confirmation, Task<IResult>> then
    )
    {
        var point = await points.One(id);
        return point.Ok ? await then(make(point.Value)) : Show.Trouble(point.Problem);
    }

    private static Confirmation SuspendIt(Point point) =>
        new()
        {
            Title = "Tạm dừng điểm hỗ trợ",
            Subject = Named(point),
            Consequences =
            [
                "Máy của điểm sẽ không gửi được báo cáo về hệ thống cho đến khi điểm được kích hoạt lại.",
                "Nội dung đã có tại điểm vẫn được giữ trên máy.",
            ],
            ReasonLabel = "Lý do tạm dừng",
            Button = "Tạm dừng điểm",
            Danger = true,
            Action = ConsoleRoutes.Point(point.Id) + "/tam-dung",
            Back = ConsoleRoutes.Point(point.Id),
        };

    private static Confirmation ActivateIt(Point point) =>
        new()
        {
            Title = "Kích hoạt điểm hỗ trợ",
            Subject = Named(point),
            Consequences = ["Điểm được báo cáo về hệ thống và được tính vào độ phủ sóng kể từ bây giờ."],
            Button = "Kích hoạt điểm",
            Action = ConsoleRoutes.Point(point.Id) + "/kich-hoat",
            Back = ConsoleRoutes.Point(point.Id),
        };

    private static Confirmation CloseIt(Point point) =>
        new()
        {
            Title = "Đóng điểm hỗ trợ",
            Subject = Named(point),
            Consequences =
            [
                "Điểm ngừng hoạt động hẳn và không còn được tính vào độ phủ sóng.",
                "Hồ sơ của điểm được giữ lại để tra cứu.",
            ],
            ReasonLabel = "Lý do đóng điểm",
            Button = "Đóng điểm",
            Danger = true,
            Action = ConsoleRoutes.Point(point.Id) + "/dong",
            Back = ConsoleRoutes.Point(point.Id),
        };

    private static string Named(Point point) => $"{point.Name} ({point.UnitName})";
}
