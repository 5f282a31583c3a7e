using System.Security.Claims;
using LaiChau.ServiceDefaults.Http;
using LaiChau.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.PointRegistry.Acts;

internal static class ChangeAct
{
    public static async Task<Results<Ok<ActAnswer>, ProblemHttpResult>> Handle(
        Guid id,
        ActRequest request,
        HttpRequest http,
        ClaimsPrincipal user,
        PointRegistryDb db,
        TimeProvider time,
        ILogger<LegalAct> log,
        CancellationToken ct
    )
    {
        var act = await db
            .Acts.Include(a => a.Issuer)
            .Include(a => a.Replaces)
            .SingleOrDefaultAsync(a => a.Id == id, ct);
        if (act is null)
        {
            return PointRegistryProblems.ActNotFound.With();
        }
        if (!http.Means(act.Version))
        {
            return PointRegistryProblems.ChangedMeanwhile("Văn bản");
        }
        if (await request.Describe(act, db, ct) is { } fault)
        {
            return fault;
        }
        if (db.ChangeTracker.HasChanges())
        {
            act.Changed();
            if (await RecordAct.Taken(db, act, ct) is { } taken)
            {
                return taken;
            }
            log.LogInformation("Act {ActId} changed by {By}", id, user.AccountId());
        }
        return TypedResults.Ok(await ActAnswer.Of(db, act, VietnamDay.Today(time), ct));
    }
}
