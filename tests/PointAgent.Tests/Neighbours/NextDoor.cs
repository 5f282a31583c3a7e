using LaiChau.Testing;

namespace LaiChau.PointAgent.Tests.Neighbours;

/// <summary>Points that are told of each other.</summary>
internal static class NextDoor
{
    /// <summary>Serves neighbours at its port, and asks those at the others.</summary>
    public static Func<AgentOptions, AgentOptions> At(int port, params int[] others) =>
        o => o with { NeighbourPort = port, Neighbours = [.. others.Select(p => $"127.0.0.1:{p}")] };

    /// <summary>Nothing of content came from the server: beside metadata it was asked for nothing.</summary>
    public static void NothingCameOverTheLink(Headquarters headquarters) => Assert.Empty(headquarters.Asked);

    /// <summary>That a release came from a neighbour, and cost the link nothing.</summary>
    public static Task TellsOfNeighbour(Headquarters headquarters, Guid release) =>
        Eventually.Passes(() =>
        {
            Assert.Contains(
                headquarters.EventsOf("pull"),
                e =>
                    (Guid)e["releaseId"]! == release
                    && (long)e["bytes"]! == 0
                    && ((string?)e["why"])!.Contains("from the neighbour 127.0.0.1:", StringComparison.Ordinal)
            );
            return Task.CompletedTask;
        });
}
