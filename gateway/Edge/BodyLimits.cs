using LaiChau.ServiceDefaults.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace LaiChau.Gateway.Edge;

/// <summary>How large a body each door takes. What a length announces is refused before a byte is read, the rest when it grows too large.</summary>
internal static class BodyLimits
{
    private const long Usual = 1L << 20;

    // 512 KiB, and the framing of a body sent in chunks, which counts.
    private const long Block = 520L << 10;

    // A table of points, targets or attendances, as the registry takes it.
    private const long Table = 4L << 20;

    // The same in the console's form, which carries it in letters from the trial to the confirmation.
    private const long CarriedTable = 8L << 20;

    // The list of all files and blocks of a push: about 100 bytes a block, so some 20 GB of content.
    private const long PushList = 16L << 20;

    public static void UseBodyLimits(this WebApplication app)
    {
        var options = app.Services.GetRequiredService<IOptions<GatewayOptions>>().Value;
        app.Use(
            async (context, next) =>
            {
                var limit = For(context.Request.Path, options);
                if (context.Request.ContentLength > limit)
                {
                    // Nobody will read the body; the connection cannot serve another request.
                    context.Response.Headers.Connection = "close";
                    await Problem.TooLarge.With($"At most {limit} bytes.").ExecuteAsync(context);
                    return;
                }
                if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature)
                {
                    feature.MaxRequestBodySize = limit;
                }
                await next(context);
            }
        );
    }

    private static long For(PathString path, GatewayOptions options) =>
        path.StartsWithSegments("/api/catalog/blocks", StringComparison.OrdinalIgnoreCase) ? Block
        : path.StartsWithSegments("/api/catalog/pushes", StringComparison.OrdinalIgnoreCase) ? PushList
        : path.StartsWithSegments("/api/points", StringComparison.OrdinalIgnoreCase, out var table)
        && table.Value?.EndsWith("/import", StringComparison.OrdinalIgnoreCase) == true
            ? Table
        : path == "/api/catalog/releases" ? options.MaxArchiveBytes
        : path.StartsWithSegments("/api/bulletins", StringComparison.OrdinalIgnoreCase, out var rest)
        && rest.Value?.EndsWith("/attachments", StringComparison.OrdinalIgnoreCase) == true
            ? options.MaxAttachmentBytes
        // The same file from the console's form, with the form's other fields.
        : path.StartsWithSegments("/console", StringComparison.OrdinalIgnoreCase, out var page)
        && page.Value?.EndsWith("/tep", StringComparison.OrdinalIgnoreCase) == true
            ? options.MaxAttachmentBytes + Usual
        : page.Value?.EndsWith("/nhap", StringComparison.OrdinalIgnoreCase) == true ? CarriedTable
        : Usual;
}
