using System.Globalization;
using LaiChau.PointRegistry.Units;
using LaiChau.ServiceDefaults.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.PointRegistry.Acts;

internal static class ListActs
{
    private const string Order = "acts";

    /// <param name="kind">Only of this kind: <c>HD</c>, <c>QĐ</c>.</param>
    /// <param name="issuer">Only what this organisation issued.</param>
    /// <param name="asOf">Only what is in force on this day.</param>
    /// <param name="q">Words of number, kind, title, scope or any name of the issuer, with or without diacritics.</param>
    /// <param name="limit">1 to 500.</param>
    /// <param name="after">The last page's <c>next</c>.</param>
    public static async Task<Results<Ok<Page<ActAnswer>>, ProblemHttpResult>> Handle(
        string? kind,
        Guid? issuer,
        DateOnly? asOf,
        string? q,
        int? limit,
        string? after,
        PointRegistryDb db,
        TimeProvider time,
        CancellationToken ct
    )
    {
        var query = db.Acts.AsNoTracking();
        if (kind is { Length: > 0 })
        {
            var kinds = LegalAct.Kinds.Keys.Where(k => SearchText.Plain(k) == SearchText.Plain(kind)).ToList();
            query = query.Where(a => kinds.Contains(a.Kind));
        }
        if (issuer is not null)
        {
            query = query.Where(a => a.IssuerId == issuer);
        }
        if (asOf is { } day)
        {
            query = query.Where(a =>
                ((a.InForceFrom ?? a.Date) == null || (a.InForceFrom ?? a.Date) <= day)
                && (a.InForceTo == null || a.InForceTo > day)
            );
        }
        foreach (var (word, hasMarks) in SearchText.Words(q ?? ""))
        {
            query = hasMarks
                ? query.Where(a => a.SearchText.Contains(word) || a.Issuer.SearchText.Contains(word))
                : query.Where(a => a.SearchPlain.Contains(word) || a.Issuer.SearchPlain.Contains(word));
        }
        if (after is { Length: > 0 })
        {
            if (Read(after) is not var (date, id))
            {
                return PointRegistryProblems.NoCursor();
            }
            query = query.Where(a =>
                (a.Date ?? DateOnly.MinValue) < date || ((a.Date ?? DateOnly.MinValue) == date && a.Id < id)
            );
        }
        var size = Paging.Size(limit);
        // Newest first.
        var rows = await query
            .OrderByDescending(a => a.Date ?? DateOnly.MinValue)
            .ThenByDescending(a => a.Id)
            .Include(a => a.Issuer)
            .Include(a => a.Replaces)
            .Take(size + 1)
            .ToListAsync(ct);
        var answers = (await ActAnswer.Of(db, rows, VietnamDay.Today(time), ct)).ToDictionary(a => a.Id);
        return TypedResults.Ok(
            Paging.Cut(
                rows,
                size,
                a => Cursor.Write(Order, $"{a.Date ?? DateOnly.MinValue:yyyy-MM-dd} {a.Id}"),
                a => answers[a.Id]
            )
        );
    }

    public static async Task<Results<Ok<ActAnswer>, ProblemHttpResult>> One(
        Guid id,
        PointRegistryDb db,
        TimeProvider time,
        CancellationToken ct
    ) =>
        await db
            .Acts.AsNoTracking()
            .Include(a => a.Issuer)
            .Include(a => a.Replaces)
            .SingleOrDefaultAsync(a => a.Id == id, ct)
            is { } act
            ? TypedResults.Ok(await ActAnswer.Of(db, act, VietnamDay.Today(time), ct))
            : PointRegistryProblems.ActNotFound.With();

    private static (DateOnly Date, Guid Id)? Read(string cursor) =>
        Cursor.Read(cursor, Order)?.Split(' ') is [var day, var key]
        && DateOnly.TryParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
        && Guid.TryParse(key, out var id)
            ? (date, id)
            : null;
}
