using System.Security.Claims;
using LaiChau.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LaiChau.PointRegistry.Organisations;

internal static class AddOrganisation
{
    public static async Task<Results<Created<OrganisationAnswer>, ProblemHttpResult>> Handle(
        OrganisationRequest request,
        ClaimsPrincipal user,
        PointRegistryDb db,
        TimeProvider time,
        ILogger<Organisation> log,
        CancellationToken ct
    )
    {
        var today = VietnamDay.Today(time);
        if (await request.Fault(db, null, today, ct) is { } fault)
        {
            return fault;
        }
        var organisation = Organisation.Create(request.Kind, request.Names, time.GetUtcNow());
        request.Describe(organisation);
        organisation.Changed();
        db.Organisations.Add(organisation);
        await db.SaveChangesAsync(ct);
        log.LogInformation("Organisation {OrganisationId} added by {By}", organisation.Id, user.AccountId());
        return TypedResults.Created(
            $"/api/points/organisations/{organisation.Id}",
            await OrganisationAnswer.Of(db, organisation, today, ct)
        );
    }
}
