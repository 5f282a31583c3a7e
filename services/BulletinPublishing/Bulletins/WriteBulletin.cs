using System.Security.Claims;
using LaiChau.ServiceDefaults;
using LaiChau.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.BulletinPublishing.Bulletins;

internal static class WriteBulletin
{
    public static async Task<Results<Created<BulletinAnswer>, ProblemHttpResult>> Create(
        BulletinDraft draft,
        BulletinDb db,
        ClaimsPrincipal user,
        TimeProvider time,
        CancellationToken ct
    )
    {
        if (draft.Faults() is { Count: > 0 } faults)
        {
            return BulletinProblems.Invalid.With(string.Join(' ', faults.Values), ("errors", faults));
        }
        var now = time.GetUtcNow();
        var bulletin = new Bulletin
        {
            Id = Guid.CreateVersion7(now),
            Slug = await FreeSlug(draft, db, ct),
            Category = draft.Category,
            Level = draft.Level,
            Priority = draft.Priority,
            Author = draft.Author.Trim(),
            Office = draft.Office.Trim(),
            Feed = draft.Feed,
            Texts = [.. draft.Texts],
            ValidFrom = draft.ValidFrom?.ToUniversalTime(),
            ValidUntil = draft.ValidUntil?.ToUniversalTime(),
            CreatedBy = new Person(user.AccountId(), user.AccountName()),
            CreatedAt = now,
        };
        db.Add(bulletin);
        var saved = await Saved(db, ct);
        for (var attempt = 1; !saved && draft.Slug is null && attempt <= 20; attempt++)
        {
            // Another bulletin of the same title was quicker.
            bulletin.Slug = await FreeSlug(draft, db, ct);
            saved = await Saved(db, ct);
        }
        return saved
            ? TypedResults.Created($"/api/bulletins/{bulletin.Id}", BulletinAnswer.Of(bulletin))
            : BulletinProblems.SlugTaken.With(bulletin.Slug);
    }

    public static async Task<Results<Ok<BulletinAnswer>, ProblemHttpResult>> Change(
        Guid id,
        BulletinDraft draft,
        BulletinDb db,
        CancellationToken ct
    )
    {
        var bulletin = await db.Bulletins.Include(b => b.Attachments).SingleOrDefaultAsync(b => b.Id == id, ct);
        if (bulletin is null)
        {
            return BulletinProblems.NotFound.With();
        }
        if (!bulletin.CanChange)
        {
            return BulletinProblems.WrongState.With("Chỉ sửa được bản nháp; bản đã gửi duyệt phải được trả lại trước.");
        }
        if (draft.Faults() is { Count: > 0 } faults)
        {
            return BulletinProblems.Invalid.With(string.Join(' ', faults.Values), ("errors", faults));
        }
        bulletin.Slug = draft.Slug ?? bulletin.Slug;
        bulletin.Category = draft.Category;
        bulletin.Level = draft.Level;
        bulletin.Priority = draft.Priority;
        bulletin.Author = draft.Author.Trim();
        bulletin.Office = draft.Office.Trim();
        bulletin.Feed = draft.Feed;
        bulletin.Texts = [.. draft.Texts];
        bulletin.ValidFrom = draft.ValidFrom?.ToUniversalTime();
        bulletin.ValidUntil = draft.ValidUntil?.ToUniversalTime();
        bulletin.Touch();
        return await Saved(db, ct)
            ? TypedResults.Ok(BulletinAnswer.Of(bulletin))
            : BulletinProblems.SlugTaken.With(bulletin.Slug);
    }

    /// <summary>A slug that was asked for is taken as it is; one made of the title gets a number when it is taken.</summary>
    private static async Task<string> FreeSlug(BulletinDraft draft, BulletinDb db, CancellationToken ct)
    {
        var slug = draft.SlugOrTitle();
        if (draft.Slug is not null || !await db.Bulletins.AnyAsync(b => b.Slug == slug, ct))
        {
            return slug;
        }
        var taken = await db.Bulletins.Where(b => b.Slug.StartsWith(slug + "-")).Select(b => b.Slug).ToListAsync(ct);
        return Enumerable.Range(2, taken.Count + 1).Select(n => $"{slug}-{n}").First(s => !taken.Contains(s));
    }

    private static async Task<bool> Saved(BulletinDb db, CancellationToken ct)
    {
        try
        {
            await db.SaveChangesAsync(ct);
            return true;
        }
        catch (DbUpdateException taken) when (DatabaseFaults.IsUniqueViolation(taken))
        {
            return false;
        }
    }
}
