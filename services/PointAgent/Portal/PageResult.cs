namespace LaiChau.PointAgent.Portal;

/// <summary>A finished page. Nothing in it may run: the portal has no script at all.</summary>
internal sealed class PageResult(Html document, int status) : IResult
{
    public const string Policy =
        "default-src 'none'; style-src 'self'; img-src 'self' data:; media-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = status;
        response.ContentType = "text/html; charset=utf-8";
        response.Headers.CacheControl = "private, no-cache";
        response.Headers.ContentSecurityPolicy = Policy;
        if (HttpMethods.IsHead(httpContext.Request.Method))
            return;
        document.WriteTo(response.BodyWriter);
        await response.BodyWriter.FlushAsync(httpContext.RequestAborted);
    }
}
