using System.Security.Claims;
using LaiChau.ServiceDefaults.Http;
using LaiChau.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.PointRegistry.Points;

internal static class ListPoints
{
    /// <param name="sort"><c>created</c> when left out; <c>name</c>, <c>unit</c>, <c>state</c>; a minus before it turns it round.</param>
    /// <param name="limit">1 to 500.</param>
    /// <param name="after">The last page's <c>next</c>, with the same order and filters.</param>
    public static async Task<Results<Ok<Page<PointAnswer>>, ProblemHttpResult>> Handle(
        [AsParameters] PointFilter filter,
        string? sort,
        int? limit,
        string? after,
        ClaimsPrincipal user,
        PointRegistryDb db,
        TimeProvider time,
        CancellationToken ct
    )
    {
        if (PointSort.Parse(sort) is not { } order)
        {
            return PointRegistryProblems.SortUnknown.With(
                "Chỉ sắp xếp được theo created, name, unit hoặc state; thêm dấu trừ phía trước để đảo chiều."
            );
        }
        if (filter.AsOf is not null && order.Name.TrimStart('-') is "unit" or "state")
        {
            return PointRegistryProblems.SortUnknown.With(
                "Danh sách của một ngày đã chọn chỉ sắp xếp được theo created hoặc name."
            );
        }
        var rows = await filter.Rows(db, user.PlaceFor(Policies.Read), time, ct);
        if (after is { Length: > 0 })
        {
            if (Cursor.Read(after, order.Name) is not { } last || order.After(rows, last) is not { } rest)
            {
                return PointRegistryProblems.NoCursor();
            }
            rows = rest;
        }
        var size = Paging.Size(limit);
        var page = await order.Apply(rows).Take(size + 1).ToListAsync(ct);
        return TypedResults.Ok(
            Paging.Cut(page, size, r => Cursor.Write(order.Name, order.KeyOf(r.Point)), r => r.Answer)
        );
    }

    public static async Task<Results<Ok<PointAnswer>, ProblemHttpResult>> One(
        Guid id,
        ClaimsPrincipal user,
        PointRegistryDb db,
        CancellationToken ct
    ) =>
        await db.PointsOf(user.PlaceFor(Policies.Read))
            .AsNoTracking()
            .Include(p => p.Unit)
            .SingleOrDefaultAsync(p => p.Id == id, ct)
            is { } point
            ? TypedResults.Ok(PointAnswer.Of(point))
            : PointRegistryProblems.PointNotFound.With();
}
