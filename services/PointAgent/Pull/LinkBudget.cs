using System.Globalization;
using LaiChau.PointAgent.Library;
using LaiChau.PointAgent.Portal;
using LaiChau.PointAgent.Storage;
using Microsoft.Data.Sqlite;

namespace LaiChau.PointAgent.Pull;

/// <summary>
/// What went over the link in this month, both ways, whatever for, and how much more may. It is written down ahead of what goes, so that a death of the
/// process or the power counts up to 64 KiB too much and never too little. A month begins when the clock says so and signed news that is still
/// valid at that time bears it out; none begins again.
/// </summary>
internal sealed class LinkBudget : IDisposable
{
    private const int Ahead = 64 * 1024;
    private const int AheadIfUnlimited = 1024 * 1024;
    private const string Prefix = "link:";
    private static readonly TimeSpan Soon = TimeSpan.FromMinutes(10);
    private readonly AgentOptions _options;
    private readonly AgentDb _db;
    private readonly TrustedClock _clock;
    private readonly ILogger<LinkBudget> _log;
    private readonly Lock _turn = new();

    /// <summary>Such as 2027-01; empty until one is sure, and what went before is then counted there.</summary>
    private string _month = "";
    private long _written;

    /// <summary>How much of what is written has not gone yet; negative: the disk was too full to write it.</summary>
    private long _ahead;

    public LinkBudget(AgentOptions options, AgentDb db, TrustedClock clock, ILogger<LinkBudget> log)
    {
        (_options, _db, _clock, _log) = (options, db, clock, log);
        var last = db.Read(c =>
            c.Query(
                $"SELECT name, value FROM count WHERE name LIKE '{Prefix}%' ORDER BY name DESC LIMIT 1",
                row => (Month: row.GetString(0)[Prefix.Length..], Bytes: row.GetInt64(1))
            )
        );
        if (last is [var known])
            (_month, _written) = known;
    }

    public long Used
    {
        get
        {
            lock (_turn)
            {
                TurnMonth();
                return _written - _ahead;
            }
        }
    }

    /// <summary>Bytes that may go in a month; for what is not urgent, without the reserve.</summary>
    public long Most(bool isUrgent) =>
        _options.MonthlyBytes is { } budget ? budget - (isUrgent ? 0 : _options.UrgentReserve) : long.MaxValue;

    /// <summary>Bytes that may still go this month.</summary>
    public long Left(bool isUrgent) => Most(isUrgent) is var most && most == long.MaxValue ? most : most - Used;

    /// <summary>When there is a new budget; soon, while it is not sure yet whether that is now.</summary>
    public DateTimeOffset NextMonth
    {
        get
        {
            var (now, next) = (_clock.Now, DateTimeOffset.MinValue);
            lock (_turn)
                if (_month is not "")
                    next = new DateTimeOffset(
                        DateTime.ParseExact(_month, "yyyy-MM", CultureInfo.InvariantCulture).AddMonths(1),
                        Say.Zone
                    );
            return next > now ? next : now + Soon;
        }
    }

    public void Count(int bytes)
    {
        lock (_turn)
        {
            TurnMonth();
            _ahead -= bytes;
            if (_ahead < 0)
                Write((_options.MonthlyBytes is null ? AheadIfUnlimited : Ahead) - _ahead);
        }
    }

    public void Dispose()
    {
        lock (_turn)
            if (_ahead > 0)
                Write(-_ahead);
    }

    private void TurnMonth()
    {
        var now = _clock.Now;
        if (!_clock.IsVouchedFor(now))
            return;
        var month = now.ToOffset(Say.Zone).ToString("yyyy-MM", CultureInfo.InvariantCulture);
        if (string.CompareOrdinal(month, _month) > 0)
            (_month, _written, _ahead) = (month, 0, _month is "" ? _ahead - _written : 0);
    }

    private void Write(long more)
    {
        try
        {
            _written = _db.Write(c =>
                c.Scalar<long>(
                    "INSERT INTO count VALUES ($name, $more) ON CONFLICT (name) DO UPDATE SET value = value + $more RETURNING value",
                    ("$name", Prefix + _month),
                    ("$more", more)
                )
            );
            _ahead += more;
        }
        catch (SqliteException error)
        {
            // Recalls still have to come; it is counted in memory and written when that works again.
            _log.LogWarning("Bytes that went over the link could not be written down: {Reason}", error.Message);
        }
    }
}
