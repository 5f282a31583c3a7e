using System.Security.Claims;
using LaiChau.ServiceDefaults.Http;
using LaiChau.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.PointRegistry.Cases;

internal static class ListCases
{
    /// <param name="sort"><c>created</c> when left out; <c>due</c>, <c>priority</c>, <c>state</c>; a minus before it turns it round.</param>
    /// <param name="limit">1 to 500.</param>
    /// <param name="after">The last page's <c>next</c>, with the same order and filters.</param>
    public static async Task<Results<Ok<Page<CaseAnswer>>, ProblemHttpResult>> Handle(
        [AsParameters] CaseFilter filter,
        string? sort,
        int? limit,
        string? after,
        ClaimsPrincipal user,
        PointRegistryDb db,
        TimeProvider time,
        CancellationToken ct
    )
    {
        if (CaseSort.Parse(sort) is not { } order)
        {
            return PointRegistryProblems.SortUnknown.With(
                "Chỉ sắp xếp được theo created, due, priority hoặc state; thêm dấu trừ phía trước để đảo chiều."
            );
        }
        var rows = await filter.Rows(db, user.PlaceFor(Policies.Attend), time, ct);
        if (after is { Length: > 0 })
        {
            if (Cursor.Read(after, order.Name) is not { } last || order.After(rows, last) is not { } rest)
            {
                return PointRegistryProblems.CursorInvalid.With(
                    "Dấu trang không thuộc danh sách này hoặc cách sắp xếp này. Hãy bắt đầu lại từ trang đầu."
                );
            }
            rows = rest;
        }
        var size = Paging.Size(limit);
        var today = VietnamDay.Today(time);
        var page = await order.Apply(rows).Take(size + 1).ToListAsync(ct);
        return TypedResults.Ok(
            Paging.Cut(page, size, c => Cursor.Write(order.Name, order.KeyOf(c)), c => CaseAnswer.Of(c, today))
        );
    }

    public static async Task<Results<Ok<CaseAnswer>, ProblemHttpResult>> One(
        Guid id,
        ClaimsPrincipal user,
        PointRegistryDb db,
        TimeProvider time,
        CancellationToken ct
    ) =>
        await db.FindCase(id, user, ct) is { } one
            ? TypedResults.Ok(CaseAnswer.Whole(one, VietnamDay.Today(time)))
            : PointRegistryProblems.CaseNotFound.With();

    /// <summary>With its place and its steps; null where the caller's place has none of this id.</summary>
    public static Task<Case?> FindCase(this PointRegistryDb db, Guid id, ClaimsPrincipal user, CancellationToken ct) =>
        db.CasesOf(user.PlaceFor(Policies.Attend))
            .Include(c => c.Point)
                .ThenInclude(p => p!.Unit)
            .Include(c => c.Unit)
            .Include(c => c.Steps)
            .SingleOrDefaultAsync(c => c.Id == id, ct);
}
