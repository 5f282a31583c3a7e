using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using LaiChau.ServiceDefaults.Http;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;

namespace LaiChau.Gateway.Edge;

/// <summary>So many requests a minute for each client: generous for content, tight where passwords and codes can be guessed.</summary>
internal static class ClientLimits
{
    public static void AddClientLimits(this WebApplicationBuilder builder)
    {
        builder.Services.AddRateLimiter(_ => { });
        builder
            .Services.AddOptions<RateLimiterOptions>()
            .Configure<IOptions<GatewayOptions>>(
                (limiter, gateway) =>
                {
                    var limits = gateway.Value.Limits;
                    limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(context =>
                        Partition(context, limits)
                    );
                    limiter.OnRejected = Refuse;
                }
            );
    }

    public static void UseClientLimits(this WebApplication app)
    {
        if (app.Configuration["Auth:Issuer"] is { Length: > 0 })
        {
            // Who speaks decides whose limit it is; later checks find the answer ready. Not the whole authentication: where the token
            // service is in this process, that would answer wrong passwords before they are counted.
            app.Use(
                async (context, next) =>
                {
                    if (
                        context.Request.Headers.Authorization.Count > 0
                        && await context.AuthenticateAsync(JwtBearerDefaults.AuthenticationScheme)
                            is { Principal: { } speaker }
                    )
                    {
                        context.User = speaker;
                    }
                    await next(context);
                }
            );
        }
        app.UseRateLimiter();
    }

    private static RateLimitPartition<string> Partition(HttpContext context, RateLimits limits)
    {
        var path = context.Request.Path;
        if (
            path.StartsWithSegments("/connect", StringComparison.OrdinalIgnoreCase)
            || path.StartsWithSegments("/account", StringComparison.OrdinalIgnoreCase)
            || path.StartsWithSegments("/api/points/enrol", StringComparison.OrdinalIgnoreCase)
        )
        {
            return Bucket($"sign-in {Address(context)}", limits.SignIn);
        }
        return path.StartsWithSegments("/content", StringComparison.OrdinalIgnoreCase)
            ? Bucket($"content {Address(context)}", limits.Content)
            : Bucket($"api {context.User.FindFirst("sub")?.Value ?? Address(context)}", limits.Api);
    }

    private static RateLimitPartition<string> Bucket(string client, int perMinute)
    {
        var period = TimeSpan.FromSeconds(Math.Max(1, 60.0 / perMinute));
        return RateLimitPartition.GetTokenBucketLimiter(
            client,
            _ => new TokenBucketRateLimiterOptions
            {
                TokenLimit = perMinute,
                TokensPerPeriod = Math.Max(1, (int)(perMinute * period.TotalSeconds / 60)),
                ReplenishmentPeriod = period,
                QueueLimit = 0,
            }
        );
    }

    /// <summary>One IPv6 client commands a whole /64.</summary>
    private static string Address(HttpContext context)
    {
        var address = context.Connection.RemoteIpAddress;
        if (address is null or { AddressFamily: not AddressFamily.InterNetworkV6 } or { IsIPv4MappedToIPv6: true })
        {
            return address?.MapToIPv4().ToString() ?? "unknown";
        }
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes).ToString();
    }

    private static async ValueTask Refuse(OnRejectedContext refused, CancellationToken ct)
    {
        var wait = refused.Lease.TryGetMetadata(MetadataName.RetryAfter, out var after)
            ? after
            : TimeSpan.FromSeconds(1);
        var headers = refused.HttpContext.Response.Headers;
        var seconds = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds));
        headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        headers.XContentTypeOptions = "nosniff";
        await Problem.TooMany.With($"Try again in {seconds} s.").ExecuteAsync(refused.HttpContext);
    }
}
