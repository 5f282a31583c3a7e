namespace LaiChau.Gateway.Edge;

/// <summary>What browsers are told. A page that says more precisely what it needs (its own policy) keeps it.</summary>
internal static class SecurityHeaders
{
    // Styles may stand in a page: Blazor and the sign-in page use style attributes. Scripts may not.
    private const string PagePolicy =
        "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        + "connect-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";
    private const string DataPolicy = "default-src 'none'; frame-ancestors 'none'";

    public static void UseSecurityHeaders(this WebApplication app) =>
        app.Use(
            (context, next) =>
            {
                context.Response.OnStarting(() =>
                {
                    Apply(context);
                    return Task.CompletedTask;
                });
                return next(context);
            }
        );

    private static void Apply(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.Remove("Server");
        headers.Remove("X-Powered-By");
        headers.XContentTypeOptions = "nosniff";
        if (context.Request.Path.StartsWithSegments("/content", StringComparison.OrdinalIgnoreCase))
        {
            // Machines read these over links where every byte counts.
            return;
        }
        headers.TryAdd("Referrer-Policy", "same-origin");
        var page = context.Response.ContentType?.StartsWith("text/html", StringComparison.OrdinalIgnoreCase) == true;
        if (page)
        {
            headers.TryAdd("Permissions-Policy", "camera=(), geolocation=(), microphone=()");
            headers.TryAdd("Cross-Origin-Opener-Policy", "same-origin");
        }
        if (headers.ContentSecurityPolicy.Count == 0)
        {
            headers.ContentSecurityPolicy = page ? PagePolicy : DataPolicy;
            headers.XFrameOptions = "DENY";
        }
    }
}
