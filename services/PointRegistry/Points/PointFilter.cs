using LaiChau.PointRegistry.Acts;
using LaiChau.PointRegistry.Units;
using LaiChau.ServiceDefaults.Http;
using LaiChau.ServiceDefaults.Identity;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.PointRegistry.Points;

/// <summary>A point with the unit and state that it has, or had on the day asked for.</summary>
internal sealed class PointRow
{
    public required Point Point { get; init; }
    public required Unit Unit { get; init; }
    public required PointState State { get; init; }
    public string? Reason { get; init; }

    public PointAnswer Answer => PointAnswer.Of(Point, Unit, State, Reason);
}

/// <summary>Which points a list or a file is to hold.</summary>
/// <param name="State">Only points in this state.</param>
/// <param name="Unit">Only points of the unit with this code and of all units below it.</param>
/// <param name="Language">Only points that serve this language.</param>
/// <param name="Tag">Only points in this group.</param>
/// <param name="Silent">Only points that are missed, or that are not.</param>
/// <param name="Q">Words of the point's name, or of any spelling of its unit's name, with or without diacritics.</param>
/// <param name="AsOf">Unit and state as on this day, and only points that were there; name and all else as today.</param>
/// <param name="Act">Only points that cite the act with this number, or id.</param>
internal sealed record PointFilter(
    Word<PointState>? State,
    string? Unit,
    string? Language,
    string? Tag,
    bool? Silent,
    string? Q,
    DateOnly? AsOf,
    string? Act = null
)
{
    /// <param name="db">The register.</param>
    /// <param name="place">Whose points the caller may see: by the unit that they belong to today, whatever the day asked for.</param>
    /// <param name="time">Clock.</param>
    /// <param name="ct">Cancels.</param>
    public async Task<IQueryable<PointRow>> Rows(
        PointRegistryDb db,
        Place place,
        TimeProvider time,
        CancellationToken ct
    )
    {
        var rows = AsOf is { } day ? On(db, day) : Now(db);
        if (!place.IsProvince)
        {
            rows = rows.Where(r => place.Points.Contains(r.Point.Id) || place.Units.Contains(r.Point.UnitCode));
        }
        if (State?.Value is { } state)
        {
            rows = rows.Where(r => r.State == state);
        }
        if (Unit is { Length: > 0 })
        {
            var map = await UnitMap.Load(db, AsOf ?? VietnamDay.Today(time), ct);
            var codes = map.Below(Unit);
            rows = AsOf is null
                ? rows.Where(r => codes.Contains(r.Point.UnitCode))
                : rows.Where(r => codes.Contains(r.Unit.Code));
        }
        if (Language is { Length: > 0 })
        {
            var word = $"\"{Language}\"";
            rows = rows.Where(r => ((string)(object)r.Point.Languages).Contains(word));
        }
        if (Tag is { Length: > 0 })
        {
            var word = $"\"{Tag.Normalize()}\"";
            rows = rows.Where(r => ((string)(object)r.Point.Tags).Contains(word));
        }
        if (Silent is { } silent)
        {
            rows = rows.Where(r => r.Point.SilentSince != null == silent);
        }
        if (Act is { Length: > 0 })
        {
            var acts = FindAct.Like(db, Act).Select(a => (Guid?)a.Id);
            rows = rows.Where(r => acts.Contains(r.Point.ActId));
        }
        foreach (var (word, hasMarks) in SearchText.Words(Q ?? ""))
        {
            rows = hasMarks
                ? rows.Where(r => r.Point.SearchText.Contains(word))
                : rows.Where(r => r.Point.SearchPlain.Contains(word));
        }
        return rows;
    }

    private static IQueryable<PointRow> Now(PointRegistryDb db) =>
        db
            .Points.AsNoTracking()
            .Select(p => new PointRow
            {
                Point = p,
                Unit = p.Unit,
                State = p.State,
                Reason = p.StateReason,
            });

    /// <summary>As the evening of that day found them.</summary>
    private static IQueryable<PointRow> On(PointRegistryDb db, DateOnly day)
    {
        var end = VietnamDay.EndOf(day);
        return from m in db.PointMemberships.AsNoTracking()
            where m.ValidFrom <= day && (m.ValidTo == null || m.ValidTo > day)
            from s in db.PointStates
            where
                s.PointId == m.PointId
                && s.At < end
                && !db.PointStates.Any(later =>
                    later.PointId == s.PointId && later.Version > s.Version && later.At < end
                )
            select new PointRow
            {
                Point = m.Point,
                Unit = m.Unit,
                State = s.State,
                Reason = s.Reason,
            };
    }
}
