using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using LaiChau.PointAgent.Storage;
using LaiChau.Testing;
using Microsoft.Data.Sqlite;

namespace LaiChau.PointAgent.Tests.Days;

/// <summary>
/// Looks at a point's screen as a citizen could, and at what the point knows: no release is torn, none is shown that the point knows to be recalled, and
/// what was there stays until something better is, or its time is over.
/// </summary>
internal sealed class Screen(string folder)
{
    /// <summary>The file that differs in every version of a package.</summary>
    public const string Mark = "ban.html";

    /// <summary>So soon after a point has heard of a recall the release is gone, on a machine that has other things to do.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);
    private readonly Dictionary<string, GivenOut> _seen = [];
    private readonly Dictionary<Guid, long> _recallKnownAt = [];
    private ServiceProcess _agent = null!;

    /// <summary>All that was ever given out, in order. Headquarters add to it while the screen is watched.</summary>
    public ConcurrentQueue<GivenOut> Known { get; } = [];

    public int Looks { get; private set; }

    /// <summary>What is valid for a time may have gone too early.</summary>
    public bool ClockWasWrong { get; set; }

    /// <summary>What is worth less may have made room.</summary>
    public bool DiskWasFull { get; set; }

    public void Of(ServiceProcess agent) => _agent = agent;

    /// <summary>From the first page on that it serves, what it knows to be recalled is not there.</summary>
    public async Task Starts(ServiceProcess agent)
    {
        var recalled = RecallsKnown();
        await agent.Start();
        foreach (var id in recalled)
            _recallKnownAt[id] = 0;
    }

    /// <returns>What is shown.</returns>
    public async Task<IReadOnlyList<GivenOut>> Look()
    {
        Looks++;
        foreach (var id in RecallsKnown())
            _recallKnownAt.TryAdd(id, Stopwatch.GetTimestamp());
        var shown = new List<GivenOut>();
        foreach (var package in Known.GroupBy(k => k.Package).ToList())
        {
            var began = Stopwatch.GetTimestamp();
            var now = await Shown(package.Key);
            if (now is not null)
            {
                shown.Add(now);
                Assert.False(
                    _recallKnownAt.TryGetValue(now.Id, out var at) && Stopwatch.GetElapsedTime(at, began) > Soon,
                    $"{now.Package} {now.Version} is shown, and the point knows that it is recalled"
                );
            }
            if (_seen.TryGetValue(package.Key, out var before) && before.Version != now?.Version)
                Assert.True(
                    now?.Version > before.Version || (now is null && MayLeave(before)),
                    $"{before.Package} {before.Version} was there, then {(now is null ? "nothing" : $"version {now.Version}")}"
                );
            if (now is null)
                _seen.Remove(package.Key);
            else
                _seen[package.Key] = now;
        }
        using var home = await _agent.Client.GetAsync("/");
        Assert.Equal(HttpStatusCode.OK, home.StatusCode);
        return shown;
    }

    public static string Hash(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    private bool MayLeave(GivenOut release)
    {
        // Something newer that is over, too, has taken its place in the list.
        var line = Known.Where(k => k.Package == release.Package && k.Version >= release.Version);
        return DiskWasFull || line.Any(k => k.IsRecalled || k.HasEnded || (ClockWasWrong && k.ValidUntil is not null));
    }

    /// <summary>The version of a package that is shown, each file of which must be its own.</summary>
    private async Task<GivenOut?> Shown(string package)
    {
        for (var began = Stopwatch.GetTimestamp(); ; )
        {
            var versions = Known.Where(k => k.Package == package).ToList();
            var mark = versions[0].Files.ContainsKey(Mark) ? Mark : versions[0].Files.Keys.First();
            var first = await File(package, mark);
            if (first is null)
                return null;
            var seen = versions.Find(v => v.Files[mark] == first);
            // A held request is answered before headquarters hear that it is out.
            if (seen is null && Stopwatch.GetElapsedTime(began) < Soon)
            {
                await Task.Delay(50);
                continue;
            }
            Assert.True(seen is not null, $"{package}/{mark} is of no release: {first}");
            var torn = new List<string>();
            foreach (var (path, hash) in seen.Files)
                if (await File(seen.Package, path) != hash)
                    torn.Add(path);
            // Another one may have taken its place meanwhile.
            if (await File(seen.Package, mark) != first)
                continue;
            Assert.True(torn.Count == 0, $"{seen.Package} {seen.Version} is torn: {string.Join(' ', torn)}");
            return seen;
        }
    }

    private async Task<string?> File(string package, string path)
    {
        using var answer = await _agent.Client.GetAsync($"/r/{package}/{path}");
        if (answer.StatusCode == HttpStatusCode.NotFound)
            return null;
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return Hash(await answer.Content.ReadAsByteArrayAsync());
    }

    /// <summary>By its trusted metadata.</summary>
    private List<Guid> RecallsKnown()
    {
        if (_agent.IsRunning)
            return RecallsKnown($"Data Source={Path.Combine(folder, "agent.db")};Mode=ReadOnly;Pooling=False");
        // A copy: whoever opens a database after a death mends it, for which there may be no room, and which is the point's to do.
        var copy = Directory.CreateTempSubdirectory("copy-");
        foreach (
            var file in Directory
                .GetFiles(folder, "agent.db*")
                .Where(f => !f.EndsWith("-shm", StringComparison.Ordinal))
        )
            System.IO.File.Copy(file, Path.Combine(copy.FullName, Path.GetFileName(file)));
        var recalls = RecallsKnown($"Data Source={Path.Combine(copy.FullName, "agent.db")};Pooling=False");
        copy.Delete(recursive: true);
        return recalls;
    }

    private List<Guid> RecallsKnown(string source)
    {
        using var db = new SqliteConnection(source);
        db.Open();
        var recalls = db.Scalar<byte[]>("SELECT bytes FROM metadata WHERE name = 'tinh.recalls.json'");
        var text = Encoding.UTF8.GetString(recalls ?? []);
        return [.. Known.Select(k => k.Id).Where(id => text.Contains($"{id}", StringComparison.Ordinal))];
    }
}
