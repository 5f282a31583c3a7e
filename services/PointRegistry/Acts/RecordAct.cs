using System.Security.Claims;
using LaiChau.ServiceDefaults;
using LaiChau.ServiceDefaults.Http;
using LaiChau.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.PointRegistry.Acts;

internal static class RecordAct
{
    public static async Task<Results<Created<ActAnswer>, ProblemHttpResult>> Handle(
        ActRequest request,
        ClaimsPrincipal user,
        PointRegistryDb db,
        TimeProvider time,
        ILogger<LegalAct> log,
        CancellationToken ct
    )
    {
        var act = LegalAct.Create(time.GetUtcNow());
        if (await request.Describe(act, db, ct) is { } fault)
        {
            return fault;
        }
        act.Changed();
        db.Acts.Add(act);
        if (await Taken(db, act, ct) is { } taken)
        {
            return taken;
        }
        log.LogInformation("Act {ActId} recorded by {By}", act.Id, user.AccountId());
        return TypedResults.Created(
            $"/api/points/acts/{act.Id}",
            await ActAnswer.Of(db, act, VietnamDay.Today(time), ct)
        );
    }

    /// <summary>Saves; an issuer gives a number once a day at most.</summary>
    public static async Task<ProblemHttpResult?> Taken(PointRegistryDb db, LegalAct act, CancellationToken ct)
    {
        try
        {
            await db.SaveChangesAsync(ct);
            return null;
        }
        catch (DbUpdateException twice) when (DatabaseFaults.IsUniqueViolation(twice))
        {
            return PointRegistryProblems.ActExists.With(
                $"Văn bản {act.Number} ngày {act.Date:dd/MM/yyyy} của cơ quan này đã có trong hệ thống."
            );
        }
    }
}
