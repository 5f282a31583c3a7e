using System.Security.Claims;
using System.Security.Cryptography;
using System.Text.Json;
using LaiChau.PointRegistry.People;
using LaiChau.PointRegistry.Points;
using LaiChau.ServiceDefaults.Http;
using LaiChau.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.PointRegistry.Units.Merges;

/// <param name="Feeds">Feeds that bear the code of a unit that ends: they stay as they are, and their name may mislead.</param>
internal sealed record MergedUnit(
    string Code,
    string FullName,
    IReadOnlyList<UnitReference> From,
    PointCounts Points,
    IReadOnlyList<string> Feeds
);

/// <param name="Points">The points that change their unit, by the state that they have today.</param>
internal sealed record MergeAnswer(
    Guid? Id,
    bool DryRun,
    string Act,
    DateOnly EffectiveOn,
    PointCounts Points,
    IReadOnlyList<MergedUnit> Units,
    IReadOnlyList<UnitReference> Abolished
);

/// <summary>
/// Applies a reform of the map: the old units end, the new ones begin, and the points' memberships are dated. Keys, ids and feeds stay:
/// no point notices, and whoever listens hears which unit it is in now. In one transaction, however many units there are.
/// </summary>
internal static class MergeUnits
{
    public static async Task<Results<Ok<MergeAnswer>, ProblemHttpResult>> Handle(
        MergeRequest request,
        bool? dryRun,
        ClaimsPrincipal user,
        PointRegistryDb db,
        TimeProvider time,
        ILogger<UnitMerge> log,
        CancellationToken ct
    )
    {
        var json = JsonSerializer.Serialize(request, PlatformJson.Stored);
        var digest = Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(json)));
        await using var transaction = await PlaceLock.Exclusive(db, ct);
        if (await db.UnitMerges.AsNoTracking().SingleOrDefaultAsync(m => m.Digest == digest, ct) is { } applied)
        {
            return PointRegistryProblems.MergeApplied.With(
                $"Việc sắp xếp này đã được {applied.AppliedByName} áp dụng lúc {VietnamDay.Say(applied.AppliedAt)}.",
                ("id", applied.Id)
            );
        }
        var (plan, faults) = MergePlan.Make(request, await db.Units.ToListAsync(ct));
        var moves = plan is null ? [] : await Moves(db, plan, ct);
        var teams = plan is null ? [] : await TeamMoves(db, plan, ct);
        faults = [.. faults, .. LeftBehind(plan, moves, teams)];
        if (plan is null || faults.Count > 0)
        {
            return PointRegistryProblems.MergeInvalid.With(
                $"Có {faults.Count} chỗ chưa đúng, chưa thay đổi gì: {faults[0].Message}",
                ("faults", faults)
            );
        }
        var answer = await Preview(db, request, plan, moves, ct);
        if (dryRun is true)
        {
            return TypedResults.Ok(answer);
        }
        var merge = new UnitMerge
        {
            Id = Guid.CreateVersion7(time.GetUtcNow()),
            Act = answer.Act,
            EffectiveOn = plan.EffectiveOn,
            Digest = digest,
            Request = json,
            Points = answer.Points.Points,
            AppliedAt = time.GetUtcNow(),
            AppliedBy = user.AccountId(),
            AppliedByName = user.AccountName(),
        };
        ChangeMap(db, plan, merge);
        MovePoints(db, plan, moves, time);
        MoveTeams(db, plan, teams);
        await db.SaveChangesAsync(ct);
        await FollowUnits.Others(db, time, ct);
        await db.SaveChangesAsync(ct);
        await transaction.Commit(ct);
        log.LogInformation(
            "Merge {MergeId} into {Units} units from {EffectiveOn} moves {Points} points, by {By}",
            merge.Id,
            plan.Units.Count,
            plan.EffectiveOn,
            merge.Points,
            merge.AppliedBy
        );
        return TypedResults.Ok(answer with { Id = merge.Id, DryRun = false });
    }

    /// <summary>The memberships that reach into the time of the new units.</summary>
    private static async Task<List<PointMembership>> Moves(PointRegistryDb db, MergePlan plan, CancellationToken ct)
    {
        var ending = plan.Ending.ToHashSet();
        var codes = ending.Select(u => u.Code).ToList();
        var memberships = await db
            .PointMemberships.Where(m =>
                codes.Contains(m.UnitCode) && (m.ValidTo == null || m.ValidTo > plan.EffectiveOn)
            )
            .Include(m => m.Point)
            .ToListAsync(ct);
        return memberships.FindAll(m => ending.Contains(m.Unit));
    }

    private static async Task<List<TeamMembership>> TeamMoves(PointRegistryDb db, MergePlan plan, CancellationToken ct)
    {
        var ending = plan.Ending.ToHashSet();
        var codes = ending.Select(u => u.Code).ToList();
        var memberships = await db
            .TeamMemberships.Where(m =>
                codes.Contains(m.UnitCode) && (m.ValidTo == null || m.ValidTo > plan.EffectiveOn)
            )
            .ToListAsync(ct);
        return memberships.FindAll(m => ending.Contains(m.Unit));
    }

    private static IEnumerable<MergeFault> LeftBehind(
        MergePlan? plan,
        List<PointMembership> moves,
        List<TeamMembership> teams
    ) =>
        (plan?.Abolished ?? [])
            .Select(unit =>
                (Unit: unit, Points: moves.Count(m => m.Unit == unit), Teams: teams.Count(m => m.Unit == unit))
            )
            .Where(left => left.Points + left.Teams > 0)
            .Select(left => new MergeFault(
                null,
                "abolished",
                left.Points > 0
                    ? $"{left.Unit.FullName} ({left.Unit.Code}) còn {left.Points} điểm hỗ trợ, nên phải sáp nhập vào một đơn vị khác."
                    : $"{left.Unit.FullName} ({left.Unit.Code}) còn {left.Teams} Tổ công nghệ số cộng đồng, nên phải sáp nhập vào một đơn vị khác."
            ));

    private static async Task<MergeAnswer> Preview(
        PointRegistryDb db,
        MergeRequest request,
        MergePlan plan,
        List<PointMembership> moves,
        CancellationToken ct
    )
    {
        var feeds = (await db.Points.Select(p => p.Feeds).Distinct().ToListAsync(ct))
            .SelectMany(f => f)
            .Distinct()
            .Order(StringComparer.Ordinal)
            .Select(feed => (Name: feed, Parts: feed.Split('-')))
            .ToList();
        return new(
            null,
            true,
            request.Act!.Trim(),
            plan.EffectiveOn,
            Count(moves),
            [
                .. plan.Units.Select(u => new MergedUnit(
                    u.New.Code,
                    u.New.FullName,
                    [.. u.From.Select(old => UnitReference.Of(old))],
                    Count(moves.Where(m => u.From.Contains(m.Unit))),
                    [.. feeds.Where(f => u.From.Exists(old => f.Parts.Contains(old.Code))).Select(f => f.Name)]
                )),
            ],
            [.. plan.Abolished.Select(u => UnitReference.Of(u))]
        );
    }

    private static PointCounts Count(IEnumerable<PointMembership> moves) =>
        PointCounts.Of(moves.Select(m => m.Point).Distinct().Select(p => (p.State, 1)));

    private static void ChangeMap(PointRegistryDb db, MergePlan plan, UnitMerge merge)
    {
        db.UnitMerges.Add(merge);
        foreach (var unit in plan.Ending)
        {
            unit.ValidTo = plan.EffectiveOn;
        }
        foreach (var (unit, from) in plan.Units)
        {
            db.Units.Add(unit);
            db.UnitSuccessions.AddRange(
                from.Select(old => new UnitSuccession
                {
                    OldCode = old.Code,
                    OldValidFrom = old.ValidFrom,
                    NewCode = unit.Code,
                    NewValidFrom = unit.ValidFrom,
                    MergeId = merge.Id,
                })
            );
        }
    }

    /// <summary>The present follows with all else that follows its commune.</summary>
    private static void MoveTeams(PointRegistryDb db, MergePlan plan, List<TeamMembership> moves)
    {
        var heirs = plan.Units.SelectMany(u => u.From.Select(old => (old, u.New))).ToDictionary();
        foreach (var membership in moves)
        {
            if (membership.ValidFrom >= plan.EffectiveOn)
            {
                membership.Unit = heirs[membership.Unit];
                continue;
            }
            db.TeamMemberships.Add(
                new()
                {
                    Id = Guid.CreateVersion7(),
                    TeamId = membership.TeamId,
                    ValidFrom = plan.EffectiveOn,
                    ValidTo = membership.ValidTo,
                    Unit = heirs[membership.Unit],
                }
            );
            membership.ValidTo = plan.EffectiveOn;
        }
    }

    private static void MovePoints(PointRegistryDb db, MergePlan plan, List<PointMembership> moves, TimeProvider time)
    {
        var today = VietnamDay.Today(time);
        var heirs = plan.Units.SelectMany(u => u.From.Select(old => (old, u.New))).ToDictionary();
        foreach (var membership in moves)
        {
            var (point, heir) = (membership.Point, heirs[membership.Unit]);
            var takesEffect = plan.EffectiveOn <= today && membership.Holds(today);
            if (membership.ValidFrom >= plan.EffectiveOn)
            {
                membership.Unit = heir;
            }
            else
            {
                db.PointMemberships.Add(
                    new()
                    {
                        PointId = point.Id,
                        ValidFrom = plan.EffectiveOn,
                        ValidTo = membership.ValidTo,
                        Unit = heir,
                    }
                );
                membership.ValidTo = plan.EffectiveOn;
            }
            if (takesEffect)
            {
                point.Occupy(heir);
                point.Changed();
                db.PublishChanged(point, time);
            }
        }
    }
}
