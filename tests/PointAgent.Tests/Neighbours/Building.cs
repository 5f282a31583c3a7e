using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using LaiChau.PointAgent.Tests.Faults;
using LaiChau.Testing;

namespace LaiChau.PointAgent.Tests.Neighbours;

/// <summary>
/// Two machines on one LAN, each a network namespace, and the link of each to the headquarters, which is counted. The agents are processes that are
/// told nothing of each other.
/// </summary>
internal sealed class Building : IAsyncDisposable
{
    private readonly string _id = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
    private readonly List<Process> _programs = [];
    private readonly List<DirectoryInfo> _folders = [];
    private readonly List<string> _spaces = [];
    private readonly int _net = Environment.ProcessId;

    private Building() { }

    public Headquarters Headquarters { get; private set; } = null!;

    public ConcurrentQueue<string> Log { get; } = new();

    /// <param name="hasRouter">The machines are not on one LAN: a router stands between them.</param>
    public static async Task<Building> Open(bool hasRouter = false)
    {
        var building = new Building();
        try
        {
            building.Lay();
            if (hasRouter)
                building.LayRouter();
            else
                building.LayLan();
            building.Headquarters = await Headquarters.OpenAt(building.Link(0, 1));
            return building;
        }
        catch
        {
            await building.DisposeAsync();
            throw;
        }
    }

    /// <summary>An address at a machine's link: 1 is the headquarters' end of it.</summary>
    private string Link(int machine, int end) => $"10.{100 + _net / 250 % 100}.{_net % 250}.{machine * 4 + end}";

    public static string Lan(int machine) => $"192.168.77.{2 + machine}";

    /// <summary>Bytes that came to a machine over its link.</summary>
    public long CameOverLink(int machine) =>
        long.Parse(
            File.ReadAllText($"/sys/class/net/{Outside(machine)}/statistics/tx_bytes"),
            CultureInfo.InvariantCulture
        );

    /// <summary>Starts the agent of a machine.</summary>
    public HttpClient Start(int machine, string neighbours = "auto")
    {
        var folder = Directory.CreateTempSubdirectory("point-");
        _folders.Add(folder);
        var start = new ProcessStartInfo(
            "ip",
            ["netns", "exec", Space(machine), "dotnet", "exec", Repository.Program("services/PointAgent"), "run"]
        )
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["Agent__Server"] = Headquarters.Address.ToString(),
                ["Agent__DataFolder"] = folder.FullName,
                ["Agent__Urls"] = "http://*:8080",
                ["Agent__EnrolmentCode"] = "MAU-0001",
                ["Agent__PollSeconds"] = "0.5",
                ["Agent__ReportSeconds"] = "0.5",
                ["Agent__Sticks"] = "",
                ["Agent__Neighbours"] = neighbours,
            },
        };
        Run(machine, start);
        return new HttpClient { BaseAddress = new Uri($"http://{Link(machine, 2)}:8080") };
    }

    /// <summary>
    /// Starts Avahi on a machine instead of the agent: it says that a point is there, and browses for points again and again, into the log.
    /// The namespace of mounts is that of ip: one that is private would keep the disks of other trials mounted.
    /// </summary>
    public void StartAvahi(int machine) =>
        Run(
            machine,
            new ProcessStartInfo(
                "ip",
                [
                    "netns",
                    "exec",
                    Space(machine),
                    "unshare",
                    "--pid",
                    "--fork",
                    "--kill-child",
                    "bash",
                    "-ec",
                    """
                    mount -t tmpfs none /run && mkdir -p /run/dbus /run/avahi-daemon
                    dbus-daemon --system --nopidfile --fork
                    avahi-daemon --no-drop-root --no-chroot --daemonize
                    avahi-publish -s 0123456789abcdef0123456789abcdef _laichau-point._tcp 8085 v=1 &
                    while sleep 1; do avahi-browse --resolve --parsable --terminate _laichau-point._tcp; done
                    """,
                ]
            )
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        );

    /// <summary>Whether somebody at a machine can ask there.</summary>
    public bool CanAsk(int machine, string address)
    {
        using var asked = Process.Start(
            "ip",
            ["netns", "exec", Space(machine), "curl", "-s", "-o", "/dev/null", "-m", "10", $"http://{address}/"]
        );
        asked.WaitForExit();
        return asked.ExitCode == 0;
    }

    private void Run(int machine, ProcessStartInfo start)
    {
        var program = Process.Start(start)!;
        program.OutputDataReceived += (_, line) => Log.Enqueue($"{machine}: {line.Data}");
        program.ErrorDataReceived += (_, line) => Log.Enqueue($"{machine}: {line.Data}");
        program.BeginOutputReadLine();
        program.BeginErrorReadLine();
        _programs.Add(program);
    }

    /// <summary>It shows this file.</summary>
    public static Task Shows(HttpClient point, string path, byte[] content) =>
        Eventually.Passes(
            async () =>
            {
                using var answer = await point.GetAsync(new Uri(path, UriKind.Relative));
                Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
                Assert.Equal(content, await answer.Content.ReadAsByteArrayAsync());
            },
            TimeSpan.FromMinutes(2)
        );

    public async ValueTask DisposeAsync()
    {
        foreach (var program in _programs)
        {
            program.Kill(entireProcessTree: true);
            await program.WaitForExitAsync();
            program.Dispose();
        }
        foreach (var line in Log)
            TestContext.Current.TestOutputHelper?.WriteLine(line);
        if (Headquarters is not null)
            await Headquarters.DisposeAsync();
        // With their namespace they would go some time later, and keep their names until then.
        foreach (var machine in (int[])[0, 1])
            using (var delete = Process.Start("ip", ["link", "delete", Outside(machine)]))
                await delete.WaitForExitAsync();
        foreach (var space in _spaces)
            using (var delete = Process.Start("ip", ["netns", "delete", space]))
                await delete.WaitForExitAsync();
        _folders.ForEach(f => f.Delete(recursive: true));
    }

    private string Space(int machine) => $"laichau-{_id}-{machine}";

    private string Outside(int machine) => $"lc{_id}-{machine}";

    private void Lay()
    {
        foreach (var machine in (int[])[0, 1])
        {
            var space = Space(machine);
            Add(space);
            Ip($"link add {Outside(machine)} type veth peer name out netns {space}");
            Ip($"addr add {Link(machine, 1)}/30 dev {Outside(machine)}");
            Ip($"link set {Outside(machine)} up");
            Ip($"-n {space} addr add {Link(machine, 2)}/30 dev out");
            Ip($"-n {space} link set out up");
            Ip($"-n {space} link set lo up");
        }
        Ip($"-n {Space(1)} route add {Link(0, 1)} via {Link(1, 1)}");
    }

    private void LayLan()
    {
        Ip($"-n {Space(0)} link add lan type veth peer name lan netns {Space(1)}");
        foreach (var machine in (int[])[0, 1])
        {
            Ip($"-n {Space(machine)} addr add {Lan(machine)}/24 dev lan");
            Ip($"-n {Space(machine)} link set lan up");
        }
    }

    private void LayRouter()
    {
        var router = Space(2);
        Add(router);
        foreach (var machine in (int[])[0, 1])
        {
            var (space, other) = (Space(machine), Lan(1 - machine));
            Ip($"-n {space} link add lan type veth peer name lan{machine} netns {router}");
            Ip($"-n {space} addr add {Lan(machine)}/32 peer 192.168.77.1 dev lan");
            Ip($"-n {space} link set lan up");
            Ip($"-n {space} route add {other} via 192.168.77.1");
            Ip($"-n {router} addr add 192.168.77.1/32 peer {Lan(machine)} dev lan{machine}");
            Ip($"-n {router} link set lan{machine} up");
        }
        Ip($"netns exec {router} sysctl -qw net.ipv4.ip_forward=1");
    }

    private void Add(string space)
    {
        Ip($"netns add {space}");
        _spaces.Add(space);
    }

    private static void Ip(string arguments) => Programs.Run("ip", arguments.Split(' '));
}
