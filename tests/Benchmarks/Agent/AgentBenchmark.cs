using System.Diagnostics;
using System.Globalization;
using LaiChau.PointAgent.Storage;
using LaiChau.Testing;

namespace LaiChau.Benchmarks.Agent;

/// <summary>
/// The agent as it is installed, beside the least that a web server compiled ahead can be: start to first page, memory with the portal in use; then
/// how long pages take while the library is read anew.
/// </summary>
internal static class AgentBenchmark
{
    private const int Releases = 200;
    private const int FilmBytes = 10_500_000;
    private const int Starts = 15;
    private const int Rounds = 3;
    private static readonly TimeSpan Use = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Reading = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Apart = TimeSpan.FromMilliseconds(20);

    public static async Task<int> Run()
    {
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        var work = Directory.CreateTempSubdirectory("laichau-agent-").FullName;
        try
        {
            var agent = await InstalledAgent.Build();
            var minimal = Path.Combine(work, "minimal");
            var project = Path.Combine(Repository.Root, "tests/Benchmarks/Agent/MinimalServer");
            await InstalledAgent.Sh(
                $"dotnet publish {project} -c Release -r linux-x64 --artifacts-path {work}/obj -o {minimal} -v q"
            );

            var (empty, full) = (Path.Combine(work, "empty"), Path.Combine(work, "full"));
            using (var db = new AgentDb(empty)) { }
            await Fill(full, work, agent);
            await Memory(
                ("minimal server", Path.Combine(minimal, "LaiChau.MinimalServer"), [], ["/"]),
                ("agent, empty library", agent, Told(empty), Pages(0)),
                ("agent, 200 releases", agent, Told(full), Pages(Releases))
            );
            await Scrub(agent, full);
            return 0;
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    /// <summary>The agent pulls everything itself.</summary>
    private static async Task Fill(string data, string work, string program)
    {
        var plane = Path.Combine(work, "plane");
        await Plane.Write(plane, Releases, FilmBytes);
        await using var server = await FileServer.Start(plane);
        InstalledAgent.Enrol(data, server.Address);
        var watch = Stopwatch.StartNew();
        await using (var agent = await NativeServer.Start(program, InstalledAgent.Told(data, server.Address)))
        {
            while (Held(data) < Releases)
            {
                await Task.Delay(1000);
            }
            Line(
                $"{Releases} releases pulled in {watch.Elapsed.TotalSeconds:n0} s; resident then {agent.Memory("Rss") / 1000.0:n1} MB"
            );
        }
        Directory.Delete(plane, recursive: true);
        Line($"the library: {Files(data).Sum(f => f.Length) / 1e9:n2} GB in {Files(data).Count()} files");
    }

    private static long Held(string data) => InstalledAgent.Ask(data, "SELECT count(*) FROM release");

    private static IEnumerable<FileInfo> Files(string data) =>
        new DirectoryInfo(Path.Combine(data, "files")).EnumerateFiles("*", SearchOption.AllDirectories);

    private static async Task Memory(
        params (string Name, string Program, (string, string)[] Settings, string[] Pages)[] servers
    )
    {
        var starts = servers.ToDictionary(s => s.Name, _ => new List<double>());
        for (var i = 0; i < Starts; i++)
        {
            foreach (var (name, program, settings, _) in servers)
            {
                await using var server = await NativeServer.Start(program, settings);
                starts[name].Add(server.ToFirstPage.TotalMilliseconds);
            }
        }
        Line(
            $"\n| {Starts} starts each, in turn | first page, ms: median | longest | resident, in use, MB | of it anonymous | pages |"
        );
        Line("|---|--:|--:|--:|--:|--:|");
        foreach (var (name, program, settings, pages) in servers)
        {
            await using var server = await NativeServer.Start(program, settings);
            var seen = await Browse(server, pages, Use, pause: default);
            starts[name].Sort();
            Line(
                $"| {name} | {starts[name][Starts / 2]:n0} | {starts[name][^1]:n0} | {server.Memory("Rss") / 1000.0:n1} | {server.Memory("Anonymous") / 1000.0:n1} | {seen.Count:n0} |"
            );
        }
    }

    /// <summary>In turn, each round from a cold cache of the disk where that may be asked of the system.</summary>
    private static async Task Scrub(string program, string data)
    {
        var (quiet, busy) = (new List<double>(), new List<double>());
        var read = 0L;
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var (seconds, times) in ((int, List<double>)[])[(8_640_000, quiet), (100, busy)])
            {
                await InstalledAgent.Sh("sync; echo 3 >/proc/sys/vm/drop_caches || true");
                await using var server = await NativeServer.Start(
                    program,
                    [.. Told(data), ("Agent__ScrubSeconds", $"{seconds}")]
                );
                await Task.Delay(TimeSpan.FromSeconds(3));
                var before = server.BytesRead;
                times.AddRange(await Browse(server, Pages(Releases), Reading, Apart));
                if (times == busy)
                {
                    read += server.BytesRead - before;
                }
            }
        }
        quiet.Sort();
        busy.Sort();
        Line($"\n{read / 1e6 / (Rounds * Reading.TotalSeconds):n1} MB/s were read of the disk meanwhile.\n");
        Line("| pages | p50, ms | p99, ms |");
        Line("|---|--:|--:|");
        Line($"| nothing else to do | {At(quiet, 0.5):n2} | {At(quiet, 0.99):n2} |");
        Line($"| the library is read anew | {At(busy, 0.5):n2} | {At(busy, 0.99):n2} |");
        Line($"| ratio | {At(busy, 0.5) / At(quiet, 0.5):n2} | {At(busy, 0.99) / At(quiet, 0.99):n2} |");
    }

    private static double At(List<double> sorted, double part) => sorted[(int)(sorted.Count * part)];

    /// <summary>Four readers, page after page.</summary>
    /// <returns>How long each page took, in milliseconds.</returns>
    private static async Task<List<double>> Browse(NativeServer server, string[] pages, TimeSpan time, TimeSpan pause)
    {
        var until = Stopwatch.StartNew();
        var readers = Enumerable
            .Range(0, 4)
            .Select(async reader =>
            {
                var took = new List<double>();
                for (var i = reader; until.Elapsed < time; i++)
                {
                    var since = Stopwatch.GetTimestamp();
                    using var answer = await server.Client.GetAsync(pages[i % pages.Length]);
                    await answer.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync();
                    took.Add(Stopwatch.GetElapsedTime(since).TotalMilliseconds);
                    await Task.Delay(pause);
                }
                return took;
            });
        return [.. (await Task.WhenAll(readers)).SelectMany(t => t)];
    }

    /// <summary>What citizens and the officer open.</summary>
    private static string[] Pages(int releases) =>
        [
            .. (string[])["/", "/trang-thai", "/tim-kiem?q=t%E1%BB%AB42", "/chu-de/smart-farming", "/portal.css"],
            .. Enumerable
                .Range(0, releases)
                .Where(i => i % 5 == 0)
                .SelectMany(i => (string[])[$"/r/{Plane.PackageOf(i)}", $"/r/{Plane.PackageOf(i)}/index.html", "/"]),
        ];

    private static (string, string)[] Told(string data) => InstalledAgent.Told(data, new("http://127.0.0.1:9"));

    private static void Line(string text) => Console.WriteLine(text);
}
