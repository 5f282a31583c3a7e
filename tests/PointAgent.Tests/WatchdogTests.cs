using System.Globalization;
using System.Runtime.CompilerServices;
using LaiChau.PointAgent.Tests.Faults;
using LaiChau.PointAgent.Tests.Sticks;
using LaiChau.Testing;

namespace LaiChau.PointAgent.Tests;

/// <summary>The agent as a process, and what it tells the service manager of itself.</summary>
public sealed class WatchdogTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    [Fact]
    public async Task It_says_when_it_serves_that_it_lives_through_a_long_download_and_that_it_ends()
    {
        await using var headquarters = await Headquarters.Open();
        using var systemd = new NotifySocket();
        using var usb = new Usb();
        var film = await headquarters.Build("a/b", 1, [Made.Page("một"), Made.Film(1, 4_000_000)]);
        var isCrawling = true;
        BadLink.Crawl(headquarters, film.Pack.PlanePath, milliseconds: 1000, () => isCrawling);
        await using var agent = await Start(headquarters, systemd, usb);
        headquarters.Announce(film);
        await Until(() => headquarters.BytesServed(film.Pack.PlanePath) > 40_000);
        var (came, pings) = (headquarters.BytesServed(film.Pack.PlanePath), systemd.Pings);
        // Three times its patience, and more.
        await Until(() => systemd.Pings >= pings + 12);
        Assert.InRange(headquarters.BytesServed(film.Pack.PlanePath), came + 1, film.Pack.Size - 1);

        Assert.Equal(0, await agent.Stop());
        Assert.Equal("READY=1", systemd.Said[0]);
        // The last, but for a look that was under way.
        await Until(() => systemd.Said.TakeLast(2).Contains("STOPPING=1"));
        Assert.Equal(systemd.Pings + 2, systemd.Said.Count);
    }

    [Fact]
    public async Task While_a_stick_holds_the_pull_up_it_gives_no_sign_of_life()
    {
        await using var headquarters = await Headquarters.Open();
        using var systemd = new NotifySocket();
        using var usb = new Usb().With(headquarters);
        await using var agent = await Start(headquarters, systemd, usb);
        await Until(() => systemd.Pings > 2 && !headquarters.Served.IsEmpty);

        await using (
            await Injection.Into(agent.ProcessId, "openat:delay_enter=1000s", usb.PluggedIn("metadata/timestamp.json"))
        )
        {
            usb.PlugIn();
            await IsSilent(systemd);
            // A blind timer would go on, and so would one that only looks at the portal.
            Assert.Equal("ok", await agent.Client.GetStringAsync("/livez"));
        }
        await Resumes(systemd);
    }

    [Fact]
    public async Task While_nobody_gets_into_the_portal_it_gives_no_sign_of_life()
    {
        await using var headquarters = await Headquarters.Open();
        using var systemd = new NotifySocket();
        using var usb = new Usb();
        await using var agent = await Start(headquarters, systemd, usb);
        await Until(() => systemd.Pings > 2 && !headquarters.Served.IsEmpty);

        await using (await Injection.Into(agent.ProcessId, "accept4:error=ECONNABORTED"))
        {
            await IsSilent(systemd);
            var asked = headquarters.Served.Count;
            await Until(() => headquarters.Served.Count > asked + 2);
        }
        await Resumes(systemd);
    }

    private static Task<ServiceProcess> Start(Headquarters headquarters, NotifySocket systemd, Usb usb) =>
        ServiceProcess.Start(
            "services/PointAgent",
            new Dictionary<string, string?>
            {
                ["Agent:Server"] = headquarters.Address.ToString(),
                ["Agent:DataFolder"] = usb.Drawer,
                ["Agent:Neighbours"] = "",
                ["Agent:Urls"] = "{url}",
                ["Agent:EnrolmentCode"] = "MAU-0001",
                ["Agent:PollSeconds"] = "0.3",
                ["Agent:ReportSeconds"] = "0.3",
                ["Agent:Sticks"] = usb.Places,
                ["NOTIFY_SOCKET"] = systemd.Path,
                ["WATCHDOG_USEC"] = Patience.TotalMicroseconds.ToString(CultureInfo.InvariantCulture),
            },
            readyPath: "/"
        );

    private static Task IsSilent(NotifySocket systemd) => Until(() => systemd.Silence > 5 * Patience);

    private static Task Resumes(NotifySocket systemd)
    {
        var pings = systemd.Pings;
        return Until(() => systemd.Pings > pings + 2);
    }

    private static Task Until(
        Func<bool> condition,
        [CallerArgumentExpression(nameof(condition))] string? what = null
    ) => Eventually.Holds(() => Task.FromResult(condition()), TimeSpan.FromSeconds(90), what);
}
