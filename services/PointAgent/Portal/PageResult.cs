using System.Text;

namespace LaiChau.PointAgent.Portal;

/// <summary>A finished page. Nothing in it may run: the portal has no script at all.</summary>
internal sealed class PageResult(Html document, int status) : IResult
{
    public const string Policy =
        "default-src 'none'; style-src 'self'; img-src 'self' data:; media-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var bytes = Encoding.UTF8.GetBytes(document.ToString());
        var response = httpContext.Response;
        response.StatusCode = status;
        response.ContentType = "text/html; charset=utf-8";
        response.ContentLength = bytes.Length;
        response.Headers.CacheControl = "private, no-cache";
        response.Headers.ContentSecurityPolicy = Policy;
        return HttpMethods.IsHead(httpContext.Request.Method)
            ? Task.CompletedTask
            : response.Body.WriteAsync(bytes, httpContext.RequestAborted).AsTask();
    }
}
