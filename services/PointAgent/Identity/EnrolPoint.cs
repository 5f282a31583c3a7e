using System.Net.Http.Json;
using LaiChau.PointAgent.Storage;

namespace LaiChau.PointAgent.Identity;

/// <summary>
/// Trades a one-time code for the point's identity. The key and the code are kept before the server is asked, so an answer
/// lost on the way is asked for again, with the same key and code, until the server has said yes or no.
/// </summary>
internal sealed class EnrolPoint(AgentOptions options, AgentDb db, PointKey key, Server server, ILogger<EnrolPoint> log)
{
    public PointIdentity? Identity
    {
        get => field ??= db.Read(c => c.Recall(Facts.Identity, AgentJson.Default.PointIdentity));
        private set;
    }

    /// <summary>The server's code for refusing the last enrolment code tried, if it did.</summary>
    public string? Refusal => db.Read(c => c.Recall(Facts.EnrolmentCode, AgentJson.Default.PendingCode))?.Refusal;

    /// <summary>The identity, enrolling first if there is a code to do it with; null while the point has neither.</summary>
    public async Task<PointIdentity?> Ensure(CancellationToken stop)
    {
        if (Identity is { } known)
            return known;
        var kept = db.Read(c => c.Recall(Facts.EnrolmentCode, AgentJson.Default.PendingCode));
        var code = options.EnrolmentCode ?? kept?.Code;
        if (code is null || (kept is { Refusal: not null } && kept.Code == code))
            return null;
        return await Enrol(code, stop) is Enrolled enrolled ? enrolled.Identity : null;
    }

    /// <summary>The platform's public address may have changed since the enrolment, and with it the name of its token endpoint.</summary>
    /// <returns>The identity with the new name; null if the server says the same as before, or nothing.</returns>
    public async Task<PointIdentity?> FindTokenEndpoint(CancellationToken stop)
    {
        using var answer = await server.Get(new Uri(options.ServerRoot, ".well-known/openid-configuration"), stop);
        if (
            Identity is not { } identity
            || !answer.IsSuccessStatusCode
            || await answer.Content.ReadFromJsonAsync(AgentJson.Default.TokenService, stop)
                is not { TokenEndpoint: { IsAbsoluteUri: true } now }
            || now == identity.TokenEndpoint
        )
        {
            return null;
        }
        Change(identity with { TokenEndpoint = now });
        log.LogInformation("The token endpoint is now {Now}, no longer {Before}", now, identity.TokenEndpoint);
        return Identity;
    }

    /// <summary>The server says otherwise than at the enrolment who the point is.</summary>
    public void Change(PointIdentity identity)
    {
        db.Write(c => c.Remember(Facts.Identity, identity, AgentJson.Default.PointIdentity));
        Identity = identity;
    }

    public async Task<EnrolmentOutcome> Enrol(string code, CancellationToken stop)
    {
        code = code.Trim();
        Keep(new PendingCode(code, null));
        try
        {
            using var body = JsonContent.Create(
                new EnrolmentRequest(code, key.PublicKey),
                AgentJson.Default.EnrolmentRequest
            );
            using var answer = await server.Post(new Uri(options.ServerRoot, "api/points/enrol"), body, null, stop);
            if (!answer.IsSuccessStatusCode)
                return await Refused(code, answer, stop);
            var identity =
                await answer.Content.ReadFromJsonAsync(AgentJson.Default.PointIdentity, stop)
                ?? throw new InvalidDataException("The server answered the enrolment with an empty body.");
            db.Write(c =>
            {
                c.Remember(Facts.Identity, identity, AgentJson.Default.PointIdentity);
                c.Remember(Facts.Server, options.ServerRoot, AgentJson.Default.Uri);
                c.Forget(Facts.EnrolmentCode);
            });
            log.LogInformation(
                "Enrolled as {PointId} {Name}, feeds {Feeds}",
                identity.PointId,
                identity.Name,
                identity.Feeds
            );
            return new Enrolled(identity);
        }
        catch (Exception error) when (Server.IsUnreachable(error, stop))
        {
            log.LogWarning(
                "Enrolment not answered by {Server}: {Reason}; it will be tried again",
                options.ServerRoot,
                error.Message
            );
            return new NotAnswered(error.Message);
        }
    }

    private async Task<EnrolmentOutcome> Refused(string code, HttpResponseMessage answer, CancellationToken stop)
    {
        var problem = await Problem.Read(answer, stop);
        // Only the server's own no ends the trying: a busy or broken server, or a captive portal, says nothing about the code.
        if ((int)answer.StatusCode is >= 500 or 408 or 429 || problem.Code is null)
        {
            log.LogWarning("Enrolment answered with {Status}; it will be tried again", (int)answer.StatusCode);
            return new NotAnswered($"HTTP {(int)answer.StatusCode}");
        }
        Keep(new PendingCode(code, problem.Code));
        log.LogError(
            "Enrolment refused ({Code}): {Detail}. Ask the department for a new one-time code and run: point-agent enrol CODE",
            problem.Code,
            problem.Detail
        );
        return new Refused(problem.Code, problem.Detail);
    }

    private void Keep(PendingCode code) =>
        db.Write(c => c.Remember(Facts.EnrolmentCode, code, AgentJson.Default.PendingCode));
}

internal sealed record PendingCode(string Code, string? Refusal);

internal sealed record EnrolmentRequest(string Code, PublicKey PublicKey);

internal abstract record EnrolmentOutcome;

internal sealed record Enrolled(PointIdentity Identity) : EnrolmentOutcome;

internal sealed record Refused(string Code, string? Detail) : EnrolmentOutcome;

internal sealed record NotAnswered(string Reason) : EnrolmentOutcome;
