using System.Collections.Concurrent;
using LaiChau.PointAgent.Library;
using LaiChau.PointAgent.Storage;
using Microsoft.Data.Sqlite;

namespace LaiChau.PointAgent.Telemetry;

/// <summary>
/// Visits and views at this point: counted here for the portal's own statistics, and told to the server. Nobody is identified;
/// who is here now is known in memory only.
/// </summary>
internal sealed class Audience
{
    /// <summary>Somebody who opened a page within this time is here.</summary>
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(15);

    /// <summary>The same visitor opening the same thing again within this time is one view.</summary>
    private static readonly TimeSpan SameView = TimeSpan.FromMinutes(30);

    /// <summary>No room is this crowded: programs without cookies must not fill the memory.</summary>
    private const int MostRemembered = 10_000;

    private readonly AgentDb _db;
    private readonly TrustedClock _clock;
    private readonly TimeProvider _time;
    private readonly ILogger<Audience> _log;
    private readonly ConcurrentDictionary<string, long> _present = new();
    private readonly ConcurrentDictionary<(string Visitor, Guid Release, string Path), long> _viewed = new();
    private readonly ConcurrentDictionary<string, long> _counts;

    public Audience(AgentDb db, TrustedClock clock, TimeProvider time, ILogger<Audience> log)
    {
        (_db, _clock, _time, _log) = (db, clock, time, log);
        _counts = new(
            db.Read(c => c.Query("SELECT name, value FROM count", row => (row.GetString(0), row.GetInt64(1))))
                .Select(row => KeyValuePair.Create(row.Item1, row.Item2))
        );
    }

    public int Guests => _present.Count(p => _time.GetElapsedTime(p.Value) < Window);

    public long Visits => _counts.GetValueOrDefault("visits");

    public long Views => _counts.GetValueOrDefault("views");

    public long ViewsOf(string package) => _counts.GetValueOrDefault("views:" + package);

    public void Visited(string visitor, bool isNew)
    {
        Forget(_present, Window);
        _present[visitor] = _time.GetTimestamp();
        if (isNew)
            Count(PointEvent.Of("visit", _clock.Now) with { Visitor = visitor }, "visits");
    }

    public void Viewed(Release release, string path, string? language, string visitor)
    {
        Forget(_viewed, SameView);
        var seen = (visitor, release.Id, path);
        if (_viewed.TryGetValue(seen, out var before) && _time.GetElapsedTime(before) < SameView)
            return;
        _viewed[seen] = _time.GetTimestamp();
        Count(
            PointEvent.Of("view", _clock.Now) with
            {
                ReleaseId = release.Id,
                Path = path,
                Language = language,
            },
            "views",
            "views:" + release.Package
        );
    }

    private void Count(PointEvent told, params string[] names)
    {
        try
        {
            _db.WriteQuickly(c =>
            {
                foreach (var name in names)
                    Raise(c, name);
                c.Tell(told);
            });
        }
        catch (SqliteException error)
        {
            // A full disk costs a count, never the page.
            _log.LogWarning("A {Kind} could not be counted: {Reason}", told.Kind, error.Message);
            return;
        }
        foreach (var name in names)
            _counts.AddOrUpdate(name, 1, (_, value) => value + 1);
    }

    private static void Raise(SqliteConnection c, string name) =>
        c.Execute(
            "INSERT INTO count VALUES ($name, 1) ON CONFLICT (name) DO UPDATE SET value = value + 1",
            ("$name", name)
        );

    private void Forget<T>(ConcurrentDictionary<T, long> remembered, TimeSpan after)
        where T : notnull
    {
        if (remembered.Count < MostRemembered)
            return;
        foreach (var (key, at) in remembered)
            if (_time.GetElapsedTime(at) >= after)
                remembered.TryRemove(key, out _);
        if (remembered.Count >= MostRemembered)
            remembered.Clear();
    }
}
