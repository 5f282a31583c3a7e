using LaiChau.ServiceDefaults.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.BulletinPublishing.Bulletins;

internal static class ReadBulletins
{
    /// <summary>Newest first; <paramref name="after"/> is the id of the last one seen.</summary>
    public static async Task<Results<Ok<Page<BulletinAnswer>>, ProblemHttpResult>> List(
        BulletinDb db,
        CancellationToken ct,
        Word<BulletinState>? state = null,
        string? after = null,
        int limit = 50
    )
    {
        if (after is not null && !Guid.TryParse(after, out _))
        {
            return Problem.Invalid.With("The value of after is not from this list.");
        }
        var bulletins = db.Bulletins.AsNoTracking().Include(b => b.Attachments).AsQueryable();
        if (state?.Value is { } wanted)
        {
            bulletins = bulletins.Where(b => b.State == wanted);
        }
        if (after is not null)
        {
            var last = Guid.Parse(after);
            bulletins = bulletins.Where(b => b.Id.CompareTo(last) < 0);
        }
        limit = Math.Clamp(limit, 1, 500);
        var page = await bulletins.OrderByDescending(b => b.Id).Take(limit + 1).ToListAsync(ct);
        return TypedResults.Ok(
            new Page<BulletinAnswer>(
                [.. page.Take(limit).Select(BulletinAnswer.Of)],
                page.Count > limit ? page[limit - 1].Id.ToString() : null
            )
        );
    }

    public static async Task<Results<Ok<BulletinAnswer>, ProblemHttpResult>> One(
        Guid id,
        BulletinDb db,
        CancellationToken ct
    ) =>
        await db.Bulletins.AsNoTracking().Include(b => b.Attachments).SingleOrDefaultAsync(b => b.Id == id, ct)
            is { } bulletin
            ? TypedResults.Ok(BulletinAnswer.Of(bulletin))
            : BulletinProblems.NotFound.With();
}
