using System.Diagnostics;
using System.Globalization;

namespace LaiChau.PointAgent.Tests.Faults;

/// <summary>
/// Power, disk and process fail while an update comes in. A sample with fixed seeds; <c>tests/faults.sh</c> sets LCP_FAULTS and runs the full count.
/// </summary>
public sealed class FaultTests
{
    private static readonly int Times = int.Parse(
        Environment.GetEnvironmentVariable("LCP_FAULTS") ?? "3",
        CultureInfo.InvariantCulture
    );

    [Fact]
    public async Task A_cut_of_power_at_any_time_leaves_the_old_or_the_new_and_loses_nothing_told()
    {
        await using var disk = LoopDisk.Mount(64);
        await using var trial = await Trial.Open(seed: 1, disk.Folder);
        var random = new Random(1);
        var watch = Stopwatch.StartNew();
        await trial.Publish();
        await trial.AllArrives();
        var usual = watch.Elapsed;
        var news = 0;
        for (var i = 0; i < Times; i++)
        {
            await trial.Publish();
            await Task.Delay(usual * random.NextDouble());
            disk.CutPower();
            await trial.Agent.Kill();
            disk.GivePower();
            news += await trial.StartsWhole() ? 1 : 0;
            await trial.AllArrives();
        }
        Say($"{Times} cuts of power: the old after {Times - news}, the new after {news}, torn none");
    }

    /// <summary>The one above would find it. Tried again where the system happened to write everything back by itself.</summary>
    [Fact]
    public async Task Without_fsync_a_cut_of_power_loses_what_was_told()
    {
        await using var disk = LoopDisk.Mount(64);
        await using var trial = await Trial.Open(seed: 2, disk.Folder);
        for (var i = 0; i < 5; i++)
        {
            await using (await Injection.Into(trial.Agent.ProcessId, "fsync,fdatasync,syncfs:retval=0"))
            {
                await trial.Publish();
                await trial.IsTold();
                disk.CutPower();
                await trial.Agent.Kill();
            }
            disk.GivePower();
            if (await Record.ExceptionAsync(trial.StartsWhole) is not null)
                return;
            await trial.AllArrives();
        }
        Assert.Fail("It was told and is there, five times: a cut of power does nothing here.");
    }

    [Theory]
    [InlineData("pwrite64")]
    [InlineData("fsync")]
    [InlineData("syncfs")]
    [InlineData("rename")]
    [InlineData("unlink")]
    [InlineData("ftruncate")]
    [InlineData("mkdir")]
    public async Task Killed_at_any_call_it_goes_on_where_it_was(string call)
    {
        await using var trial = await Trial.Open(seed: 3);
        var (kills, news) = (0, 0);
        while (kills < Times)
        {
            await using (await Injection.Into(trial.Agent.ProcessId, $"{call}:signal=SIGKILL:when={kills + 1}"))
            {
                await trial.Publish();
                await trial.AllArrivesOrItEnds();
            }
            if (trial.Agent.IsRunning)
                break;
            await trial.Agent.Kill();
            kills++;
            news += await trial.StartsWhole() ? 1 : 0;
            await trial.AllArrives();
        }
        Assert.True(kills > 0, $"It never calls {call}.");
        Say($"{kills} kills at {call}: the old after {kills - news}, the new after {news}, torn none");
    }

    [Theory]
    [InlineData("fsync,fdatasync,syncfs", "EIO")]
    [InlineData("fsync,fdatasync,syncfs", "ENOSPC")]
    [InlineData("pwrite64", "EIO")]
    [InlineData("pwrite64", "ENOSPC")]
    [InlineData("rename", "EIO")]
    [InlineData("rename", "ENOSPC")]
    [InlineData("unlink", "EIO")]
    [InlineData("mkdir", "ENOSPC")]
    [InlineData("pread64", "EIO")]
    public async Task A_disk_that_fails_for_a_while_costs_time_only(string calls, string error)
    {
        await using var trial = await Trial.Open(seed: 4);
        for (var from = 1; from <= Math.Min(Times, 15); from++)
        {
            await using (await Injection.Into(trial.Agent.ProcessId, $"{calls}:error={error}:when={from}+"))
            {
                await trial.Publish();
                await Task.Delay(TimeSpan.FromSeconds(1.5));
                if (calls != "pread64")
                    await trial.IsWhole();
            }
            await trial.AllArrives();
        }
    }

    private static void Say(string figures) => TestContext.Current.TestOutputHelper!.WriteLine(figures);
}
