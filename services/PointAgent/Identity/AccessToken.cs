using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace LaiChau.PointAgent.Identity;

/// <summary>
/// The point's access token: client credentials proved by an assertion signed with its key (private_key_jwt, RFC 7523), kept
/// until shortly before it expires.
/// </summary>
internal sealed class AccessToken(
    AgentOptions options,
    EnrolPoint enrolment,
    PointKey key,
    Server server,
    TimeProvider time
) : IDisposable
{
    private static readonly TimeSpan EarlyBy = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(1);
    private readonly SemaphoreSlim _turn = new(1, 1);
    private string? _token;
    private long _takenAt;
    private TimeSpan _life;

    public async Task<string> Get(CancellationToken stop)
    {
        await _turn.WaitAsync(stop);
        try
        {
            if (_token is null || time.GetElapsedTime(_takenAt) >= _life - EarlyBy)
                await Take(stop);
            return _token!;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>The server did not accept it: the next call asks for a new one.</summary>
    public void Drop() => _token = null;

    public void Dispose() => _turn.Dispose();

    private async Task Take(CancellationToken stop)
    {
        var identity = enrolment.Identity ?? throw new InvalidOperationException("The point is not enrolled.");
        var now = time.GetUtcNow();
        var answer = await Ask(identity, now, stop);
        // A machine whose clock is wrong must still be heard of: the token is the server's own affair, and so is its time.
        if (IsRefused(answer) && answer.Headers.Date is { } theirs && (theirs - now).Duration() > Tolerance)
        {
            answer.Dispose();
            (now, answer) = (theirs, await Ask(identity, theirs, stop));
        }
        if (IsRefused(answer) && await enrolment.FindTokenEndpoint(stop) is { } moved)
        {
            answer.Dispose();
            answer = await Ask(moved, now, stop);
        }
        using (answer)
        {
            await Keep(answer, stop);
        }
    }

    private static bool IsRefused(HttpResponseMessage answer) =>
        answer.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.Unauthorized;

    private async Task<HttpResponseMessage> Ask(PointIdentity identity, DateTimeOffset at, CancellationToken stop)
    {
        using var form = new FormUrlEncodedContent([
            new("grant_type", "client_credentials"),
            new("client_id", identity.PointId.ToString()),
            new("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
            new("client_assertion", Assertion(identity, at)),
        ]);
        // By the door this point was given: the address that tokens name may not be its way there.
        var door = new Uri(options.ServerRoot, identity.TokenEndpoint.AbsolutePath.TrimStart('/'));
        return await server.Post(door, form, null, stop);
    }

    private async Task Keep(HttpResponseMessage answer, CancellationToken stop)
    {
        if (!answer.IsSuccessStatusCode)
        {
            var refusal = await answer.Content.ReadAsStringAsync(stop);
            throw new HttpRequestException(
                $"The token endpoint refused the point: {refusal[..Math.Min(refusal.Length, 300)]}",
                null,
                answer.StatusCode
            );
        }
        var token =
            await answer.Content.ReadFromJsonAsync(AgentJson.Default.TokenAnswer, stop)
            ?? throw new InvalidDataException("The token endpoint answered with an empty body.");
        (_token, _takenAt, _life) = (token.AccessToken, time.GetTimestamp(), TimeSpan.FromSeconds(token.ExpiresIn));
    }

    private string Assertion(PointIdentity identity, DateTimeOffset at)
    {
        var now = at.ToUnixTimeSeconds();
        var id = identity.PointId.ToString();
        var claims = new AssertionClaims(
            id,
            id,
            identity.TokenEndpoint.AbsoluteUri,
            Guid.CreateVersion7().ToString("N"),
            now,
            now + 300
        );
        return key.SignJws(
            """{"alg":"ES256","typ":"JWT"}"""u8,
            JsonSerializer.SerializeToUtf8Bytes(claims, AgentJson.Default.AssertionClaims)
        );
    }
}

internal sealed record AssertionClaims(string Iss, string Sub, string Aud, string Jti, long Iat, long Exp);

/// <summary>What the discovery document (OpenID Connect Discovery 1.0) says that is of use here.</summary>
internal sealed record TokenService([property: JsonPropertyName("token_endpoint")] Uri? TokenEndpoint);

internal sealed record TokenAnswer(
    [property: JsonPropertyName("access_token")] string AccessToken,
    [property: JsonPropertyName("expires_in")] int ExpiresIn
);
