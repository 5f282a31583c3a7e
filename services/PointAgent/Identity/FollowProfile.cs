using System.Net;
using System.Net.Http.Json;
using LaiChau.PointAgent.Storage;

namespace LaiChau.PointAgent.Identity;

/// <summary>
/// Asks once a day what the register says of this point: its name, feeds and languages may have changed since the enrolment, and who runs it. Some
/// three hundred bytes where nothing has.
/// </summary>
internal sealed class FollowProfile(
    AgentOptions options,
    AgentDb db,
    EnrolPoint enrolment,
    AccessToken token,
    Server server,
    TimeProvider time,
    ILogger<FollowProfile> log
)
{
    private static readonly TimeSpan Interval = TimeSpan.FromDays(1);

    /// <summary>After the server answered otherwise than it should: it may be an older one.</summary>
    private static readonly TimeSpan AfterRefusal = TimeSpan.FromHours(1);

    /// <summary>However often somebody wants it.</summary>
    private static readonly TimeSpan LeastInterval = TimeSpan.FromMinutes(1);
    private KnownProfile? _known = db.Read(c => c.Recall(Facts.Profile, AgentJson.Default.KnownProfile));
    private long? _askedAt;
    private TimeSpan _wait = Interval;
    private volatile bool _isWanted;

    /// <summary>As last heard; null: never.</summary>
    public PointProfile? Known => _known?.Profile;

    /// <summary>Somebody waits for what may have changed a moment ago.</summary>
    public void Want() => _isWanted = true;

    public async Task AskIfDue(CancellationToken stop)
    {
        var wait = _isWanted ? LeastInterval : _wait;
        if (enrolment.Identity is null || (_askedAt is { } asked && time.GetElapsedTime(asked) < wait))
            return;
        _isWanted = false;
        using var answer = await server.Get(
            new Uri(options.ServerRoot, "api/points/me"),
            stop,
            await token.Get(stop),
            _known?.Tag
        );
        (_askedAt, _wait) = (time.GetTimestamp(), Interval);
        if (answer.StatusCode == HttpStatusCode.NotModified)
            return;
        if (!answer.IsSuccessStatusCode)
        {
            _wait = AfterRefusal;
            if (answer.StatusCode == HttpStatusCode.Unauthorized)
                token.Drop();
            log.LogWarning("The register did not say who this point is: HTTP {Status}", (int)answer.StatusCode);
            return;
        }
        var profile =
            await answer.Content.ReadFromJsonAsync(AgentJson.Default.PointProfile, stop)
            ?? throw new InvalidDataException("The server answered with an empty profile.");
        Keep(new(answer.Headers.ETag?.ToString(), profile));
    }

    private void Keep(KnownProfile known)
    {
        var before = enrolment.Identity!;
        var now = before with
        {
            Name = known.Profile.Name,
            UnitCode = known.Profile.UnitCode,
            UnitName = known.Profile.UnitName,
            Languages = known.Profile.Languages,
            Feeds = known.Profile.Feeds,
        };
        if (!now.IsSame(before))
        {
            enrolment.Change(now);
            log.LogInformation("The point is now {Name} of {Unit}, feeds {Feeds}", now.Name, now.UnitName, now.Feeds);
        }
        db.Write(c => c.Remember(Facts.Profile, known, AgentJson.Default.KnownProfile));
        _known = known;
    }
}

/// <param name="Tag">The entity tag under which the server gave it.</param>
internal sealed record KnownProfile(string? Tag, PointProfile Profile);

/// <summary>What the register says of the point.</summary>
/// <param name="Equipment">What stands here, by name.</param>
/// <param name="Officers">Who may use the desk.</param>
/// <param name="Refused">Entries made at the desk that were not taken.</param>
internal sealed record PointProfile(
    string Name,
    string? UnitCode,
    string? UnitName,
    string[] Languages,
    string[] Feeds,
    string[] Equipment,
    Officer[] Officers,
    RefusedEntry[] Refused
);

/// <param name="CodeHash">PBKDF2 with SHA-256 of the digits: <c>iterations.salt.hash</c>, the last two in base 64.</param>
internal sealed record Officer(Guid Id, string Name, string CodeHash);

/// <param name="Reason">For the officer, in Vietnamese.</param>
internal sealed record RefusedEntry(Guid Id, string Reason);
