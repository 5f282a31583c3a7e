using System.Diagnostics;
using System.Text;
using LaiChau.PointAgent.Tests.Faults;
using LaiChau.PointAgent.Tests.Sticks;
using LaiChau.Testing;

namespace LaiChau.PointAgent.Tests.Days;

/// <summary>
/// One day of a point in seconds: what happens is drawn from a seed, one thing after the other, while somebody looks at the screen all the time. In the
/// evening the world is well again, and store, screen and platform have to agree.
/// </summary>
internal sealed class Day : IAsyncDisposable
{
    private static readonly TimeSpan[] Clocks =
    [
        TimeSpan.FromDays(365),
        TimeSpan.FromDays(-365),
        TimeSpan.FromDays(60),
        TimeSpan.FromHours(-5),
        TimeSpan.FromDays(-20 * 365),
    ];
    private static readonly int[] Rates = [15_000, 60_000, 250_000, int.MaxValue];
    private readonly Random _random;
    private readonly HeadOffice _office;
    private readonly Cable _cable;
    private readonly MachineClock _clock = new();
    private readonly LoopDisk _disk = LoopDisk.Mount(64);
    private readonly Usb _usb = new();
    private readonly Screen _screen;
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly List<string> _packages = [];
    private readonly Dictionary<Guid, Guid> _bulletins = [];
    private readonly Dictionary<string, int> _happened = [];
    private ServiceProcess _agent = null!;
    private bool _isCut;
    private string? _filler;

    private Day(int seed, HeadOffice office)
    {
        (_random, _office, _cable) = (new Random(seed), office, new Cable(office.Address));
        _screen = new Screen(_disk.Folder);
    }

    /// <param name="seed">Of all that happens.</param>
    /// <param name="moments">How many things happen.</param>
    /// <returns>Figures.</returns>
    public static async Task<string> Live(int seed, int moments)
    {
        await using var day = new Day(seed, await HeadOffice.Open());
        try
        {
            await day.Morning();
            for (var i = 0; i < moments; i++)
            {
                await day.Happens();
                await day.Looks(TimeSpan.FromSeconds(day._random.NextDouble()));
            }
            await day.Evening();
        }
        catch (Exception error)
        {
            day.Say($"FAILED: {error.Message}");
            throw new InvalidOperationException(
                $"LCP_DAY={seed} LCP_MOMENTS={moments}: {error.Message} (all that happened stands in the output)",
                error
            );
        }
        return $"seed {seed}: {day._watch.Elapsed.TotalSeconds:0} s, {day._screen.Looks} looks, "
            + string.Join(", ", day._happened.OrderByDescending(h => h.Value).Select(h => $"{h.Value} {h.Key}"));
    }

    public async ValueTask DisposeAsync()
    {
        if (_agent is not null)
            await _agent.DisposeAsync();
        await _cable.DisposeAsync();
        await _office.DisposeAsync();
        await _disk.DisposeAsync();
        _clock.Dispose();
        _usb.Dispose();
    }

    private async Task Morning()
    {
        for (var i = 0; i < 3; i++)
            await NewPackage();
        _agent = await ServiceProcess.Start(
            "services/PointAgent",
            new Dictionary<string, string?>(_clock.Environment)
            {
                ["Agent:Server"] = _cable.Address.ToString(),
                ["Agent:DataFolder"] = _disk.Folder,
                ["Agent:Neighbours"] = "",
                ["Agent:Urls"] = "{url}",
                ["Agent:EnrolmentCode"] = _office.EnrolmentCode,
                ["Agent:PollSeconds"] = "0.5",
                ["Agent:HoldSeconds"] = _random.Next(2) == 0 ? "0" : "30",
                ["Agent:ReportSeconds"] = "0.5",
                ["Agent:StallSeconds"] = "10",
                ["Agent:Sticks"] = _usb.Places,
            },
            readyPath: "/"
        );
        _screen.Of(_agent);
        await Eventually.Passes(async () => Assert.NotEmpty(await _screen.Look()), TimeSpan.FromSeconds(120));
    }

    private Task Happens() =>
        _random.Next(100) switch
        {
            < 22 => During("updates", () => Publish(_packages[_random.Next(_packages.Count)])),
            < 30 => During("new packages", NewPackage),
            < 37 => During("bulletins", Bulletin),
            < 46 => During("recalls", Recall),
            < 58 => _isCut ? Mend() : Cut(),
            < 63 => Thin(),
            < 71 => Reboot(),
            < 79 => PowerCut(),
            < 85 => Stick(),
            < 92 => Clock(),
            _ => _filler is null ? FillDisk() : FreeDisk(),
        };

    /// <summary>Headquarters are at work, and the screen is watched.</summary>
    private async Task During(string what, Func<Task> work)
    {
        Count(what);
        var working = work();
        while (!working.IsCompleted)
            await Looks(TimeSpan.FromMilliseconds(200));
        await working;
    }

    private Task NewPackage()
    {
        _packages.Add($"mau/goi-{_packages.Count + 1}");
        return Publish(_packages[^1]);
    }

    private async Task Publish(string package)
    {
        var number = _screen.Known.Count(p => p.Package == package) + 1;
        var isUrgent = _random.Next(6) == 0;
        // Not of the platform's time, which a seed does not know.
        var from = _random.Next(6) == 0 ? _random.Next(2, 8) : (int?)null;
        var until = _random.Next(8) switch
        {
            0 => _random.Next(9, 25),
            1 or 2 => 30 * 24 * 3600,
            _ => (int?)null,
        };
        var now = TimeProvider.System.GetUtcNow();
        (string, string, byte[])[] files =
        [
            (Screen.Mark, "text/html", Encoding.UTF8.GetBytes($"<p>{package}, bản {number}</p>")),
            .. Made.Site(6, (_random.Next(1, 6), $"bản {number}")),
            Made.Film(_packages.IndexOf(package), 200_000),
            Made.Film(_random.Next(), _random.Next(1_000, 900_000), $"them-{number}.mp4"),
        ];
        var given = await _office.Publish(
            package,
            files,
            isUrgent,
            from is { } begins ? now.AddSeconds(begins) : null,
            until is { } ends ? now.AddSeconds(ends) : null
        );
        _screen.Known.Enqueue(given);
        Say(
            $"published {package} {given.Version} {given.Id}{(isUrgent ? " urgent" : "")}"
                + $"{(from is null ? "" : $" from +{from} s")}{(until is null ? "" : $" until +{until} s")}"
        );
    }

    private async Task Bulletin()
    {
        var (bulletin, given) = await _office.PublishBulletin($"mau-{_bulletins.Count + 1}", _random.Next(2) == 0);
        _bulletins[given.Id] = bulletin;
        _screen.Known.Enqueue(given);
        Say($"published the bulletin {given.Package} {given.Id}");
    }

    private async Task Recall()
    {
        var may = _screen.Known.Where(p => !p.IsRecalled).ToList();
        var given = may[_random.Next(may.Count)];
        given.IsRecalled = true;
        if (_bulletins.TryGetValue(given.Id, out var bulletin))
            await _office.Withdraw(bulletin);
        else
            await _office.Recall(given.Id);
        Say($"recalled {given.Package} {given.Version}");
    }

    private Task Cut()
    {
        Count("cuts of the link");
        _cable.Cut();
        _isCut = true;
        return Done("the link is cut");
    }

    private Task Mend()
    {
        _cable.Mend();
        _isCut = false;
        return Done("the link is there");
    }

    private Task Thin()
    {
        var rate = Rates[_random.Next(Rates.Length)];
        _cable.Carry(rate);
        return Done($"the link bears {rate} bytes/s");
    }

    private async Task Reboot()
    {
        Count("kills");
        await _agent.Kill();
        Say("killed");
        await Starts();
    }

    private async Task PowerCut()
    {
        Count("power cuts");
        _disk.CutPower();
        await _agent.Kill();
        Say("the power is cut");
        _disk.GivePower();
        await Starts();
    }

    private async Task Starts()
    {
        await _screen.Starts(_agent);
        Say("started");
        await _screen.Look();
    }

    private async Task Stick()
    {
        Count("sticks");
        if (_random.Next(4) > 0)
            await WhileLooking(_office.Export(_usb.Desk));
        Say("a stick is plugged in");
        if (_random.Next(3) == 0)
        {
            // Somebody copies onto a stick that is plugged in already, and not by lcp.
            var files = Directory
                .GetFiles(_usb.Desk, "*", SearchOption.AllDirectories)
                .Order(StringComparer.Ordinal)
                .ToList();
            foreach (var file in files.Take(_random.Next(files.Count + 1)))
            {
                Usb.CopyOne(_usb.Desk, _usb.Slot, file);
                await Looks(TimeSpan.FromMilliseconds(40));
            }
            await Looks(TimeSpan.FromSeconds(_random.Next(1, 7)));
            // The agent may be writing to it.
            await Eventually.Passes(() =>
            {
                if (Directory.Exists(_usb.Slot))
                    Directory.Delete(_usb.Slot, recursive: true);
                return Task.CompletedTask;
            });
        }
        else
        {
            _usb.PlugIn();
            await Looks(TimeSpan.FromSeconds(_random.Next(3, 9)));
            _usb.PullOut();
        }
        Say("the stick is pulled out");
    }

    private Task Clock()
    {
        Count("clock jumps");
        var ahead = _clock.Ahead == TimeSpan.Zero ? Clocks[_random.Next(Clocks.Length)] : TimeSpan.Zero;
        _clock.Set(ahead);
        _screen.ClockWasWrong = true;
        return Done($"the clock is {ahead.TotalDays:+0.#;-0.#;0} days ahead");
    }

    private Task FillDisk()
    {
        Count("full disks");
        var leaving = _random.Next(3) == 0 ? 0 : _random.Next(12_000_000);
        _filler = _disk.Fill(leaving);
        _screen.DiskWasFull = true;
        return Done($"the disk has {leaving} bytes left");
    }

    private Task FreeDisk()
    {
        File.Delete(_filler!);
        _filler = null;
        return Done("the disk has room");
    }

    private async Task Evening()
    {
        Say("evening");
        await Mend();
        _cable.Carry(int.MaxValue);
        _clock.Set(TimeSpan.Zero);
        if (_filler is not null)
            await FreeDisk();
        var agreement = new Agreement(_office, _screen, _agent, _disk.Folder);
        try
        {
            await Eventually.Passes(agreement.Holds, TimeSpan.FromSeconds(_screen.DiskWasFull ? 40 : 180));
        }
        catch (TimeoutException) when (_screen.DiskWasFull)
        {
            // What had to make room stays away for a day.
            _clock.Set(TimeSpan.FromHours(25));
            Say("the next evening");
            await Eventually.Passes(agreement.Holds, TimeSpan.FromSeconds(180));
        }
        await _screen.Look();
        Say("store, screen and platform agree");
    }

    private async Task Looks(TimeSpan time)
    {
        var since = Stopwatch.StartNew();
        do
        {
            await _screen.Look();
            await Task.Delay(50);
        } while (since.Elapsed < time);
    }

    private async Task WhileLooking(Task work)
    {
        while (!work.IsCompleted)
            await Looks(TimeSpan.FromMilliseconds(200));
        await work;
    }

    private Task Done(string what)
    {
        Say(what);
        return Task.CompletedTask;
    }

    private void Count(string what) => _happened[what] = _happened.GetValueOrDefault(what) + 1;

    private void Say(string what) =>
        TestContext.Current.TestOutputHelper!.WriteLine($"{_watch.Elapsed.TotalSeconds, 7:0.00} s  {what}");
}
