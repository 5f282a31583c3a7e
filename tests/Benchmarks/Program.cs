using System.Diagnostics;
using System.Globalization;
using LaiChau.Benchmarks;
using LaiChau.Distribution.Content;

// Packs a package and its next version, and prints what it costs beside the tools of a Debian machine. Times are CPU seconds,
// so that other work on the machine matters less; what is not on PATH is left out and said so.
var work = Directory.CreateTempSubdirectory("laichau-bench-").FullName;
try
{
    var size = Corpus.Write(work, seed: 1);
    await Pack("1"); // warm-up, and the version a point holds
    var (old, _, _) = await Pack("1");
    var (next, pack, seconds) = await Pack("2");
    var manifest = next.Manifest.ToBytes();

    Console.WriteLine($"Corpus: {size:n0} bytes in {next.Manifest.Files.Count} files, seed 1.\n");
    Console.WriteLine("| making the files to serve | bytes | of input | CPU s | MB per CPU s |");
    Console.WriteLine("|---|---:|---:|---:|---:|");
    Row("**pack + index + manifest**", pack + next.IndexBytes.Length + manifest.Length, seconds);
    foreach (var level in new[] { "-3", "-12", "-19" })
    {
        await Tool(
            $"tar \\| zstd {level}",
            "zstd",
            $"tar -C 2 -c . | zstd {level} -T1 -q -o whole{level}.zst -f",
            () => Length($"whole{level}.zst")
        );
    }
    await Tool(
        "casync, 64 KiB",
        "casync",
        "casync make --without=all --store=new.castr new.caidx 2",
        () => Length("new.castr") + Length("new.caidx")
    );

    var index = PackIndex.Parse(next.IndexBytes, next.Manifest);
    var held = PackIndex.Parse(old.IndexBytes, old.Manifest).Locate(old.Manifest).Select(c => c.Id).ToHashSet();
    var plan = FetchPlan.Create(next.Manifest, index, held.Contains);
    var update = plan.Bytes + manifest.Length + next.IndexBytes.Length;
    Console.WriteLine("\n| fetching the update | bytes | × ours | requests |");
    Console.WriteLine("|---|---:|---:|---:|");
    Console.WriteLine($"| **manifest + index + ranges** | {update:n0} | 1.00 | {plan.Ranges.Count + 2} |");
    Console.WriteLine(
        $"| of it ranges alone | {plan.Bytes:n0} | {(double)plan.Bytes / update:f2} | {plan.Ranges.Count} |"
    );
    await Update(
        "rsync -z (computed by a server)",
        "rsync",
        "cp -a 1 copy && rsync -a -z --no-whole-file --fuzzy --delete-after --stats 2/ copy/ | sed -n 's/^Total bytes \\(sent\\|received\\): //p' | tr -d ,. > rsync.txt",
        async () => (await File.ReadAllLinesAsync(Path.Combine(work, "rsync.txt"))).Sum(long.Parse),
        "1"
    );
    await Update(
        "casync, 64 KiB chunks",
        "casync",
        "casync make --without=all --store=old.castr old.caidx 1 && for f in $(cd new.castr && find . -type f); do test -e old.castr/$f || (mkdir -p add/$(dirname $f) && cp new.castr/$f add/$f); done",
        () => Task.FromResult(Length("add") + Length("new.caidx")),
        "one a chunk"
    );

    void Row(string name, long bytes, double cpu) =>
        Console.WriteLine($"| {name} | {bytes:n0} | {(double)bytes / size:f3} | {cpu:f1} | {size / 1e6 / cpu:f0} |");

    async Task Tool(string name, string tool, string command, Func<long> bytes)
    {
        if (await Run(tool, command) is { } cpu)
        {
            Row(name, bytes(), cpu);
        }
    }

    async Task Update(string name, string tool, string command, Func<Task<long>> bytes, string requests)
    {
        if (await Run(tool, command) is not null)
        {
            var count = await bytes();
            Console.WriteLine($"| {name} | {count:n0} | {(double)count / update:f2} | {requests} |");
        }
    }
}
finally
{
    Directory.Delete(work, recursive: true);
}
return 0;

async Task<(BuiltRelease Built, long PackLength, double Seconds)> Pack(string version)
{
    var folder = Path.Combine(work, version);
    var files = Directory
        .EnumerateFiles(folder, "*", SearchOption.AllDirectories)
        .Select(f => new SourceFile(
            Path.GetRelativePath(folder, f).Replace('\\', '/'),
            "application/octet-stream",
            _ => Task.FromResult<Stream>(File.OpenRead(f))
        ));
    var release = new ReleaseDescription
    {
        ReleaseId = new Guid("01900000-0000-7000-8000-000000000001"),
        Package = "mau/do-thu",
        Version = int.Parse(version, CultureInfo.InvariantCulture),
        Title = new Dictionary<string, string> { ["vi"] = "Gói mẫu" },
        Category = "local-economy",
    };
    await using var pack = File.Create(Path.Combine(work, $"{version}.pack"));
    var before = Process.GetCurrentProcess().TotalProcessorTime;
    var built = await ReleaseBuilder.Build(release, [.. files], pack);
    return (built, pack.Length, (Process.GetCurrentProcess().TotalProcessorTime - before).TotalSeconds);
}

// CPU seconds of a shell line in the work folder, all of its processes; null when the tool is not on PATH.
async Task<double?> Run(string tool, string command)
{
    var start = new ProcessStartInfo("bash")
    {
        WorkingDirectory = work,
        UseShellExecute = false,
        RedirectStandardError = true,
        RedirectStandardOutput = true,
    };
    start.ArgumentList.Add("-c");
    start.ArgumentList.Add(
        $"command -v {tool} >/dev/null || exit 99; TIMEFORMAT='%U %S'; time {{ {command}; }} 2>tool.log"
    );
    using var process = Process.Start(start)!;
    var output = process.StandardOutput.ReadToEndAsync();
    var times = await process.StandardError.ReadToEndAsync();
    await output;
    await process.WaitForExitAsync();
    if (process.ExitCode == 99)
    {
        Console.WriteLine($"| ({tool} is not on PATH) | | | |");
        return null;
    }
    if (process.ExitCode != 0)
    {
        throw new InvalidOperationException(
            $"{command}: {await File.ReadAllTextAsync(Path.Combine(work, "tool.log"))}"
        );
    }
    return times
        .Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries)
        .TakeLast(2)
        .Sum(t => double.Parse(t, CultureInfo.InvariantCulture));
}

long Length(string name)
{
    var path = Path.Combine(work, name);
    return Directory.Exists(path)
        ? new DirectoryInfo(path).EnumerateFiles("*", SearchOption.AllDirectories).Sum(f => f.Length)
        : new FileInfo(path).Length;
}
