using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace LaiChau.Cli.Tests;

/// <summary>
/// A fault-injecting server for the upload calls of the catalogue: real HTTP on Kestrel, blocks in memory, and connections cut, answers lost
/// or refused as a test orders. What the real services do with the same calls is tested with them.
/// </summary>
internal sealed class CuttingUploadServer : IAsyncDisposable
{
    public const string User = "bien-tap-mau";
    public const string Password = "mat-khau-mau";
    private readonly WebApplication app;
    private readonly ConcurrentDictionary<Guid, JsonObject> pushes = new();
    private readonly ConcurrentDictionary<Guid, Guid> releases = new();
    private int uploads;
    private int tokens;

    private CuttingUploadServer(WebApplication app) => this.app = app;

    public Uri Address => new(app.Urls.First());
    public ConcurrentDictionary<string, byte[]> Blocks { get; } = new(StringComparer.Ordinal);
    public int Uploads => uploads;
    public int TokensIssued => tokens;
    public int ReleasesMade => releases.Count;
    public TimeSpan TokenLifetime { get; set; } = TimeSpan.FromHours(1);

    /// <summary>What happens to the n-th upload of a block, from 1.</summary>
    public Func<int, Fault> OnUpload { get; set; } = _ => Fault.None;

    /// <summary>The answer to this many completions is lost after the work is done.</summary>
    public int LostCompletions { get; set; }

    public enum Fault
    {
        None,
        CutWhileReceiving,
        CutBeforeAnswering,
        Busy,
    }

    public static async Task<CuttingUploadServer> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var server = new CuttingUploadServer(builder.Build());
        server.Map();
        await server.app.StartAsync();
        return server;
    }

    /// <summary>The file of a push put together from the blocks it names.</summary>
    public IReadOnlyDictionary<string, byte[]> Files() =>
        LastPush["files"]!
            .AsArray()
            .ToDictionary(
                f => f!["path"]!.GetValue<string>(),
                f => f!["blocks"]!.AsArray().SelectMany(b => Blocks[b!["sha256"]!.GetValue<string>()]).ToArray(),
                StringComparer.Ordinal
            );

    public JsonObject LastPush { get; private set; } = [];

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private void Map()
    {
        app.MapPost("/connect/token", IssueToken);
        app.MapPost("/api/catalog/pushes", StartPush);
        app.MapGet("/api/catalog/pushes/{id:guid}", (Guid id) => Results.Json(Describe(id)));
        app.MapPut("/api/catalog/blocks/{sha256}", Receive);
        app.MapPost("/api/catalog/pushes/{id:guid}/complete", Complete);
        app.MapGet("/api/catalog/releases/{id:guid}", (Guid id) => Results.Json(Release(id)));
        app.MapGet(
            "/api/catalog/releases",
            () => Results.Json(new { items = releases.Values.Select(Release), next = (string?)null })
        );
        app.MapPost(
            "/api/catalog/releases/{id:guid}/approve",
            () =>
                Results.Problem(
                    "Người duyệt phải khác người đẩy.",
                    statusCode: 403,
                    title: "The author cannot approve",
                    extensions: new Dictionary<string, object?>(StringComparer.Ordinal)
                    {
                        ["code"] = "author-cannot-approve",
                    }
                )
        );
    }

    private async Task<IResult> IssueToken(HttpRequest request)
    {
        var form = await request.ReadFormAsync();
        if (form["client_id"] != User || form["client_secret"] != Password)
        {
            return Results.Json(
                new { error = "invalid_client", error_description = "Sai tên đăng nhập hoặc mật khẩu." },
                statusCode: 401
            );
        }
        Interlocked.Increment(ref tokens);
        return Results.Json(
            new
            {
                access_token = "sample",
                token_type = "Bearer",
                expires_in = (int)TokenLifetime.TotalSeconds,
            }
        );
    }

    private async Task<IResult> StartPush(HttpRequest request)
    {
        var push = (await JsonNode.ParseAsync(request.Body))!.AsObject();
        var same = pushes.FirstOrDefault(p => JsonNode.DeepEquals(p.Value, push));
        var id = same.Value is null ? Guid.CreateVersion7() : same.Key;
        pushes[id] = push;
        LastPush = push;
        return Results.Json(Describe(id), statusCode: same.Value is null ? 201 : 200);
    }

    private async Task Receive(string sha256, HttpContext context)
    {
        var fault = OnUpload(Interlocked.Increment(ref uploads));
        if (fault == Fault.CutWhileReceiving)
        {
            _ = await context.Request.Body.ReadAtLeastAsync(new byte[1], 1, throwOnEndOfStream: false);
            context.Abort();
            return;
        }
        if (fault == Fault.Busy)
        {
            context.Response.Headers.RetryAfter = "1";
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return;
        }
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var bytes = body.ToArray();
        if (Convert.ToHexStringLower(SHA256.HashData(bytes)) != sha256)
        {
            await Results
                .Problem(
                    statusCode: 422,
                    extensions: new Dictionary<string, object?>(StringComparer.Ordinal)
                    {
                        ["code"] = "block-hash-mismatch",
                    }
                )
                .ExecuteAsync(context);
            return;
        }
        Blocks[sha256] = bytes;
        if (fault == Fault.CutBeforeAnswering)
        {
            context.Abort();
            return;
        }
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private IResult Complete(Guid id, HttpContext context)
    {
        releases.GetOrAdd(id, _ => Guid.CreateVersion7());
        if (LostCompletions-- > 0)
        {
            context.Abort();
        }
        return Results.Json(Release(releases[id]), statusCode: 201);
    }

    private object Describe(Guid id) =>
        new
        {
            id,
            state = releases.ContainsKey(id) ? "completed" : "open",
            missing = pushes[id]["files"]!
                .AsArray()
                .SelectMany(f => f!["blocks"]!.AsArray())
                .Select(b => b!["sha256"]!.GetValue<string>())
                .Distinct(StringComparer.Ordinal)
                .Where(sha => !Blocks.ContainsKey(sha)),
            releaseId = releases.TryGetValue(id, out var release) ? release : (Guid?)null,
        };

    private object Release(Guid id)
    {
        var push = pushes[releases.First(r => r.Value == id).Key];
        return new
        {
            id,
            package = push["package"]!.GetValue<string>(),
            version = 1,
            state = "awaitingApproval",
            title = push["title"].Deserialize<Dictionary<string, string>>(),
            size = push["files"]!.AsArray().Sum(f => f!["size"]!.GetValue<long>()),
            createdAt = DateTimeOffset.Parse("2026-11-24T00:00:00Z", CultureInfo.InvariantCulture),
            author = new { id = Guid.CreateVersion7(), name = "Biên tập (mẫu)" },
        };
    }
}
