using LaiChau.Catalog.Plane;
using LaiChau.Catalog.Pushes;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.Catalog.Packages;

/// <summary>
/// Takes a release off every screen. Also one that is still being published, and one that a newer release has taken the place of: a
/// point that was long away may show it.
/// </summary>
internal static class RecallRelease
{
    /// <param name="Reason">For the log; not made public.</param>
    /// <param name="Message">What points tell people, by language.</param>
    internal sealed record Request(string Reason, IReadOnlyDictionary<string, string>? Message = null);

    public static async Task<Results<Accepted<ReleaseAnswer>, ProblemHttpResult>> Handle(
        Guid id,
        Request request,
        CatalogDb db,
        TimeProvider time,
        PublisherSignal publisher,
        CancellationToken ct
    )
    {
        if (DecideRelease.RefuseReason(request.Reason) is { } refused)
        {
            return refused;
        }
        var message = request.Message ?? new Dictionary<string, string>();
        var faults = new Faults();
        ReleaseRules.CheckTexts(faults, "message", message, maxLength: 1_000);
        if (faults.Any)
        {
            return faults.Answer();
        }
        var release = await db.Releases.SingleOrDefaultAsync(r => r.Id == id && r.Version > 0, ct);
        if (release is null)
        {
            return CatalogProblems.ReleaseNotFound.With();
        }
        if (!release.MayBeRecalled)
        {
            return DecideRelease.WrongState(release);
        }
        release.Recall(request.Reason, message, time.GetUtcNow());
        if (await DecideRelease.Lost(db, release, ct) is { } lost)
        {
            return lost;
        }
        publisher.Wake();
        return await DecideRelease.Accepted(db, id, ct);
    }
}
