using System.Security.Claims;
using LaiChau.PointRegistry.Points;
using LaiChau.PointRegistry.Units;
using LaiChau.ServiceDefaults.Http;
using LaiChau.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.PointRegistry.Targets;

/// <param name="Period"><c>2026-11</c>, or <c>2026</c>.</param>
/// <param name="Value">Left out: there is no target any more.</param>
internal sealed record TargetRequest(string Metric, string Period, double? Value = null);

internal static class SetTarget
{
    /// <summary>Targets are few and seldom set: one at a time.</summary>
    public const string Lock = "targets";

    public static async Task<Results<Ok<TargetAnswer>, NoContent, ProblemHttpResult>> Handle(
        Guid id,
        TargetRequest request,
        HttpRequest http,
        ClaimsPrincipal user,
        PointRegistryDb db,
        TimeProvider time,
        ILogger<Target> log,
        CancellationToken ct
    )
    {
        if (Metric.Find(request.Metric) is not { } metric)
        {
            return PointRegistryProblems.Invalid("metric", Metric.Unknown(request.Metric));
        }
        if (!Period.TryParse(request.Period, out var period))
        {
            return PointRegistryProblems.Invalid("period", TargetRules.PeriodShape);
        }
        if (request.Value is { } said && !TargetRules.IsValue(said))
        {
            return PointRegistryProblems.Invalid("value", TargetRules.ValueShape);
        }
        if (!await db.PointsOf(user.PlaceFor(Policies.Organise)).AnyAsync(p => p.Id == id, ct))
        {
            return PointRegistryProblems.PointNotFound.With();
        }
        await using var transaction = await PlaceLock.Of(db, Lock, ct);
        var target = await db
            .Targets.Include(t => t.Point.Unit)
            .SingleOrDefaultAsync(
                t => t.PointId == id && t.Metric == metric.Name && t.Year == period.Year && t.Month == period.Month,
                ct
            );
        if (!http.Means(target?.Version ?? 0))
        {
            return PointRegistryProblems.ChangedMeanwhile("Chỉ tiêu");
        }
        if (request.Value is not { } value)
        {
            if (target is not null)
            {
                db.Remove(target);
            }
        }
        else
        {
            if (target is null)
            {
                target = Make(id, metric, period);
                db.Add(target);
            }
            target.Set(value, time.GetUtcNow(), user.AsChanger());
        }
        await db.SaveChangesAsync(ct);
        await transaction.Commit(ct);
        log.LogInformation(
            "Target {Metric} {Period} of point {PointId} set by {By}",
            metric.Name,
            period,
            id,
            user.AccountId()
        );
        if (request.Value is null)
        {
            return TypedResults.NoContent();
        }
        await db.Entry(target!).Reference(t => t.Point).Query().Include(p => p.Unit).LoadAsync(ct);
        return TypedResults.Ok((await TargetAnswer.Of(db, [target!], period, ct))[0]);
    }

    public static Target Make(Guid point, Metric metric, Period period) =>
        new()
        {
            PointId = point,
            Metric = metric.Name,
            Year = period.Year,
            Month = period.Month,
        };
}
