using System.Security.Cryptography;
using System.Text;

namespace LaiChau.Benchmarks.Gateway;

/// <summary>
/// What the gateway's data path costs beside nginx and Kestrel's own static files, in CPU seconds of the server's process: requests for an unchanged timestamp
/// (304), gigabytes of a pack, and thousands of held requests. Everything runs on loopback and ends by itself.
/// </summary>
internal static class GatewayBenchmark
{
    private const int Rounds = 5;
    private const int Seconds = 4;
    private const string Timestamp = "content/metadata/timestamp.json";
    private static readonly string Pack = $"content/objects/aa/{new string('a', 64)}";

    public static async Task<int> Run(string[] args)
    {
        if (args is ["static", var folder, var address])
        {
            return await KestrelStatic.Run(folder, address);
        }
        var work = Directory.CreateTempSubdirectory("laichau-bench-gateway-").FullName;
        try
        {
            await WriteStore(work);
            await using var nginx = await Server.Nginx(work);
            await using var kestrel = await Server.KestrelStatic(work);
            await using var gateway = await Server.Gateway(work, nginx.Address);
            await Polls(nginx, kestrel, gateway);
            await Content(nginx, kestrel, gateway);
            await HeldRequests.Measure(gateway, Timestamp);
            return 0;
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    private static async Task WriteStore(string work)
    {
        foreach (var path in new[] { Timestamp, Pack })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(work, path))!);
        }
        // As long as one with an Ed25519 signature is.
        var timestamp = $$$"""
            {"signatures":[{"keyid":"{{{new string('a', 64)}}}","sig":"{{{new string(
                'b',
                128
            )}}}"}],"signed":{"_type":"timestamp","expires":"2030-01-01T00:00:00Z","meta":{"snapshot.json":{"hashes":{"sha256":"{{{new string(
                'c',
                64
            )}}}"},"length":1234,"version":17}},"spec_version":"1.0.31","version":1234}}
            """;
        await File.WriteAllTextAsync(Path.Combine(work, Timestamp), timestamp, Encoding.ASCII);
        await File.WriteAllBytesAsync(Path.Combine(work, Pack), RandomNumberGenerator.GetBytes(64 << 20));
    }

    private static async Task Polls(params Server[] servers)
    {
        var costs = await Measure(
            servers,
            async server =>
            {
                var tag = await server.Tag(Timestamp);
                return await Load.Run(server, Timestamp, connections: 64, Seconds, $"If-None-Match: {tag}");
            },
            load => load.Requests
        );
        Console.WriteLine("| an unchanged timestamp (304) | requests per CPU second | × nginx |");
        Console.WriteLine("|---|---:|---:|");
        foreach (var (server, cost) in servers.Zip(costs))
        {
            Console.WriteLine($"| {server.Name} | {cost:n0} | {cost / costs[0]:f2} |");
        }
    }

    private static async Task Content(params Server[] servers)
    {
        var costs = await Measure(
            servers,
            server => Load.Run(server, Pack, connections: 8, Seconds),
            load => load.Bytes / 1e9
        );
        Console.WriteLine("\n| a pack of 64 MiB | CPU s per GB | × Kestrel static files |");
        Console.WriteLine("|---|---:|---:|");
        foreach (var (server, cost) in servers.Zip(costs))
        {
            Console.WriteLine($"| {server.Name} | {1 / cost:f2} | {costs[1] / cost:f2} |");
        }
    }

    /// <summary>For each server the median of what one CPU second of it does; the servers take turns, so that other work on the machine hits all of them.</summary>
    private static async Task<double[]> Measure(Server[] servers, Func<Server, Task<Load>> run, Func<Load, double> done)
    {
        foreach (var server in servers)
        {
            // Once to be compiled, once to be compiled well.
            await run(server);
            await run(server);
        }
        var found = servers.Select(_ => new List<double>()).ToArray();
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var (server, costs) in servers.Zip(found))
            {
                var before = server.CpuSeconds;
                var load = await run(server);
                costs.Add(done(load) / (server.CpuSeconds - before));
            }
        }
        return [.. found.Select(costs => costs.Order().ElementAt(Rounds / 2))];
    }
}
