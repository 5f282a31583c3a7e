using LaiChau.Distribution;
using LaiChau.Distribution.Trust;
using LaiChau.PointAgent;
using LaiChau.PointAgent.Library;
using LaiChau.PointAgent.Pull;
using LaiChau.PointAgent.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LaiChau.Benchmarks.Format;

/// <summary>
/// The product's agent, once: asks for news, pulls what is new, and ends. Runs in a process of its own.
/// <c>SERVER DATA ROOT</c>: the address, the agent's folder, the root to trust. Ends with 3 when the line was cut.
/// </summary>
internal static class Point
{
    public const int LineWasCut = 3;

    public static async Task<int> Run(string[] arguments)
    {
        var (server, data, root) = (new Uri(arguments[0]), arguments[1], arguments[2]);
        var options = new AgentOptions
        {
            Server = server,
            DataFolder = data,
            TrustRoot = root,
            Urls = "http://127.0.0.1:0",
        };
        await using var agent = PointAgentApp.Build(options, host => host.Logging.ClearProviders());
        try
        {
            await Pull(agent.Services, root);
            return 0;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or DistributionException)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return LineWasCut;
        }
    }

    private static async Task Pull(IServiceProvider agent, string root)
    {
        var trust = new TrustStore(agent.GetRequiredService<AgentDb>());
        if (await trust.Read("root.json", default) is null)
        {
            await TufClient.Initialise(trust, await File.ReadAllBytesAsync(root), default);
        }
        var client = new TufClient(trust);
        var mirror = new HttpMirror(
            agent.GetRequiredService<HttpClient>(),
            agent.GetRequiredService<AgentOptions>(),
            new TrafficMeter()
        );
        await client.LoadTrusted(default);
        var now = agent.GetRequiredService<TrustedClock>().Now;
        await client.Poll(mirror, now, default);
        var feed = await client.LoadFeed("tinh", mirror, now, default);
        var shelf = agent.GetRequiredService<Shelf>();
        foreach (var wanted in feed.Current.Where(r => shelf.Held.All(held => held.Id != r.Release.ReleaseId)))
        {
            await agent.GetRequiredService<PullRelease>().FromServer(wanted, default);
        }
    }
}
