using System.Text.Json;
using LaiChau.PointAgent.Identity;
using LaiChau.PointAgent.Library;
using LaiChau.PointAgent.Storage;
using LaiChau.PointAgent.Telemetry;

namespace LaiChau.PointAgent.Sticks;

/// <summary>
/// Gives a stick that brought content the events that the server does not have yet, for <c>lcp return</c>. They stay here until the
/// server itself says that it has them: a stick gets lost.
/// </summary>
internal sealed class CarryEvents(
    AgentOptions options,
    StickWatch sticks,
    AgentDb db,
    EnrolPoint enrolment,
    PointKey key,
    TrustedClock clock,
    TimeProvider time,
    ILogger<CarryEvents> log
) : BackgroundService
{
    /// <summary>On the stick, beside the folder that it brought.</summary>
    public const string Folder = "laichau-ve";

    /// <summary>A request to the server holds as many.</summary>
    private const int Together = 200;
    private const int Most = 20_000;
    private readonly Dictionary<Stick, string> _given = [];

    /// <summary>The last that was given to a stick: its name, how many events, when.</summary>
    public (string Stick, int Events, DateTimeOffset At)? Last { get; private set; }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            var present = sticks.Present;
            foreach (var gone in _given.Keys.Except(present).ToList())
                _given.Remove(gone);
            // First what it brings, so that it can take along what became of that.
            foreach (var stick in present.Where(s => s.Turn != StickTurn.Due))
                TryGive(stick);
            await Task.Delay(options.Look * 2, time, stoppingToken);
        }
    }

    private void TryGive(Stick stick)
    {
        try
        {
            if (
                enrolment.Identity is not { } identity
                || db.KeptMark() is not { } mark
                || _given.GetValueOrDefault(stick) == mark
            )
                return;
            Give(stick, identity.PointId);
            _given[stick] = mark;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Pulled out, full, or closed for writing: tried again when there is more to tell.
            log.LogWarning("Events could not be given to the stick {Stick}: {Reason}", stick.Name, error.Message);
            _given[stick] = db.KeptMark() ?? "";
        }
    }

    private void Give(Stick stick, Guid point)
    {
        var events = db.Oldest(Most);
        var folder = Path.Combine(Path.GetDirectoryName(stick.Folder)!, Folder);
        if (new DirectoryInfo(folder).LinkTarget is not null)
            throw new IOException($"{folder} leads elsewhere");
        // What a stick was mounted on may still be there when it is gone.
        if (!Directory.Exists(stick.Folder))
            throw new IOException("it is gone");
        Directory.CreateDirectory(folder);
        var lines = events
            .Chunk(Together)
            .Select(batch =>
                key.SignJws(
                    """{"alg":"ES256","typ":"laichau-events+jws"}"""u8,
                    JsonSerializer.SerializeToUtf8Bytes(
                        new SignedEvents(point, clock.Now, batch),
                        AgentJson.Default.SignedEvents
                    )
                )
            );
        Durable.Write(
            Path.Combine(folder, $"{point}.events"),
            System.Text.Encoding.ASCII.GetBytes(string.Join('\n', lines) + "\n")
        );
        Last = (stick.Name, events.Count, clock.Now);
        log.LogInformation("The stick {Stick} takes along {Count} events", stick.Name, events.Count);
    }
}
