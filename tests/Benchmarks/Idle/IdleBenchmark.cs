using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using LaiChau.Cli.Api;
using LaiChau.PointAgent;

namespace LaiChau.Benchmarks.Idle;

/// <summary>
/// What a point costs that has nothing to do: the whole platform with a certificate, the agent in a network namespace of its own, and every byte that
/// crosses the interface between them, frames included. Each thing that an idle point does is measured by itself, many times; a month is the sum.
/// As root, on Linux.
/// </summary>
internal static class IdleBenchmark
{
    private const string Space = "laichau-idle";
    private const string Link = "laichau-idle0";
    private const string Door = "10.213.77.1";
    private const string Timestamp = "/content/metadata/timestamp.json";
    private const string Events = "/api/telemetry/events";
    private static readonly TimeSpan Month = TimeSpan.FromDays(30);
    private static readonly TimeSpan Never = TimeSpan.FromDays(10);

    public static async Task<int> Run()
    {
        if (!OperatingSystem.IsLinux() || Environment.UserName != "root")
        {
            await Console.Error.WriteLineAsync("Network namespaces need root on Linux.");
            return 2;
        }
        var work = Directory.CreateTempSubdirectory("laichau-idle-");
        try
        {
            await Ip("netns", "add", Space);
            await Ip("link", "add", Link, "type", "veth", "peer", "name", "eth0", "netns", Space);
            await Ip("addr", "add", $"{Door}/24", "dev", Link);
            await Ip("link", "set", Link, "up");
            await Ip("-n", Space, "addr", "add", "10.213.77.2/24", "dev", "eth0");
            await Ip("-n", Space, "link", "set", "eth0", "up");
            await Ip("-n", Space, "link", "set", "lo", "up");
            await Measure(work.FullName);
            return 0;
        }
        finally
        {
            await Ip("netns", "delete", Space);
            work.Delete(recursive: true);
        }
    }

    private static async Task Measure(string work)
    {
        WriteCertificate(work);
        using var platform = Start(
            "dotnet",
            [
                "exec",
                Dll("LaiChau.Standalone"),
                "run",
                $"--data={work}/platform",
                "--port=18777",
                $"--Urls=http://localhost:18777;https://{Door}:18778",
                $"--Kestrel:Certificates:Default:Path={work}/door.pem",
                $"--Kestrel:Certificates:Default:KeyPath={work}/door.key",
                "--Logging:LogLevel:Microsoft.AspNetCore.Hosting.Diagnostics=Information",
            ],
            [],
            Path.Combine(work, "platform.log")
        );
        try
        {
            var code = await Enrol(work);
            using (var agent = Agent(work, "enrol", ("Agent__EnrolmentCode", code)))
            {
                await Task.Delay(TimeSpan.FromSeconds(20));
                await Stop(agent);
            }
            await Report(work);
        }
        finally
        {
            await Stop(platform);
        }
    }

    private static async Task Report(string work)
    {
        Console.WriteLine("| what | bytes on the wire, both ways |");
        Console.WriteLine("|---|--:|");
        var often = TimeSpan.FromSeconds(5);
        var start = await Bytes(work, "start", Events, hold: Never, heartbeat: Never, probe: Never, isStart: true);
        Say(
            "connection, TLS, token, first questions (news, what the register says of the point) and report after a start",
            start
        );
        var held = await Bytes(work, "held", Timestamp, hold: often, heartbeat: Never, probe: often);
        Say("a held request that ends without news", held);
        var probe = await Bytes(work, "probe", null, hold: Never, heartbeat: Never, probe: often);
        Say("a keep-alive probe of the connection", probe);
        var heartbeat = await Bytes(work, "heartbeat", Events, hold: Never, heartbeat: often, probe: Never);
        Say("a heartbeat", heartbeat);
        var poll = await Bytes(work, "poll", Timestamp, hold: TimeSpan.Zero, heartbeat: Never, probe: often);
        Say("a poll where no request is held", poll);

        var hours = new AgentOptions { DataFolder = work };
        var (holds, beats, polls) = (Month / hours.Hold, Month / hours.Heartbeat, Month / hours.Poll);
        var daily = 30 * start;
        var asHeld = (holds * held) + ((polls - holds) * probe) + (beats * heartbeat) + daily;
        var asPolled = (polls * poll) + (beats * heartbeat) + daily;
        Console.WriteLine();
        Console.WriteLine("| a month | bytes |");
        Console.WriteLine("|---|--:|");
        Say(
            $"request held for {hours.Hold.TotalHours} h, probes every {hours.Poll.TotalMinutes} min, heartbeat every {hours.Heartbeat.TotalHours} h, a new connection and token a day",
            asHeld
        );
        Say($"polls every {hours.Poll.TotalMinutes} min instead", asPolled);
    }

    /// <summary>
    /// Bytes of what an agent so told does again and again: of one request for <paramref name="path"/>, as the platform's log counts them; null: of a
    /// probe, which is two packets.
    /// </summary>
    private static async Task<double> Bytes(
        string work,
        string name,
        string? path,
        TimeSpan hold,
        TimeSpan heartbeat,
        TimeSpan probe,
        bool isStart = false
    )
    {
        var before = Count(work, path);
        using var agent = Agent(
            work,
            name,
            ("Agent__HoldSeconds", Seconds(hold)),
            ("Agent__HeartbeatSeconds", Seconds(heartbeat)),
            ("Agent__PollSeconds", Seconds(probe))
        );
        try
        {
            await Task.Delay(TimeSpan.FromSeconds(12));
            if (!isStart)
            {
                before = Count(work, path);
                await Task.Delay(TimeSpan.FromSeconds(60));
            }
            var after = Count(work, path);
            return (double)(after.Bytes - before.Bytes) / (after.Times - before.Times);
        }
        finally
        {
            await Stop(agent);
        }
    }

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString(CultureInfo.InvariantCulture);

    private static (long Bytes, long Times) Count(string work, string? path) =>
        (
            Counter("rx_bytes") + Counter("tx_bytes"),
            path is null
                ? (Counter("rx_packets") + Counter("tx_packets")) / 2
                : File.ReadLines(Path.Combine(work, "platform.log"))
                    .Count(l =>
                        l.Contains("Request finished HTTP/2", StringComparison.Ordinal)
                        && l.Contains(path, StringComparison.Ordinal)
                    )
        );

    private static long Counter(string name) =>
        long.Parse(File.ReadAllText($"/sys/class/net/{Link}/statistics/{name}"), CultureInfo.InvariantCulture);

    private static void Say(string what, double bytes) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {what} | {bytes:N0} |"));

    private static Process Agent(string work, string name, params (string, string)[] settings) =>
        Start(
            "ip",
            ["netns", "exec", Space, "dotnet", "exec", Dll("LaiChau.PointAgent"), "run"],
            [
                ("Agent__Server", $"https://{Door}:18778/"),
                ("Agent__DataFolder", Path.Combine(work, "point")),
                ("Agent__Urls", "http://127.0.0.1:0"),
                // What is said to neighbours stays on the LAN.
                ("Agent__Neighbours", ""),
                ("SSL_CERT_FILE", Path.Combine(work, "door.pem")),
                .. settings,
            ],
            Path.Combine(work, $"{name}.log")
        );

    private static async Task<string> Enrol(string work)
    {
        using var http = new HttpClient { BaseAddress = new Uri("http://localhost:18777/") };
        var client = new PlatformClient(http, TimeProvider.System);
        for (var i = 0; ; i++)
        {
            try
            {
                using var ready = await http.GetAsync(new Uri("readyz", UriKind.Relative));
                ready.EnsureSuccessStatusCode();
                break;
            }
            catch (HttpRequestException) when (i < 120)
            {
                await Task.Delay(500);
            }
        }
        var password = await File.ReadAllTextAsync(Path.Combine(work, "platform", "passwords", "admin"));
        await client.SignIn("admin", password);
        var unit = (await client.ListUnits(search: "Sìn Hồ")).Items[0];
        var point = await client.AddPoint(new NewPoint("Điểm mẫu", unit.Code, ["vi"]));
        return (await client.IssueEnrolmentCode(point.Id)).Code;
    }

    private static void WriteCertificate(string work)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=laichau-idle", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Parse(Door));
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(2));
        File.WriteAllText(Path.Combine(work, "door.pem"), certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(work, "door.key"), key.ExportPkcs8PrivateKeyPem());
    }

    private static string Dll(string name) => Path.Combine(AppContext.BaseDirectory, name + ".dll");

    private static Process Start(string program, string[] arguments, (string, string)[] settings, string log)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", "exec \"$@\" >\"$0\" 2>&1", log, program, .. arguments])
        {
            UseShellExecute = false,
        };
        foreach (var (setting, value) in settings)
        {
            start.Environment[setting] = value;
        }
        return Process.Start(start)!;
    }

    private static async Task Stop(Process process)
    {
        // SIGTERM, as a service manager would.
        using var kill = Process.Start("kill", [process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
        await process.WaitForExitAsync();
    }

    private static async Task Ip(params string[] arguments)
    {
        using var ip = Process.Start("ip", arguments);
        await ip.WaitForExitAsync();
        if (ip.ExitCode != 0 && arguments is not ["netns", "delete", ..])
        {
            throw new InvalidOperationException($"ip {string.Join(' ', arguments)} ended with {ip.ExitCode}.");
        }
    }
}
