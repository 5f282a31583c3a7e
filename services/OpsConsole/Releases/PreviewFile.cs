using System.Net.Http.Headers;
using LaiChau.OpsConsole.Shell;

namespace LaiChau.OpsConsole.Releases;

internal static class PreviewFile
{
    public static async Task<IResult> Handle(Guid id, string path, HttpContext http, CatalogApi catalog)
    {
        _ = RangeHeaderValue.TryParse(http.Request.Headers.Range, out var range);
        return await FencedFile.Send(http, await catalog.OpenFile(id, path, range, http.RequestAborted));
    }
}
