using LaiChau.Catalog.Pushes;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.Catalog.Packages;

/// <summary>What approving, rejecting and recalling have in common.</summary>
internal static class DecideRelease
{
    private const int MaxReason = 2_000;

    public static ProblemHttpResult WrongState(Release release) =>
        CatalogProblems.WrongState.With($"Bản phát hành đang ở trạng thái {release.State}.", ("state", release.State));

    /// <summary>Saves; when somebody else decided in the meantime, the answer that says so.</summary>
    public static async Task<ProblemHttpResult?> Lost(CatalogDb db, Release release, CancellationToken ct)
    {
        try
        {
            await db.SaveChangesAsync(ct);
            return null;
        }
        catch (DbUpdateConcurrencyException)
        {
            await db.Entry(release).ReloadAsync(ct);
            return WrongState(release);
        }
    }

    public static async Task<Accepted<ReleaseAnswer>> Accepted(CatalogDb db, Guid id, CancellationToken ct) =>
        TypedResults.Accepted($"/api/catalog/releases/{id}", await ReleaseAnswer.Find(db, id, ct));

    public static ProblemHttpResult? RefuseReason(string reason) =>
        string.IsNullOrWhiteSpace(reason) ? CatalogProblems.ReasonInvalid.With("Cần ghi lý do.")
        : !ReleaseRules.IsText(reason) ? CatalogProblems.ReasonInvalid.With("Lý do có ký tự điều khiển.")
        : reason.Length > MaxReason ? CatalogProblems.ReasonInvalid.With($"Lý do dài quá {MaxReason} ký tự.")
        : null;
}
