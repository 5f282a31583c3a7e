using LaiChau.PointAgent.Library;
using LaiChau.PointAgent.Neighbours;
using LaiChau.PointAgent.Pull;
using LaiChau.PointAgent.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace LaiChau.PointAgent.Tests.Neighbours;

/// <summary>Who fetches what over the one link, and how long others wait.</summary>
public sealed class TurnsTests : IDisposable
{
    private const long Film = 100_000_000;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("turns-");
    private readonly Watch _time = new();
    private readonly AgentDb _db;
    private readonly PartialReleases _partials;
    private readonly Neighbourhood _neighbourhood;
    private readonly Turns _turns;
    private readonly Guid _release = Guid.CreateVersion7();

    public TurnsTests()
    {
        var options = new AgentOptions { DataFolder = _folder.FullName };
        _db = new AgentDb(_folder.FullName);
        _partials = new PartialReleases(options, _db, new FileStore(options));
        _neighbourhood = new Neighbourhood(options, _db, _time, NullLogger<Neighbourhood>.Instance);
        _turns = new Turns(_neighbourhood, _partials, _time);
    }

    public void Dispose()
    {
        _db.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public void Of_two_that_are_about_to_one_goes_on()
    {
        Assert.Null(Says(held: 0));
        var turn = _turns.Begin(_release);
        var (lower, higher) = (new Guid(1, 0, 0, new byte[8]), new Guid(uint.MaxValue, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
        Assert.Null(Says(held: 0, higher));
        Assert.Equal(0, Says(held: 0, lower));
        // Who has some of it goes on with it.
        Assert.Null(Says(held: 1, lower));
        Assert.Null(_turns.Coming(new(lower, Guid.CreateVersion7(), 0, [])));

        // It has given way: who was told to go on is asked once more.
        Assert.False(turn.Go());
        Assert.Null(Says(held: 0, higher));
        Assert.True(turn.Go());
        Assert.Equal(0, Says(held: 1, higher));
        turn.End();
        Assert.Null(Says(held: 0, lower));
    }

    [Fact]
    public void One_that_comes_on_is_waited_for_as_long_as_a_link_takes_that_is_one()
    {
        var waited = TimeSpan.Zero;
        for (long came = 0; _turns.IsWorthWaiting(_release, Film, came); came += 100)
        {
            _time.Pass(TimeSpan.FromMinutes(1));
            waited += TimeSpan.FromMinutes(1);
        }
        // At 16 kbit/s.
        Assert.InRange(waited, TimeSpan.FromHours(13), TimeSpan.FromHours(14));
        Assert.False(_turns.IsWorthWaiting(_release, Film, 50_000_000));
    }

    [Fact]
    public void One_that_does_not_come_on_is_not_waited_for()
    {
        Assert.True(_turns.IsWorthWaiting(_release, Film, 1000));
        _time.Pass(TimeSpan.FromMinutes(2));
        Assert.True(_turns.IsWorthWaiting(_release, Film, 2000));
        _time.Pass(TimeSpan.FromMinutes(2));
        Assert.True(_turns.IsWorthWaiting(_release, Film, 2000));
        _time.Pass(TimeSpan.FromMinutes(2));
        Assert.False(_turns.IsWorthWaiting(_release, Film, 2000));
    }

    [Fact]
    public void However_many_say_that_they_are_there_sixteen_are_asked_and_those_that_lied_stay_known()
    {
        for (var i = 1; i <= 200; i++)
            _neighbourhood.Seen(new(new System.Net.IPAddress([192, 168, 1, (byte)i]), 8085), TimeSpan.FromMinutes(75));
        Assert.Equal(16, _neighbourhood.Present.Length);
        var liar = _neighbourhood.Present[0];
        liar.Lied();
        var at = System.Net.IPEndPoint.Parse(liar.Name);
        _neighbourhood.Seen(at, TimeSpan.Zero);
        Assert.DoesNotContain(liar, _neighbourhood.Present);
        _neighbourhood.Seen(at, TimeSpan.FromMinutes(75));
        Assert.False(_neighbourhood.Present.Single(n => n.Name == liar.Name).IsToBeAsked);
        _time.Pass(TimeSpan.FromHours(25));
        Assert.Empty(_neighbourhood.Present);
        Assert.True(liar.IsToBeAsked);
    }

    private long? Says(long held, Guid? asker = null) =>
        _turns.Coming(new(asker ?? Guid.CreateVersion7(), _release, held, []));

    /// <summary>Time passes when a test says so.</summary>
    private sealed class Watch : TimeProvider
    {
        private long _ticks = 1;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _ticks;

        public void Pass(TimeSpan time) => _ticks += time.Ticks;
    }
}
