using System.Globalization;
using LaiChau.OpsConsole.Api;
using LaiChau.OpsConsole.Points;
using LaiChau.OpsConsole.Shell;

namespace LaiChau.OpsConsole.Targets;

/// <summary>What a point is to reach in a month or a year, and what it has reached.</summary>
public sealed record PointTarget
{
    public Guid PointId { get; init; }
    public string PointName { get; init; } = "";
    public string UnitName { get; init; } = "";
    public string Metric { get; init; } = "";
    public string Period { get; init; } = "";
    public double Target { get; init; }
    public double Actual { get; init; }
    public double Variance { get; init; }
    public double? Percent { get; init; }
    public DateTimeOffset SetAt { get; init; }
    public Changer? By { get; init; }
}

/// <summary>A metric summed over the points of a place.</summary>
public sealed record MetricSummary
{
    public string Metric { get; init; } = "";
    public string Word { get; init; } = "";
    public string Unit { get; init; } = "";
    public int Points { get; init; }
    public int Reached { get; init; }
    public double Target { get; init; }
    public double Actual { get; init; }
    public double Variance { get; init; }
    public double? Percent { get; init; }
}

public sealed record TargetSummary
{
    public IReadOnlyList<MetricSummary> Metrics { get; init; } = [];
}

/// <summary>What an import would do, or did.</summary>
public sealed record TargetImport(int Targets, int Changed);

/// <param name="Typed">The value as typed; nothing takes the target away.</param>
public sealed record NewTarget(string Metric, string Period, string? Typed);

/// <summary>What the page of all targets was asked for.</summary>
public sealed record TargetQuery(Period Period, string? Metric = null, string? Unit = null, string? After = null)
{
    public string Address(string? after = null) =>
        ConsoleRoutes.With(
            ConsoleRoutes.Targets,
            ("ky", Period.ToString()),
            ("chi-tieu", Metric),
            ("xa", Unit),
            ("sau", after)
        );
}

internal sealed class TargetsApi(GatewayApi api)
{
    private const string Address = "/api/points/targets";

    public Task<Answer<PointTarget[]>> Of(Guid point, Period period) =>
        api.GetAll<PointTarget>($"{Address}?point={point}&period={period}");

    public Task<Answer<ApiList<PointTarget>>> List(TargetQuery query) =>
        api.Get<ApiList<PointTarget>>(Asked(Address, query, 100, query.After));

    public Task<Answer<TargetSummary>> Summary(TargetQuery query) =>
        api.Get<TargetSummary>(Asked(Address + "/summary", query, null, null));

    public Task<Answer<Done>> Set(Guid point, NewTarget target, double? value) =>
        api.Put<Done>(
            $"/api/points/{point}/targets",
            new
            {
                metric = target.Metric,
                period = target.Period,
                value,
            }
        );

    public Task<Answer<TargetImport>> Import(HttpContent table, bool dryRun, FormMark mark) =>
        api.Upload<TargetImport>(Address + (dryRun ? "/import?dryRun=true" : "/import"), table, mark);

    private static string Asked(string address, TargetQuery query, int? limit, string? after) =>
        ConsoleRoutes.With(
            address,
            ("period", query.Period.ToString()),
            ("metric", query.Metric),
            ("unit", query.Unit),
            ("limit", limit?.ToString(CultureInfo.InvariantCulture)),
            ("after", after)
        );
}
