using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.Catalog.Packages;

internal static class RejectRelease
{
    internal sealed record Request(string Reason);

    public static async Task<Results<Ok<ReleaseAnswer>, ProblemHttpResult>> Handle(
        Guid id,
        Request request,
        CatalogDb db,
        CancellationToken ct
    )
    {
        if (DecideRelease.RefuseReason(request.Reason) is { } refused)
        {
            return refused;
        }
        var release = await db.Releases.SingleOrDefaultAsync(r => r.Id == id && r.Version > 0, ct);
        if (release is null)
        {
            return CatalogProblems.ReleaseNotFound.With();
        }
        if (release.State != ReleaseState.AwaitingApproval)
        {
            return DecideRelease.WrongState(release);
        }
        release.Reject(request.Reason);
        return await DecideRelease.Lost(db, release, ct) is { } lost
            ? lost
            : TypedResults.Ok(await ReleaseAnswer.Find(db, id, ct));
    }
}
