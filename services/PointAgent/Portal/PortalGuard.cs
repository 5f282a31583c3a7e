namespace LaiChau.PointAgent.Portal;

/// <summary>Headers that every answer carries, and a page instead of a stack trace when something breaks.</summary>
internal static class PortalGuard
{
    public static void UsePortalGuard(this WebApplication app) =>
        app.Use(
            async (http, next) =>
            {
                var headers = http.Response.Headers;
                headers.XContentTypeOptions = "nosniff";
                headers.XFrameOptions = "DENY";
                headers["Referrer-Policy"] = "same-origin";
                headers["Cross-Origin-Opener-Policy"] = "same-origin";
                headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()";
                try
                {
                    await next(http);
                }
                catch (Exception error) when (!http.Response.HasStarted && !http.RequestAborted.IsCancellationRequested)
                {
                    http.RequestServices.GetRequiredService<ILogger<PageFrame>>()
                        .LogError(error, "Page {Path} failed", http.Request.Path);
                    await new PageResult(Broken, StatusCodes.Status500InternalServerError).ExecuteAsync(http);
                }
            }
        );

    /// <summary>Made of nothing that could be what is broken.</summary>
    private static readonly Html Broken = Html.Of(
        $"""
        <!doctype html><html lang="vi"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
        <title>Trang tạm thời chưa mở được</title><link rel="stylesheet" href="/portal.css"></head>
        <body><main class="wide"><section class="notice"><h1>Trang này tạm thời chưa mở được</h1>
        <p>Mời bà con thử lại sau ít phút, hoặc báo cán bộ phụ trách điểm.</p><p><a class="button" href="/">Về trang chính</a></p></section></main></body></html>
        """
    );
}
