using System.Security.Claims;
using LaiChau.ServiceDefaults;
using LaiChau.ServiceDefaults.Http;
using LaiChau.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.PointRegistry.Acts;

/// <summary>For what was recorded by mistake: an act that is cited stays.</summary>
internal static class DeleteAct
{
    public static async Task<Results<NoContent, ProblemHttpResult>> Handle(
        Guid id,
        HttpRequest http,
        ClaimsPrincipal user,
        PointRegistryDb db,
        ILogger<LegalAct> log,
        CancellationToken ct
    )
    {
        var act = await db.Acts.SingleOrDefaultAsync(a => a.Id == id, ct);
        if (act is null)
        {
            return PointRegistryProblems.ActNotFound.With();
        }
        if (!http.Means(act.Version))
        {
            return PointRegistryProblems.ChangedMeanwhile("Văn bản");
        }
        db.Remove(act);
        try
        {
            await db.SaveChangesAsync(ct);
        }
        catch (DbUpdateException cited) when (DatabaseFaults.IsForeignKeyViolation(cited))
        {
            // Asked afterwards: whoever cites it at this very moment is seen too.
            var points = await db.Points.CountAsync(p => p.ActId == id, ct);
            var accounts = await db.Accounts.CountAsync(a => a.ActId == id, ct);
            var rules = await db.Rules.CountAsync(r => r.ActId == id, ct);
            var acts = await db.Acts.CountAsync(a => a.ReplacesId == id, ct);
            return PointRegistryProblems.ActCited.With(
                $"Văn bản {act.Number} đang được dẫn ở {points} điểm, {accounts} tài khoản, {rules} quy chế và {acts} văn bản khác nên không xoá được."
            );
        }
        log.LogInformation("Act {ActId} deleted by {By}", id, user.AccountId());
        return TypedResults.NoContent();
    }
}
