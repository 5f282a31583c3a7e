using System.Security.Cryptography;
using Scalar.AspNetCore;

namespace LaiChau.Gateway.Edge;

/// <summary><c>/reference</c>: the four services' OpenAPI documents to read and try, with nothing fetched from elsewhere.</summary>
internal static class Reference
{
    private static readonly (string Name, string Title)[] Documents =
    [
        ("catalog", "Catalog"),
        ("bulletins", "Bulletins"),
        ("points", "Points"),
        ("telemetry", "Telemetry"),
    ];

    public static void MapReference(this WebApplication app) =>
        app.MapScalarApiReference(
                "/reference",
                (options, context) =>
                {
                    options.Title = "LaiChau.Platform API";
                    options.DefaultFonts = false;
                    options.DisableTelemetry().DisableAgent().DisableMcp().HideDeveloperTools().HideClientButton();
                    foreach (var (name, title) in Documents)
                    {
                        options.AddDocument(name, title, $"/api/{name}/openapi.json");
                    }
                    options.Nonce = Convert.ToBase64String(RandomNumberGenerator.GetBytes(16));
                    context.Response.Headers.ContentSecurityPolicy =
                        $"default-src 'self'; script-src 'self' 'nonce-{options.Nonce}'; style-src 'self' 'unsafe-inline'; "
                        + "img-src 'self' data:; font-src 'self' data:; object-src 'none'; base-uri 'self'; frame-ancestors 'none'";
                }
            )
            .AllowAnonymous();
}
