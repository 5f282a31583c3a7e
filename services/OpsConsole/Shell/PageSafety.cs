using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.Features;

namespace LaiChau.OpsConsole.Shell;

/// <summary>What every page needs: headers that fence it in, and for a form the proof that it came from a page of ours.</summary>
internal sealed class PageSafety(IAntiforgery antiforgery, ConsoleOptions settings, ILogger<PageSafety> log)
    : IEndpointFilter
{
    /// <summary>Room for the other fields of a form that carries a file.</summary>
    private const long FormOverhead = 1024 * 1024;

    private readonly string _policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; connect-src 'self'; frame-src 'self'; "
        + $"form-action 'self' {settings.Authority.GetLeftPart(UriPartial.Authority)}; base-uri 'none'; frame-ancestors 'none'";

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        var headers = http.Response.Headers;
        headers.ContentSecurityPolicy = _policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "same-origin";
        headers.CacheControl = "no-store";
        if (HttpMethods.IsPost(http.Request.Method))
        {
            AllowUploads(http);
            if (http.Request.ContentLength > settings.MaxUploadBytes + FormOverhead)
            {
                http.Response.Headers.Connection = "close";
                return Show.Page<TooLargePage>(status: StatusCodes.Status413PayloadTooLarge);
            }
            if (!await antiforgery.IsRequestValidAsync(http))
            {
                return Show.Page<FormExpiredPage>(status: StatusCodes.Status400BadRequest);
            }
        }
        try
        {
            // Executed here, not after the filters, so that a fault while a page is being drawn still ends in a page.
            var answer = await next(context);
            await ((IResult)answer!).ExecuteAsync(http);
        }
        catch (Exception fault) when (!http.Response.HasStarted && !http.RequestAborted.IsCancellationRequested)
        {
            log.LogError(fault, "The page {Path} broke", http.Request.Path);
            await Show.Page<BrokenPage>(status: StatusCodes.Status500InternalServerError).ExecuteAsync(http);
        }
        return Results.Empty;
    }

    private void AllowUploads(HttpContext http)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = settings.MaxUploadBytes + FormOverhead;
        }
        http.Features.Set<IFormFeature>(
            new FormFeature(
                http.Request,
                new FormOptions
                {
                    MultipartBodyLengthLimit = settings.MaxUploadBytes,
                    ValueLengthLimit = 8 * 1024 * 1024,
                }
            )
        );
    }
}
