using LaiChau.Catalog.Packages;
using LaiChau.Distribution;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.Catalog.Pushes;

/// <summary>All blocks are here: every file is put together once and hashed, then the push is a release that awaits approval.</summary>
internal static class CompletePush
{
    public static async Task<Results<Ok<ReleaseAnswer>, Created<ReleaseAnswer>, ProblemHttpResult>> Handle(
        Guid id,
        CatalogDb db,
        BlockStore blocks,
        CancellationToken ct
    )
    {
        var push = await db.Releases.SingleOrDefaultAsync(r => r.Id == id && r.Fingerprint != null, ct);
        if (push is null)
        {
            return CatalogProblems.PushNotFound.With();
        }
        if (push.State == ReleaseState.Uploading && await Verify(push, db, blocks, ct) is { } refused)
        {
            return refused;
        }
        return await Complete(push, db, ct);
    }

    public static async Task<Results<Ok<ReleaseAnswer>, Created<ReleaseAnswer>, ProblemHttpResult>> Complete(
        Release push,
        CatalogDb db,
        CancellationToken ct
    )
    {
        var isMine = push.State == ReleaseState.Uploading && await TryComplete(push, db, ct);
        var release = await ReleaseAnswer.Find(db, push.Id, ct);
        return isMine ? TypedResults.Created($"/api/catalog/releases/{push.Id}", release) : TypedResults.Ok(release);
    }

    /// <returns>False when the same push was completed by another request in the meantime.</returns>
    private static async Task<bool> TryComplete(Release push, CatalogDb db, CancellationToken ct)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        push.Complete(await Package.NextVersion(db, push.Package, ct));
        try
        {
            await db.SaveChangesAsync(ct);
            await transaction.CommitAsync(ct);
            return true;
        }
        catch (DbUpdateConcurrencyException)
        {
            db.ChangeTracker.Clear();
            return false;
        }
    }

    private static async Task<ProblemHttpResult?> Verify(
        Release push,
        CatalogDb db,
        BlockStore blocks,
        CancellationToken ct
    )
    {
        var files = await db.Files.AsNoTracking().Where(f => f.ReleaseId == push.Id).ToListAsync(ct);
        if (await StartPush.Missing(db, files.Select(f => f.Blocks), ct) is { Count: > 0 } missing)
        {
            return StillMissing(missing);
        }
        foreach (var file in files.Where(f => !f.Verified))
        {
            try
            {
                if (!await WasVerified(file, db, ct) && !await Matches(file, blocks, ct))
                {
                    return CatalogProblems.FileHashMismatch.With($"«{file.Path}»", ("path", file.Path));
                }
            }
            catch (BlockLostException lost)
            {
                await db.Blocks.Where(b => b.Sha256 == lost.Sha256).ExecuteDeleteAsync(ct);
                return StillMissing([lost.Sha256]);
            }
            // At once: a client that gave up waiting on a large push finds this done when it asks again.
            await db
                .Files.Where(f => f.ReleaseId == push.Id && f.Path == file.Path)
                .ExecuteUpdateAsync(set => set.SetProperty(f => f.Verified, true), ct);
        }
        return null;
    }

    /// <summary>Most files of an update were read for an earlier release.</summary>
    private static Task<bool> WasVerified(ReleaseFile file, CatalogDb db, CancellationToken ct) =>
        db.Files.AnyAsync(f => f.Sha256 == file.Sha256 && f.Blocks == file.Blocks && f.Verified, ct);

    private static async Task<bool> Matches(ReleaseFile file, BlockStore blocks, CancellationToken ct)
    {
        await using var content = blocks.Open(file);
        return await Sha256Digest.OfAsync(content, ct) == Sha256Digest.Parse(file.Sha256);
    }

    private static ProblemHttpResult StillMissing(IReadOnlyList<string> missing) =>
        CatalogProblems.BlocksMissing.With($"Còn {missing.Count} khối chưa được gửi.", ("missing", missing));
}
