using System.Security.Claims;
using LaiChau.ServiceDefaults.Http;
using LaiChau.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.PointRegistry.Organisations;

internal static class ChangeOrganisation
{
    public static async Task<Results<Ok<OrganisationAnswer>, ProblemHttpResult>> Handle(
        Guid id,
        OrganisationRequest request,
        HttpRequest http,
        ClaimsPrincipal user,
        PointRegistryDb db,
        TimeProvider time,
        ILogger<Organisation> log,
        CancellationToken ct
    )
    {
        var today = VietnamDay.Today(time);
        var organisation = await db.Organisations.SingleOrDefaultAsync(o => o.Id == id, ct);
        if (organisation is null)
        {
            return PointRegistryProblems.OrganisationNotFound.With();
        }
        if (!http.Means(organisation.Version))
        {
            return PointRegistryProblems.ChangedMeanwhile("Tổ chức");
        }
        if (await request.Fault(db, id, today, ct) is { } fault)
        {
            return fault;
        }
        request.Describe(organisation);
        if (db.ChangeTracker.HasChanges())
        {
            organisation.Changed();
            await db.SaveChangesAsync(ct);
            log.LogInformation("Organisation {OrganisationId} changed by {By}", id, user.AccountId());
        }
        return TypedResults.Ok(await OrganisationAnswer.Of(db, organisation, today, ct));
    }
}
