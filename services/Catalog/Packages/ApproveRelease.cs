using System.Security.Claims;
using LaiChau.Catalog.Plane;
using LaiChau.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.Catalog.Packages;

/// <summary>A second pair of eyes says yes; the publisher does the rest.</summary>
internal static class ApproveRelease
{
    public static async Task<Results<Accepted<ReleaseAnswer>, ProblemHttpResult>> Handle(
        Guid id,
        ClaimsPrincipal user,
        CatalogDb db,
        TimeProvider time,
        PublisherSignal publisher,
        CancellationToken ct
    )
    {
        var release = await db.Releases.SingleOrDefaultAsync(r => r.Id == id && r.Version > 0, ct);
        if (release is null)
        {
            return CatalogProblems.ReleaseNotFound.With();
        }
        if (release.AuthorId == user.AccountId())
        {
            return CatalogProblems.AuthorCannotApprove.With("Cần một người khác duyệt.");
        }
        if (release.State != ReleaseState.AwaitingApproval)
        {
            return DecideRelease.WrongState(release);
        }
        var isOvertaken = await db.Releases.AnyAsync(
            r =>
                r.Package == release.Package
                && r.Version > release.Version
                && (r.State == ReleaseState.Publishing || r.State == ReleaseState.Published),
            ct
        );
        if (isOvertaken)
        {
            return CatalogProblems.NewerPublished.With("Hãy từ chối bản này, hoặc đẩy lại nội dung thành một bản mới.");
        }
        release.Approve(new(user.AccountId(), user.AccountName()), time.GetUtcNow());
        if (await DecideRelease.Lost(db, release, ct) is { } lost)
        {
            return lost;
        }
        publisher.Wake();
        return await DecideRelease.Accepted(db, id, ct);
    }
}
