using LaiChau.OpsConsole.Api;
using LaiChau.OpsConsole.SignIn;

namespace LaiChau.OpsConsole.Statistics;

public sealed record VisitCounts
{
    public long Guests { get; init; }
    public long Members { get; init; }
    public long Total { get; init; }

    /// <summary>Always the sum of the two shown beside it.</summary>
    public long OnlineNow => Guests + Members;
}

internal sealed class StatisticsApi(GatewayApi api, Viewer viewer)
{
    public Task<Answer<VisitCounts>> Read(Guid? point = null, string? unit = null) =>
        api.Get<VisitCounts>(
            "/api/telemetry/statistics"
                + (
                    point is { } id ? $"?point={id}"
                    : unit is not null ? $"?unit={Uri.EscapeDataString(unit)}"
                    : ""
                )
        );

    /// <summary>Counts this page view of a signed-in member, under the random id of the session.</summary>
    public Task<Answer<Done>> CountVisit(string path) =>
        api.Post<Done>(
            "/api/telemetry/visits",
            new
            {
                visitor = viewer.VisitorId,
                member = true,
                path,
            }
        );
}
