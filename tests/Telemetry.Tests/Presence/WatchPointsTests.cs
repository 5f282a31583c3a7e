using LaiChau.Contracts.Telemetry;
using LaiChau.Testing;

namespace LaiChau.Telemetry.Tests.Presence;

public sealed class WatchPointsTests
{
    [Fact]
    public async Task A_point_that_falls_silent_is_noticed_once_and_so_is_its_return()
    {
        await using var house = await PostgresHouse.Create(
            ("Telemetry:OnlineMinutes", "0.2"),
            ("Telemetry:SweepSeconds", "0.3")
        );
        await using var silent = await Listener<PointSilent>.To(house.Broker, "laichau.telemetry.point-silent.v1");
        await using var back = await Listener<PointBack>.To(house.Broker, "laichau.telemetry.point-back.v1");
        // Enrolled "later" by the registry's clock: only the contact is measured, however slow this machine.
        var point = await house.Enrol("tinh", enrolledAt: Say.Now.AddHours(1));
        await house.Send(point, Say.Contact());
        Assert.True((await house.Standing(point))!.Online);
        Assert.Empty(silent.Heard);

        await Eventually.Holds(() => Task.FromResult(silent.Heard.Count > 0));
        var noticed = silent.Heard[0];
        Assert.Equal((point, 1), (noticed.PointId, noticed.AggregateVersion));
        Assert.InRange(noticed.NoticedAt - noticed.LastContactAt, TimeSpan.FromSeconds(12), TimeSpan.FromSeconds(27));
        Assert.False((await house.Standing(point))!.Online);
        await Eventually.Holds(async () => await Gauge(house, "laichau_points_silent") == 1);
        await Task.Delay(1500);
        Assert.Single(silent.Heard);

        // Old news is a contact too: the server's clock counts, not the point's.
        await house.Send(point, Say.Contact(Say.Now.AddDays(-20)));
        Assert.True((await house.Standing(point))!.Online);
        await Eventually.Holds(() => Task.FromResult(back.Heard.Count > 0));
        Assert.Equal((point, 2), (back.Heard[0].PointId, back.Heard[0].AggregateVersion));
        await Eventually.Holds(() => Task.FromResult(silent.Heard.Count == 2));
        Assert.Equal(3, silent.Heard[1].AggregateVersion);
    }

    [Fact]
    public async Task After_our_own_outage_no_point_is_silent_before_it_had_its_chance()
    {
        await using var house = await PostgresHouse.Create(
            ("Telemetry:OnlineMinutes", "0.2"),
            ("Telemetry:SweepSeconds", "0.3")
        );
        await using var silent = await Listener<PointSilent>.To(house.Broker, "laichau.telemetry.point-silent.v1");
        var point = await house.Enrol("tinh", enrolledAt: Say.Now.AddHours(1));
        await house.Send(point, Say.Contact());
        await house.Process.Kill();
        await Task.Delay(TimeSpan.FromSeconds(13));
        Assert.Empty(silent.Heard);
        var restarted = Say.Now;
        await house.Process.Start();
        await Eventually.Holds(() => Task.FromResult(silent.Heard.Count == 1));
        Assert.True(silent.Heard[0].NoticedAt >= restarted.AddSeconds(12));
    }

    private static async Task<double?> Gauge(PostgresHouse house, string name)
    {
        var lines = (await house.Process.Client.GetStringAsync("/metrics")).Split('\n');
        return lines.FirstOrDefault(l => l.StartsWith(name, StringComparison.Ordinal)) is { } line
            ? double.Parse(line.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture)
            : null;
    }
}
