using System.Collections.Concurrent;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using LaiChau.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace LaiChau.OpsConsole.Tests;

/// <summary>
/// Speaks the contract of decision 0001 for the pages under test: the API as behind the gateway, and a token service with the
/// authorization code flow (PKCE checked, tokens signed). It decides nothing; that the real services speak the same is shown by the system tests.
/// </summary>
internal sealed class ContractServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly SigningCredentials _key = new(
        new ECDsaSecurityKey(ECDsa.Create(ECCurve.NamedCurves.nistP256)) { KeyId = "contract" },
        SecurityAlgorithms.EcdsaSha256
    );
    private readonly ConcurrentDictionary<string, (string Challenge, string? Nonce, Account Account)> _codes = new();
    private readonly ConcurrentDictionary<string, Account> _refreshTokens = new();

    public sealed record Account(Guid Id, string Name, params string[] Roles)
    {
        /// <summary>The claim of an account that is bound to one: <c>unit:03478</c>.</summary>
        public string? Place { get; init; }
    }

    public sealed record Call(string Method, string Path, string Body, string? Role)
    {
        public string? Once { get; init; }
        public string? IfMatch { get; init; }
    }

    private ContractServer(WebApplication app)
    {
        _app = app;
        MapTokenService();
        app.Map("/api/{**rest}", (Delegate)Api);
    }

    public Uri Address { get; private init; } = null!;

    /// <summary>Who the next browser to be sent here signs in as.</summary>
    public Account SignsIn { get; set; } = new(Guid.CreateVersion7(), "Người xem mẫu", "officer");

    /// <summary>What is answered by path, with its query or without, or by <c>POST path</c>; anything else is a 404 with a code.</summary>
    public ConcurrentDictionary<string, object> Answers { get; } = new();

    /// <summary>What POST and PUT answer by path.</summary>
    public ConcurrentDictionary<string, (int Status, object Body)> Refusals { get; } = new();

    /// <summary>Paths that begin so answer 503, as a gateway does for a service that is away.</summary>
    public ConcurrentBag<string> Down { get; } = [];

    public ConcurrentQueue<Call> Calls { get; } = new();

    public int TokenSeconds { get; set; } = 3600;

    public int Refreshes { get; private set; }

    public static async Task<ContractServer> Start()
    {
        var address = new Uri($"http://127.0.0.1:{FreePort.Take()}");
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.UseUrls(address.ToString());
        var server = new ContractServer(builder.Build()) { Address = address };
        await server._app.StartAsync();
        return server;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task<IResult> Api(HttpContext http)
    {
        var path = http.Request.Path.Value!;
        using var reader = new StreamReader(http.Request.Body);
        var body = await reader.ReadToEndAsync();
        var token = http.Request.Headers.Authorization.ToString() is ['B', 'e', 'a', 'r', 'e', 'r', ' ', .. var bearer]
            ? new JsonWebToken(bearer)
            : null;
        Calls.Enqueue(
            new Call(
                http.Request.Method,
                path + http.Request.QueryString,
                body,
                token?.Claims.FirstOrDefault(c => c.Type == "role")?.Value
            )
            {
                Once = http.Request.Headers["Idempotency-Key"],
                IfMatch = http.Request.Headers.IfMatch,
            }
        );
        if (Down.Any(d => path.StartsWith(d, StringComparison.Ordinal)))
        {
            return Results.Json(new { code = "unavailable" }, statusCode: 503);
        }
        if (token is null || token.ValidTo < TimeProvider.System.GetUtcNow().UtcDateTime)
        {
            return Refuse(401, "unauthenticated");
        }
        if (!HttpMethods.IsGet(http.Request.Method) && Refusals.TryGetValue(path, out var refusal))
        {
            return Results.Json(refusal.Body, statusCode: refusal.Status, contentType: "application/problem+json");
        }
        if (path == "/api/telemetry/visits")
        {
            return Results.NoContent();
        }
        if (
            Answers.TryGetValue($"{http.Request.Method} {path}", out var answer)
            || Answers.TryGetValue(path + http.Request.QueryString, out answer)
            || Answers.TryGetValue(path, out answer)
        )
        {
            return answer is IResult result ? result : Results.Json(answer);
        }
        return Refuse(404, "not-found");
    }

    private static IResult Refuse(int status, string code) =>
        Results.Json(new { code, title = code }, statusCode: status, contentType: "application/problem+json");

    private void MapTokenService()
    {
        _app.MapGet(
            "/.well-known/openid-configuration",
            () =>
                Results.Json(
                    new
                    {
                        issuer = Address.ToString(),
                        authorization_endpoint = new Uri(Address, "connect/authorize"),
                        token_endpoint = new Uri(Address, "connect/token"),
                        end_session_endpoint = new Uri(Address, "connect/logout"),
                        jwks_uri = new Uri(Address, ".well-known/jwks"),
                        response_types_supported = new[] { "code" },
                        id_token_signing_alg_values_supported = new[] { "ES256" },
                    }
                )
        );
        _app.MapGet(
            "/.well-known/jwks",
            () =>
            {
                var key = JsonWebKeyConverter.ConvertFromECDsaSecurityKey((ECDsaSecurityKey)_key.Key);
                return Results.Json(
                    new
                    {
                        keys = new[]
                        {
                            new
                            {
                                kty = "EC",
                                kid = key.Kid,
                                crv = key.Crv,
                                x = key.X,
                                y = key.Y,
                                use = "sig",
                                alg = "ES256",
                            },
                        },
                    }
                );
            }
        );
        _app.MapGet(
            "/connect/authorize",
            (HttpContext http) =>
            {
                var query = http.Request.Query;
                if (
                    query["client_id"] != "console"
                    || query["code_challenge_method"] != "S256"
                    || query["scope"] != "openid profile offline_access laichau"
                )
                {
                    return Results.BadRequest("not what the contract says");
                }
                var code = Random();
                _codes[code] = (query["code_challenge"].ToString(), query["nonce"], SignsIn);
                return Results.Redirect(
                    $"{query["redirect_uri"]}?code={code}&state={Uri.EscapeDataString(query["state"].ToString())}"
                );
            }
        );
        _app.MapGet(
            "/connect/logout",
            (HttpContext http) =>
                Results.Redirect(
                    $"{http.Request.Query["post_logout_redirect_uri"]}?state={Uri.EscapeDataString(http.Request.Query["state"].ToString())}"
                )
        );
        _app.MapPost(
            "/connect/token",
            async (HttpContext http) =>
            {
                var form = await http.Request.ReadFormAsync();
                if (
                    form["grant_type"] == "refresh_token"
                    && _refreshTokens.TryRemove(form["refresh_token"].ToString(), out var again)
                )
                {
                    Refreshes++;
                    return Tokens(again with { Roles = SignsIn.Roles }, null);
                }
                var challenge = Base64UrlEncoder.Encode(
                    SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"].ToString()))
                );
                return _codes.TryRemove(form["code"].ToString(), out var grant) && grant.Challenge == challenge
                    ? Tokens(grant.Account, grant.Nonce)
                    : Results.Json(new { error = "invalid_grant" }, statusCode: 400);
            }
        );
    }

    private IResult Tokens(Account account, string? nonce)
    {
        var refresh = Random();
        _refreshTokens[refresh] = account;
        return Results.Json(
            new
            {
                access_token = Token(
                    "laichau",
                    "at+jwt",
                    [
                        new("sub", account.Id.ToString()),
                        new("name", account.Name),
                        .. account.Roles.Select(r => new Claim("role", r)),
                        .. account.Place is { } place ? [new("place", place)] : Array.Empty<Claim>(),
                    ]
                ),
                id_token = Token(
                    "console",
                    "JWT",
                    [new("sub", account.Id.ToString()), .. nonce is null ? Array.Empty<Claim>() : [new("nonce", nonce)]]
                ),
                refresh_token = refresh,
                token_type = "Bearer",
                expires_in = TokenSeconds,
            }
        );
    }

    private string Token(string audience, string type, Claim[] claims) =>
        new JsonWebTokenHandler().CreateToken(
            new SecurityTokenDescriptor
            {
                Issuer = Address.ToString(),
                Audience = audience,
                TokenType = type,
                Subject = new ClaimsIdentity(claims),
                Expires = TimeProvider.System.GetUtcNow().AddHours(1).UtcDateTime,
                SigningCredentials = _key,
            }
        );

    private static string Random() => Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
}
