using System.Globalization;
using System.Security.Claims;
using LaiChau.ServiceDefaults.Http;
using LaiChau.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.PointRegistry.Openings;

internal static class ListOpenings
{
    private const string Order = "openings";

    /// <param name="id">The point.</param>
    /// <param name="period">A month or a year; this month when left out.</param>
    /// <param name="limit">1 to 500.</param>
    /// <param name="after">The last page's <c>next</c>.</param>
    /// <param name="user">Who asks.</param>
    /// <param name="db">The register.</param>
    /// <param name="time">Clock.</param>
    /// <param name="ct">Cancels.</param>
    public static async Task<Results<Ok<Page<OpeningAnswer>>, ProblemHttpResult>> Handle(
        Guid id,
        Period? period,
        int? limit,
        string? after,
        ClaimsPrincipal user,
        PointRegistryDb db,
        TimeProvider time,
        CancellationToken ct
    )
    {
        if (!await db.PointsOf(user.PlaceFor(Policies.Read)).AnyAsync(p => p.Id == id, ct))
        {
            return PointRegistryProblems.PointNotFound.With();
        }
        var (from, to) = Bounds(period, time);
        var query = db.Openings.AsNoTracking().Where(o => o.PointId == id && o.OpenedAt >= from && o.OpenedAt < to);
        if (after is { Length: > 0 })
        {
            if (Read(after) is not var (opened, last))
            {
                return PointRegistryProblems.NoCursor();
            }
            query = query.Where(o => o.OpenedAt > opened || (o.OpenedAt == opened && o.Id > last));
        }
        var size = Paging.Size(limit);
        var rows = await query
            .OrderBy(o => o.OpenedAt)
            .ThenBy(o => o.Id)
            .Take(size + 1)
            .Include(o => o.Corrections)
            .ToListAsync(ct);
        return TypedResults.Ok(
            Paging.Cut(rows, size, o => Cursor.Write(Order, $"{o.OpenedAt.UtcTicks} {o.Id}"), OpeningAnswer.Of)
        );
    }

    public static (DateTimeOffset From, DateTimeOffset To) Bounds(Period? period, TimeProvider time)
    {
        var asked = period ?? Period.MonthOf(VietnamDay.Today(time));
        return (asked.From, asked.To);
    }

    private static (DateTimeOffset OpenedAt, Guid Id)? Read(string cursor) =>
        Cursor.Read(cursor, Order)?.Split(' ') is [var moment, var key]
        && long.TryParse(moment, NumberStyles.None, CultureInfo.InvariantCulture, out var ticks)
        && ticks <= DateTimeOffset.MaxValue.UtcTicks
        && Guid.TryParse(key, out var id)
            ? (new DateTimeOffset(ticks, TimeSpan.Zero), id)
            : null;
}
