using System.Security.Claims;
using LaiChau.ServiceDefaults.Identity;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.PointRegistry.Targets;

/// <summary>A metric summed over the points of a place that have a target for it.</summary>
/// <param name="Reached">How many of them have reached theirs.</param>
internal sealed record MetricSummary(
    string Metric,
    string Word,
    string Unit,
    int Points,
    int Reached,
    double Target,
    double Actual,
    double Variance,
    double? Percent
);

internal sealed record TargetSummary(string Period, IReadOnlyList<MetricSummary> Metrics);

internal static class SummarizeTargets
{
    public static async Task<TargetSummary> Handle(
        [AsParameters] TargetFilter filter,
        ClaimsPrincipal user,
        PointRegistryDb db,
        TimeProvider time,
        CancellationToken ct
    )
    {
        var period = filter.Asked(time);
        var targets = (
            await (await filter.Rows(db, user.PlaceFor(Policies.Read), time, ct))
                .Select(t => new
                {
                    t.PointId,
                    t.Metric,
                    t.Value,
                })
                .ToListAsync(ct)
        ).ToLookup(t => t.Metric);
        var actuals = await TargetAnswer.Actuals(
            db,
            targets.SelectMany(g => g.Select(t => (t.PointId, t.Metric))),
            period,
            ct
        );
        return new(
            period.ToString(),
            [
                .. Metric
                    .All.Where(m => targets[m.Name].Any())
                    .Select(m =>
                    {
                        var pairs = targets[m.Name]
                            .Select(t => (t.Value, Actual: actuals.GetValueOrDefault((t.PointId, m.Name))))
                            .ToList();
                        var (target, actual) = (pairs.Sum(p => p.Value), pairs.Sum(p => p.Actual));
                        return new MetricSummary(
                            m.Name,
                            m.Word,
                            m.Unit,
                            pairs.Count,
                            pairs.Count(p => p.Actual >= p.Value),
                            Math.Round(target, 2),
                            Math.Round(actual, 2),
                            Math.Round(actual - target, 2),
                            TargetAnswer.PercentOf(actual, target)
                        );
                    }),
            ]
        );
    }
}
