using LaiChau.PointRegistry.Points;
using LaiChau.ServiceDefaults.Http;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.PointRegistry.Targets;

/// <param name="Actual">Until now.</param>
/// <param name="Variance">Actual less target.</param>
/// <param name="Percent">Of the target; left out where that is nothing.</param>
internal sealed record TargetAnswer(
    Guid PointId,
    string PointName,
    string UnitCode,
    string UnitName,
    string Metric,
    string Period,
    double Target,
    double Actual,
    double Variance,
    double? Percent,
    DateTimeOffset SetAt,
    StateChanger By,
    long Version
) : IVersioned
{
    /// <summary>Targets of one period; needs their points with their units.</summary>
    public static async Task<IReadOnlyList<TargetAnswer>> Of(
        PointRegistryDb db,
        IReadOnlyList<Target> targets,
        Period period,
        CancellationToken ct
    )
    {
        var actuals = await Actuals(db, targets.Select(t => (t.PointId, t.Metric)), period, ct);
        return
        [
            .. targets.Select(t =>
            {
                var actual = actuals.GetValueOrDefault((t.PointId, t.Metric));
                return new TargetAnswer(
                    t.PointId,
                    t.Point.Name,
                    t.Point.Unit.Code,
                    t.Point.Unit.FullName,
                    t.Metric,
                    period.ToString(),
                    t.Value,
                    Math.Round(actual, 2),
                    Math.Round(actual - t.Value, 2),
                    PercentOf(actual, t.Value),
                    t.SetAt,
                    new(t.ById, t.ByName),
                    t.Version
                );
            }),
        ];
    }

    public static double? PercentOf(double actual, double target) =>
        target > 0 ? Math.Round(actual / target * 100, 1) : null;

    /// <summary>What these points reached of these metrics; one query a metric.</summary>
    public static async Task<Dictionary<(Guid Point, string Metric), double>> Actuals(
        PointRegistryDb db,
        IEnumerable<(Guid Point, string Metric)> wanted,
        Period period,
        CancellationToken ct
    )
    {
        var found = new Dictionary<(Guid, string), double>();
        foreach (var group in wanted.GroupBy(w => w.Metric, w => w.Point))
        {
            if (Targets.Metric.Find(group.Key) is not { } metric)
            {
                continue;
            }
            var points = group.ToList();
            await foreach (
                var actual in metric
                    .Count(db, period.From, period.To)
                    .Where(a => points.Contains(a.PointId))
                    .AsAsyncEnumerable()
                    .WithCancellation(ct)
            )
            {
                found[(actual.PointId, group.Key)] = actual.Value;
            }
        }
        return found;
    }
}
