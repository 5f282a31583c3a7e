using LaiChau.OpsConsole.Api;

namespace LaiChau.OpsConsole.Shell;

/// <summary>
/// Passes a file on that nobody has approved yet. It may be hostile: no script runs in it, it sends no form, opens no window
/// and loads nothing but its neighbours.
/// </summary>
internal static class FencedFile
{
    private const string Fence =
        "sandbox allow-same-origin; default-src 'none'; img-src 'self' data:; media-src 'self'; font-src 'self'; style-src 'self' 'unsafe-inline'; "
        + "form-action 'none'; base-uri 'none'; frame-ancestors 'self'";

    // The browser's own PDF reader does not open in a sandbox; it runs outside the console's origin anyway.
    private const string FenceOfPdf =
        "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'";

    public static async Task<IResult> Send(HttpContext http, Answer<HttpResponseMessage> answer)
    {
        if (!answer.Ok)
        {
            return Show.Trouble(answer.Problem);
        }
        using var file = answer.Value;
        var content = file.Content.Headers;
        var type = content.ContentType?.ToString() ?? "application/octet-stream";
        var to = http.Response;
        to.StatusCode = (int)file.StatusCode;
        to.ContentType = type;
        to.ContentLength = content.ContentLength;
        to.Headers.ContentSecurityPolicy = type is "application/pdf" ? FenceOfPdf : Fence;
        to.Headers.AcceptRanges = file.Headers.AcceptRanges.Count > 0 ? "bytes" : default;
        to.Headers.ContentRange = content.ContentRange?.ToString();
        to.Headers.ContentDisposition = "inline";
        await file.Content.CopyToAsync(to.Body, http.RequestAborted);
        return Results.Empty;
    }
}
