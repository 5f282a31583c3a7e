using System.Text.Json;
using LaiChau.ServiceDefaults.Objects;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace LaiChau.ServiceDefaults.Http;

/// <summary>Turns what escapes a handler into problem+json: a bad body, a lost race, a part that is down, or a bug.</summary>
internal sealed class PlatformExceptionHandler(ILogger<PlatformExceptionHandler> log) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(
        HttpContext context,
        Exception exception,
        CancellationToken cancellationToken
    )
    {
        if (exception is OperationCanceledException && context.RequestAborted.IsCancellationRequested)
        {
            context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
            return true;
        }
        var (problem, detail) = exception switch
        {
            BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => (Problem.TooLarge, null),
            BadHttpRequestException bad => (Problem.BadRequest, Explain(bad)),
            JsonException json => (Problem.BadRequest, json.Message),
            DbUpdateConcurrencyException when context.Request.Headers.IfMatch.Count > 0 => (
                Problem.ChangedMeanwhile,
                "Nội dung này vừa được người khác sửa. Hãy tải lại rồi sửa tiếp."
            ),
            DbUpdateConcurrencyException => (Problem.Conflict, "Read it again and repeat the change."),
            ObjectStoreException => (Problem.Unavailable, "The object store does not answer."),
            _ when DatabaseFaults.IsUnavailable(exception) => (Problem.Unavailable, "The database does not answer."),
            _ => ((Problem?)null, (string?)null),
        };
        if (problem is null)
        {
            log.LogError(exception, "Unhandled fault in {Method} {Path}", context.Request.Method, context.Request.Path);
            problem = new Problem(500, "internal-error", "Something is broken here; it has been logged");
        }
        else if (problem.Status >= 500)
        {
            log.LogWarning(
                exception,
                "{Code} in {Method} {Path}",
                problem.Code,
                context.Request.Method,
                context.Request.Path
            );
            context.Response.Headers.RetryAfter = "5";
        }
        await problem.With(detail).ExecuteAsync(context);
        return true;
    }

    private static string Explain(BadHttpRequestException bad) =>
        bad.InnerException is JsonException json ? $"{bad.Message} {json.Message}" : bad.Message;
}
