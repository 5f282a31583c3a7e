using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace LaiChau.Gateway.Tests;

/// <summary>What a service behind the gateway was asked.</summary>
internal sealed record Heard(
    string Service,
    string Method,
    string Path,
    Dictionary<string, string> Headers,
    long Length,
    string Sha256
);

/// <summary>A small real server that stands for a service behind the gateway and answers with what it heard.</summary>
internal sealed class EchoService : IAsyncDisposable
{
    private readonly WebApplication app;

    private EchoService(WebApplication app) => this.app = app;

    public string Address => app.Urls.First();

    public static async Task<EchoService> Start(string name)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(k => k.Limits.MaxRequestBodySize = null);
        var service = new EchoService(builder.Build());
        service.app.Map("/{**path}", context => Answer(name, context));
        await service.app.StartAsync();
        return service;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private static async Task Answer(string name, HttpContext context)
    {
        var query = context.Request.Query;
        if (query.ContainsKey("silent"))
        {
            await Task.Delay(TimeSpan.FromMinutes(1), context.RequestAborted);
        }
        if (query.ContainsKey("page"))
        {
            context.Response.ContentType = "text/html; charset=utf-8";
            if (query["page"] == "own-policy")
            {
                context.Response.Headers.ContentSecurityPolicy = "sandbox";
            }
            await context.Response.WriteAsync("<h1>Trang mẫu</h1>");
            return;
        }
        if (query.ContainsKey("problem"))
        {
            await Results
                .Problem(
                    statusCode: 409,
                    extensions: new Dictionary<string, object?>(StringComparer.Ordinal) { ["code"] = "wrong-state" }
                )
                .ExecuteAsync(context);
            return;
        }
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[64 << 10];
        var length = 0L;
        int read;
        while ((read = await context.Request.Body.ReadAsync(buffer, context.RequestAborted)) > 0)
        {
            hash.AppendData(buffer, 0, read);
            length += read;
        }
        var headers = context.Response.Headers;
        headers.Server = "Echo/1.0";
        headers["X-Powered-By"] = "Echo";
        await context.Response.WriteAsJsonAsync(
            new Heard(
                name,
                context.Request.Method,
                context.Request.Path + context.Request.QueryString.Value,
                context.Request.Headers.ToDictionary(
                    h => h.Key,
                    h => h.Value.ToString(),
                    StringComparer.OrdinalIgnoreCase
                ),
                length,
                Convert.ToHexStringLower(hash.GetHashAndReset())
            )
        );
    }
}
