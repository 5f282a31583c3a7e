using LaiChau.PointAgent.Library;
using LaiChau.PointAgent.Storage;

namespace LaiChau.PointAgent.Tests.Library;

public sealed class TrustedClockTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("clock-");
    private readonly AgentDb _db;
    private readonly TrustedClock _clock;

    public TrustedClockTests()
    {
        _db = new AgentDb(_folder.FullName);
        _clock = new TrustedClock(_db, TimeProvider.System);
    }

    [Fact]
    public void It_can_be_asked_for_the_time_by_whoever_holds_the_database()
    {
        var told = TimeProvider.System.GetUtcNow();
        var hearing = new Thread(() => _clock.Hear(told)) { IsBackground = true };
        _db.Write(held =>
        {
            hearing.Start();
            while (!hearing.ThreadState.HasFlag(ThreadState.WaitSleepJoin))
                Thread.Sleep(1);
            var asking = new Thread(() => _ = _clock.Now) { IsBackground = true };
            asking.Start();
            Assert.True(
                asking.Join(TimeSpan.FromSeconds(30)),
                "the clock waits for the database, which waits for the clock"
            );
        });
        // Or it writes into a database that is closed.
        hearing.Join();
    }

    public void Dispose()
    {
        _db.Dispose();
        _folder.Delete(recursive: true);
    }
}
