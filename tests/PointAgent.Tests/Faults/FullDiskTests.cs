using System.Globalization;
using LaiChau.Testing;

namespace LaiChau.PointAgent.Tests.Faults;

/// <summary>A disk that fills up in the middle of an update, a block further on each time. A sample; <c>tests/faults.sh</c> sets LCP_FAULTS and goes block by block.</summary>
public sealed class FullDiskTests
{
    private const int Block = 4096;

    /// <summary>So many an update takes at most, its database and all.</summary>
    private const int Blocks = 280;
    private static readonly int Times = int.Parse(
        Environment.GetEnvironmentVariable("LCP_FAULTS") ?? "6",
        CultureInfo.InvariantCulture
    );

    [Fact]
    public async Task Wherever_the_disk_is_full_the_screen_stays_and_with_room_all_arrives()
    {
        await using var disk = LoopDisk.Mount(64);
        await using var trial = await Trial.Open(seed: 5, disk.Folder);
        var full = 0;
        for (var i = 0; i < Times; i++)
        {
            // It is found that there is room, and then there is not.
            string? filler = null;
            trial.BeforeContent = () => filler = disk.Fill((long)i * Blocks / Times * Block);
            await trial.Publish();
            var wasFull = false;
            await Eventually.Passes(
                async () =>
                {
                    Assert.NotNull(filler);
                    wasFull = await trial.SaysFull();
                    if (!wasFull)
                        await trial.HasAll();
                },
                TimeSpan.FromSeconds(120)
            );
            await trial.IsWhole();
            full += wasFull ? 1 : 0;
            File.Delete(filler!);
            await trial.AllArrives();
            await Eventually.Holds(async () => !await trial.SaysFull());
        }
        Assert.True(full > 0, "It never was full.");
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"{Times} updates, the disk full after 0 to {Blocks} blocks: too full for {full} of them, torn none, and all arrived"
        );
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task After_a_cut_of_power_on_a_full_disk_the_portal_is_there_again(bool isForTheSecondTime)
    {
        await using var disk = LoopDisk.Mount(64);
        await using var trial = await Trial.Open(seed: 6, disk.Folder);
        var filler = disk.Fill(0);
        for (var i = 0; i <= (isForTheSecondTime ? 1 : 0); i++)
        {
            await trial.Publish();
            await Eventually.Holds(trial.SaysFull);
            disk.Fill(0);
            disk.CutPower();
            await trial.Agent.Kill();
            disk.GivePower();
            // What it held back for this and gave up in the last instant.
            disk.Fill(0);
            Assert.InRange(disk.Free, 0, 16 * Block);
            await trial.StartsWhole();
        }
        File.Delete(filler);
        await trial.AllArrives();
    }
}
