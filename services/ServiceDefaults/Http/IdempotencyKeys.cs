using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using LaiChau.ServiceDefaults.Data;
using LaiChau.ServiceDefaults.Data.Audit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.Extensions.DependencyInjection;

namespace LaiChau.ServiceDefaults.Http;

/// <summary>What was answered to a request with an <c>Idempotency-Key</c>, kept in the service's database for a day.</summary>
[NotAudited("forgotten after a day")]
public sealed class RememberedAnswer
{
    private const int KeptSeconds = 24 * 60 * 60;

    /// <summary>Hash of the account, the route and the key.</summary>
    public required string Key { get; init; }

    /// <summary>Hash of the body: another one under the same key is a mistake of the caller.</summary>
    public required string BodyHash { get; init; }
    public required int Status { get; set; }
    public string? ContentType { get; set; }
    public string? Location { get; set; }
    public string? ETag { get; set; }
    public required byte[] Body { get; set; }

    /// <summary>Unix seconds.</summary>
    public required long CreatedAt { get; init; }

    public static void Map(EntityTypeBuilder<RememberedAnswer> answers)
    {
        answers.ToTable("remembered_answers");
        answers.HasKey(a => a.Key);
        answers.HasIndex(a => a.CreatedAt);
    }

    public static Task<int> Prune(PlatformDb db, TimeProvider time, CancellationToken ct)
    {
        var oldest = time.GetUtcNow().ToUnixTimeSeconds() - KeptSeconds;
        return db.Set<RememberedAnswer>().Where(a => a.CreatedAt < oldest).ExecuteDeleteAsync(ct);
    }
}

/// <summary>
/// A client that lost the answer sends the request again under the same <c>Idempotency-Key</c> and gets that answer; nothing is done twice.
/// The key is written in the transaction of what the route does: neither is there without the other, and a second request at the same
/// moment waits for the first. Refusals are not kept: what was refused may be repeated.
/// </summary>
public static class IdempotencyKeys
{
    private const string Header = "Idempotency-Key";
    private const int Longest = 200;

    private static readonly Problem Reused = new(
        422,
        "idempotency-key-reused",
        "This Idempotency-Key was used with another body"
    );

    /// <summary>The route honours the key. Its handler must use the transaction that is open, if one is.</summary>
    public static RouteHandlerBuilder WithIdempotencyKey<TDb>(this RouteHandlerBuilder route)
        where TDb : PlatformDb
    {
        // Around the whole route and not a filter: a filter sees no body, it is read by then.
        route.Add(endpoint =>
        {
            var inner = endpoint.RequestDelegate!;
            endpoint.RequestDelegate = http => Answer<TDb>(http, inner);
        });
        return route;
    }

    private static async Task Answer<TDb>(HttpContext http, RequestDelegate inner)
        where TDb : PlatformDb
    {
        var key = http.Request.Headers[Header].ToString();
        if (key.Length == 0)
        {
            await inner(http);
            return;
        }
        if (key.Length > Longest)
        {
            await Problem.BadRequest.With($"{Header} has at most {Longest} characters.").ExecuteAsync(http);
            return;
        }
        var db = http.RequestServices.GetRequiredService<TDb>();
        var ct = http.RequestAborted;
        var now = http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow().ToUnixTimeSeconds();
        var name = Hash(
            $"{http.User.FindFirstValue("sub")}\n{http.Request.Method} {http.Request.Path}{http.Request.QueryString}\n{key}"
        );
        http.Request.EnableBuffering();
        var body = Convert.ToHexStringLower(await SHA256.HashDataAsync(http.Request.Body, ct));
        http.Request.Body.Position = 0;

        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var none = Array.Empty<byte>();
        var first = await db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO remembered_answers (key, body_hash, status, body, created_at) VALUES ({name}, {body}, 0, {none}, {now})
            ON CONFLICT (key) DO NOTHING
            """,
            ct
        );
        var remembered = await db.Set<RememberedAnswer>().SingleAsync(a => a.Key == name, ct);
        if (first == 1)
        {
            await Record(http, inner, remembered);
            if (remembered.Status is >= 200 and < 300)
            {
                await db.SaveChangesAsync(ct);
                await transaction.CommitAsync(ct);
            }
        }
        else if (remembered.BodyHash != body)
        {
            await Reused.With().ExecuteAsync(http);
            return;
        }
        else
        {
            http.Response.StatusCode = remembered.Status;
            http.Response.ContentType = remembered.ContentType;
            http.Response.Headers.Location = remembered.Location;
            http.Response.Headers.ETag = remembered.ETag;
        }
        await http.Response.Body.WriteAsync(remembered.Body, ct);
    }

    private static async Task Record(HttpContext http, RequestDelegate inner, RememberedAnswer answer)
    {
        var real = http.Response.Body;
        using var written = new MemoryStream();
        http.Response.Body = written;
        try
        {
            await inner(http);
        }
        finally
        {
            http.Response.Body = real;
        }
        answer.Status = http.Response.StatusCode;
        answer.ContentType = http.Response.ContentType;
        answer.Location = http.Response.Headers.Location;
        answer.ETag = http.Response.Headers.ETag;
        answer.Body = written.ToArray();
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
