using System.Security.Claims;
using LaiChau.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.PointRegistry.Points;

/// <param name="To">First day on which it no longer holds.</param>
/// <param name="Act">The act by which the unit became this one, where it did.</param>
internal sealed record MembershipAnswer(string UnitCode, string UnitName, DateOnly From, DateOnly? To, string? Act);

/// <param name="By">Left out where the point's own machine took the step, by enrolling.</param>
internal sealed record StateAnswer(PointState State, DateTimeOffset At, string? Reason, StateChanger? By);

internal sealed record PointHistoryAnswer(
    IReadOnlyList<MembershipAnswer> Memberships,
    IReadOnlyList<StateAnswer> States
);

internal static class ShowPointHistory
{
    public static async Task<Results<Ok<PointHistoryAnswer>, ProblemHttpResult>> Handle(
        Guid id,
        ClaimsPrincipal user,
        PointRegistryDb db,
        CancellationToken ct
    )
    {
        if (!await db.PointsOf(user.PlaceFor(Policies.Read)).AnyAsync(p => p.Id == id, ct))
        {
            return PointRegistryProblems.PointNotFound.With();
        }
        var memberships = await db
            .PointMemberships.Where(m => m.PointId == id)
            .OrderBy(m => m.ValidFrom)
            .Select(m => new MembershipAnswer(
                m.UnitCode,
                m.Unit.FullName,
                m.ValidFrom,
                m.ValidTo,
                m.ValidFrom == m.UnitValidFrom
                    ? db
                        .UnitSuccessions.Where(s =>
                            s.NewCode == m.UnitCode && s.NewValidFrom == m.UnitValidFrom && s.MergeId != null
                        )
                        .Select(s => db.UnitMerges.Single(u => u.Id == s.MergeId).Act)
                        .FirstOrDefault()
                    : null
            ))
            .ToListAsync(ct);
        var states = await db
            .PointStates.Where(s => s.PointId == id)
            .OrderBy(s => s.Version)
            .Select(s => new StateAnswer(
                s.State,
                s.At,
                s.Reason,
                s.ById == null ? null : new StateChanger(s.ById.Value, s.ByName!)
            ))
            .ToListAsync(ct);
        return TypedResults.Ok(new PointHistoryAnswer(memberships, states));
    }
}
