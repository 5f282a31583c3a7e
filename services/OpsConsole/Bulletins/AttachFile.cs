using System.Net.Http.Headers;
using LaiChau.OpsConsole.Api;
using LaiChau.OpsConsole.Shell;

namespace LaiChau.OpsConsole.Bulletins;

internal static class AttachFile
{
    public static async Task<IResult> Open(Guid id, Guid attachment, HttpContext http, BulletinsApi bulletins)
    {
        _ = RangeHeaderValue.TryParse(http.Request.Headers.Range, out var range);
        return await FencedFile.Send(http, await bulletins.OpenFile(id, attachment, range, http.RequestAborted));
    }

    public static async Task<IResult> Remove(Guid id, Guid attachment, BulletinsApi bulletins)
    {
        var answer = await bulletins.Detach(id, attachment);
        return answer.Ok
            ? Show.Done(ConsoleRoutes.Bulletin(id), "da-bo-tep")
            : await ShowBulletin.With(id, bulletins, answer.Problem);
    }

    public static async Task<IResult> Attach(Guid id, HttpContext http, BulletinsApi bulletins)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        if (form.Files["tep"] is not { Length: > 0 } file)
        {
            return await ShowBulletin.With(
                id,
                bulletins,
                new ApiProblem(Fault.Refused, "", null, "chưa chọn tệp, hoặc tệp rỗng")
            );
        }
        var answer = await bulletins.Attach(id, file, form.Text("ngon-ngu"), form.Text("chu-thich"));
        return answer.Ok
            ? Show.Done(ConsoleRoutes.Bulletin(id), "da-dinh-kem")
            : await ShowBulletin.With(id, bulletins, answer.Problem);
    }
}
