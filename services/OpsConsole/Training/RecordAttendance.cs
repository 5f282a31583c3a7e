using LaiChau.OpsConsole.Api;
using LaiChau.OpsConsole.Shell;
using LaiChau.OpsConsole.SignIn;

namespace LaiChau.OpsConsole.Training;

internal static class RecordAttendance
{
    public const string OfAccount = "tk-";
    public const string OfMember = "tv-";

    public static async Task<IResult> Handle(Guid id, HttpContext http, TrainingApi training, Viewer viewer)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var people = form.Keys.Select(key => Row(key, form.Text(key))).OfType<AttendanceRow>().ToArray();
        if (people.Length == 0)
        {
            return await ShowSession.With(id, training, viewer, ApiProblem.Missing("chưa chọn ai có mặt"));
        }
        var answer = await training.Record(id, people);
        return answer.Ok
            ? Show.Done(ConsoleRoutes.Session(id), "diem-danh")
            : await ShowSession.With(id, training, viewer, answer.Problem);
    }

    /// <summary>Who was not there is not sent, and stays as he was.</summary>
    private static AttendanceRow? Row(string key, string? value) =>
        value is not ("xong" or "chua") ? null
        : Named(key, OfAccount) is { } account ? new(value == "xong", account, null)
        : Named(key, OfMember) is { } member ? new(value == "xong", null, member)
        : null;

    private static Guid? Named(string key, string prefix) =>
        key.StartsWith(prefix, StringComparison.Ordinal) && Guid.TryParse(key[prefix.Length..], out var id) ? id : null;
}
