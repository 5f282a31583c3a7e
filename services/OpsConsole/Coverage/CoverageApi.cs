using LaiChau.OpsConsole.Api;

namespace LaiChau.OpsConsole.Coverage;

public sealed record ReleaseCoverage
{
    public Guid ReleaseId { get; init; }
    public string Package { get; init; } = "";
    public int Version { get; init; }
    public IReadOnlyDictionary<string, string> Title { get; init; } = new Dictionary<string, string>();
    public string State { get; init; } = "";
    public DateTimeOffset? PublishedAt { get; init; }
    public DateTimeOffset? RecalledAt { get; init; }
    public int Expected { get; init; }
    public int Showing { get; init; }
    public double Percent { get; init; }
    public int MayStillShow { get; init; }
    public IReadOnlyList<PointCoverage> Points { get; init; } = [];

    public bool IsRecallInProgress => State == "recalled" && MayStillShow > 0;
}

public sealed record PointCoverage
{
    public Guid PointId { get; init; }
    public string Name { get; init; } = "";
    public string UnitName { get; init; } = "";
    public string State { get; init; } = "";
    public DateTimeOffset? Since { get; init; }
    public DateTimeOffset? LastContactAt { get; init; }

    public (string Label, string Tone, string Icon) Badge =>
        State switch
        {
            "showing" => ("Đang hiển thị", "good", "check"),
            "pending" => ("Chưa nhận", "wait", "clock"),
            "removed" => ("Đã gỡ", "calm", "check"),
            "mayStillShow" => ("Có thể còn đang hiển thị", "bad", "alert"),
            _ => (State, "calm", "dot"),
        };
}

/// <summary>One release as one point has it.</summary>
public sealed record ReleaseAtPoint(ReleaseCoverage Release, PointCoverage At);

internal sealed class CoverageApi(GatewayApi api)
{
    public Task<Answer<ApiList<ReleaseCoverage>>> Newest(int count, string? after = null) =>
        api.Get<ApiList<ReleaseCoverage>>(
            $"/api/telemetry/coverage?limit={count}" + (after is null ? "" : "&after=" + Uri.EscapeDataString(after))
        );

    public Task<Answer<ReleaseCoverage>> One(Guid release) =>
        api.Get<ReleaseCoverage>($"/api/telemetry/coverage/{release}");

    public async Task<Answer<ReleaseAtPoint[]>> AtPoint(Guid point, int newest)
    {
        var list = await Newest(newest);
        if (!list.Ok)
        {
            return list.Problem;
        }
        var releases = await Task.WhenAll(list.Value.Items.Select(r => One(r.ReleaseId)));
        if (releases.FirstOrDefault(r => !r.Ok) is { Problem: { } problem })
        {
            return problem;
        }
        return releases
            .SelectMany(r => r.Value!.Points.Where(p => p.PointId == point).Select(p => new ReleaseAtPoint(r.Value, p)))
            .ToArray();
    }
}
