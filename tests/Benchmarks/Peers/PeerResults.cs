using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LaiChau.Benchmarks.Corpus;

namespace LaiChau.Benchmarks.Peers;

/// <summary>What a tool needed for an update.</summary>
/// <param name="Bytes">To fetch; its requests and their headers are not counted.</param>
/// <param name="Requests">Files or chunks to fetch.</param>
/// <param name="CpuSeconds">To make what is fetched and, for those that are served, to fetch it.</param>
/// <param name="PeakBytes">Most memory of any of its processes.</param>
internal sealed record PeerResult(long Bytes, int Requests, double CpuSeconds, long PeakBytes);

/// <summary>
/// Runs the peers, and remembers: some take minutes for a pair. What is remembered stands under the tool's version, how it was
/// called, and the hashes of both releases.
/// </summary>
/// <param name="corpus">The corpus's folder.</param>
/// <param name="fresh">Run all again.</param>
internal sealed class PeerResults(string corpus, bool fresh)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };
    private readonly string _file = Path.Combine(corpus, "peers.json");
    private readonly Dictionary<string, PeerResult> _known = [];
    private readonly HashSet<string> _ran = [];
    private readonly Dictionary<string, string> _versions = [];

    /// <summary>Tools that were found, with their versions.</summary>
    public IReadOnlyDictionary<string, string> Versions => _versions;

    /// <summary>Tools that were looked for and not found, by Debian's names.</summary>
    public IReadOnlyList<string> Missing { get; private set; } = [];

    /// <summary>Reads what is remembered, and which tools there are.</summary>
    public async Task Open()
    {
        if (File.Exists(_file))
        {
            var known = JsonSerializer.Deserialize<Dictionary<string, PeerResult>>(await File.ReadAllTextAsync(_file));
            foreach (var (key, result) in known!)
            {
                _known.Add(key, result);
            }
        }
        var missing = new List<string>();
        foreach (var peer in Peer.All)
        {
            var needed = string.Join(" && ", peer.Commands.Select(c => $"command -v {c} >/dev/null"));
            var version = await Measure.Run("bash", ["-c", $"{needed} && {{ {peer.Version}; }}"]);
            if (version.ExitCode == 0)
            {
                _versions.Add(peer.Name, version.Output.Trim());
            }
            else
            {
                missing.Add(peer.Package);
            }
        }
        Missing = missing;
    }

    /// <summary>What each of <paramref name="peers"/> that is here needs from <paramref name="old"/> to <paramref name="new"/>.</summary>
    public async Task<IReadOnlyDictionary<string, PeerResult>> Compare(Side old, Side @new, IEnumerable<Peer> peers)
    {
        var here = peers.Where(p => _versions.ContainsKey(p.Name)).ToList();
        var toRun = here.Where(p => !IsKnown(Key(p, old, @new))).ToList();
        if (toRun.Count > 0)
        {
            var work = Path.Combine(corpus, ".peers");
            if (Directory.Exists(work))
            {
                // A run before this one was stopped.
                Directory.Delete(work, recursive: true);
            }
            Directory.CreateDirectory(work);
            try
            {
                var (oldTar, newTar) = (await Archive(old, work, "old.tar"), await Archive(@new, work, "new.tar"));
                foreach (var peer in toRun)
                {
                    await Console.Error.WriteLineAsync($"{peer.Name}: {old.Folder} → {@new.Folder}");
                    _known[Key(peer, old, @new)] = await Run(peer, old, @new, oldTar, newTar, work);
                    _ran.Add(Key(peer, old, @new));
                    await File.WriteAllTextAsync(_file, JsonSerializer.Serialize(_known, Indented));
                }
            }
            finally
            {
                Directory.Delete(work, recursive: true);
            }
        }
        return here.ToDictionary(p => p.Name, p => _known[Key(p, old, @new)]);
    }

    private bool IsKnown(string key) => _known.ContainsKey(key) && (!fresh || _ran.Contains(key));

    private static async Task<PeerResult> Run(Peer peer, Side old, Side @new, string oldTar, string newTar, string work)
    {
        var folder = Directory.CreateDirectory(Path.Combine(work, "run")).FullName;
        var script = $"""
            set -euo pipefail
            old={old.Folder} new={@new.Folder} old_tar={oldTar} new_tar={newTar} port={FreePort()}
            {peer.Script}
            """;
        var finished = (await Measure.Run("nice", ["-n", "10", "bash", "-c", script], folder)).OrThrow();
        Directory.Delete(folder, recursive: true);
        var last = finished.Output.TrimEnd().Split('\n')[^1].Split(' ');
        return new(
            long.Parse(last[0], CultureInfo.InvariantCulture),
            int.Parse(last[1], CultureInfo.InvariantCulture),
            Math.Round(finished.Cost.CpuSeconds, 2),
            finished.Cost.PeakBytes
        );
    }

    private static async Task<string> Archive(Side side, string work, string name)
    {
        var path = Path.Combine(work, name);
        (
            await Measure.Run(
                "tar",
                [
                    "--sort=name",
                    "--format=gnu",
                    "--mtime=@0",
                    "--owner=0",
                    "--group=0",
                    "--numeric-owner",
                    "--mode=u=rwX,go=rX",
                    $"--directory={side.Folder}",
                    "-cf",
                    path,
                    ".",
                ]
            )
        ).OrThrow();
        return path;
    }

    private string Key(Peer peer, Side old, Side @new) =>
        string.Join(
            ' ',
            new DirectoryInfo(@new.Folder).Parent!.Name,
            peer.Name,
            _versions[peer.Name],
            Short(peer.Script),
            old.Hash[..16],
            @new.Hash[..16]
        );

    private static string Short(string text) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..8];

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
