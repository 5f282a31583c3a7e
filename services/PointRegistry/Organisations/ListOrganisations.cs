using LaiChau.PointRegistry.Units;
using LaiChau.ServiceDefaults.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.PointRegistry.Organisations;

internal static class ListOrganisations
{
    private const string Order = "organisations";

    /// <param name="asOf">Only those that are there on this day, as they are called then; when left out all, as they are called today.</param>
    /// <param name="kind">Only of this kind.</param>
    /// <param name="q">Words of any name that it ever had, with or without diacritics.</param>
    /// <param name="limit">1 to 500.</param>
    /// <param name="after">The last page's <c>next</c>.</param>
    public static async Task<Results<Ok<Page<OrganisationAnswer>>, ProblemHttpResult>> Handle(
        DateOnly? asOf,
        Word<OrganisationKind>? kind,
        string? q,
        int? limit,
        string? after,
        PointRegistryDb db,
        TimeProvider time,
        CancellationToken ct
    )
    {
        var query = db.Organisations.AsNoTracking();
        if (asOf is { } on)
        {
            query = query.Where(o =>
                (o.ActiveFrom == null || o.ActiveFrom <= on) && (o.ActiveTo == null || o.ActiveTo > on)
            );
        }
        if (kind?.Value is { } only)
        {
            query = query.Where(o => o.Kind == only);
        }
        foreach (var (word, hasMarks) in SearchText.Words(q ?? ""))
        {
            query = hasMarks
                ? query.Where(o => o.SearchText.Contains(word))
                : query.Where(o => o.SearchPlain.Contains(word));
        }
        if (after is { Length: > 0 })
        {
            if (Cursor.Read(after, Order) is not { } last)
            {
                return PointRegistryProblems.NoCursor();
            }
            query = query.Where(o => o.NameKey.CompareTo(last) > 0);
        }
        var size = Paging.Size(limit);
        var rows = await query.OrderBy(o => o.NameKey).Take(size + 1).ToListAsync(ct);
        var answers = (await OrganisationAnswer.Of(db, rows, asOf ?? VietnamDay.Today(time), ct)).ToDictionary(a =>
            a.Id
        );
        return TypedResults.Ok(Paging.Cut(rows, size, o => Cursor.Write(Order, o.NameKey), o => answers[o.Id]));
    }

    /// <param name="id">The organisation.</param>
    /// <param name="asOf">Day; today in Vietnam when left out.</param>
    /// <param name="db">The register.</param>
    /// <param name="time">Clock.</param>
    /// <param name="ct">Cancels.</param>
    public static async Task<Results<Ok<OrganisationAnswer>, ProblemHttpResult>> One(
        Guid id,
        DateOnly? asOf,
        PointRegistryDb db,
        TimeProvider time,
        CancellationToken ct
    ) =>
        await db.Organisations.AsNoTracking().SingleOrDefaultAsync(o => o.Id == id, ct) is { } organisation
            ? TypedResults.Ok(await OrganisationAnswer.Of(db, organisation, asOf ?? VietnamDay.Today(time), ct))
            : PointRegistryProblems.OrganisationNotFound.With();
}
