using LaiChau.OpsConsole.Shell;

namespace LaiChau.OpsConsole.Training;

internal static class TrainingEndpoints
{
    public static void MapTraining(this RouteGroupBuilder console)
    {
        var training = console.MapGroup("/tap-huan");
        training.MapGet(
            "",
            (string? xa, string? khoa, string? diem, string? sau) =>
                Show.Page<GapsPage>(new { Query = new TrainingQuery(xa, khoa, null, diem, sau) })
        );
        training.MapGet(
            "/con-thieu",
            async (string? xa, string? khoa, string? diem, HttpContext http, TrainingApi list) =>
                await Show.Download(
                    http,
                    await list.Export(new TrainingQuery(xa, khoa, null, diem), http.RequestAborted)
                )
        );
        training.MapGet(
            "/nguoi",
            (string? xa, string? khoa, string? diem, string? sau) =>
                Show.Page<TrainedPeoplePage>(new { Query = new TrainingQuery(xa, khoa, null, diem, sau) })
        );
        training.MapGet("/khoa", () => Show.Page<CoursesPage>());
        training.MapPost("/khoa", ChangeCourse.Add);
        training.MapGet("/khoa/{id:guid}", ChangeCourse.Form);
        training.MapPost("/khoa/{id:guid}", ChangeCourse.Handle);
        training.MapGet(
            "/buoi",
            (string? xa, string? khoa, string? loai, string? diem, string? sau) =>
                Show.Page<SessionsPage>(new { Query = new TrainingQuery(xa, khoa, loai, diem, sau) })
        );
        training.MapGet("/buoi/moi", HoldSession.Form);
        training.MapPost("/buoi/moi", HoldSession.Handle);
        training.MapGet("/buoi/{id:guid}", ShowSession.Handle);
        training.MapPost("/buoi/{id:guid}/diem-danh", RecordAttendance.Handle);
        training.MapGet("/buoi/{id:guid}/nhap", ImportAttendance.Ask);
        training.MapPost("/buoi/{id:guid}/nhap", ImportAttendance.Handle);
    }
}
