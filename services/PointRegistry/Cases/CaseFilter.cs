using LaiChau.PointRegistry.Units;
using LaiChau.ServiceDefaults.Http;
using LaiChau.ServiceDefaults.Identity;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.PointRegistry.Cases;

/// <summary>Which cases a list is to hold.</summary>
/// <param name="Kind"><c>task</c>, <c>incident</c> or <c>case</c>.</param>
/// <param name="State">Only those in this state.</param>
/// <param name="Settled">Only those that are resolved or closed, or that are not.</param>
/// <param name="Assignee">Only those that this one has to settle.</param>
/// <param name="Priority">Only those of this priority.</param>
/// <param name="Point">Only those of this point.</param>
/// <param name="Unit">Only those of the unit with this code, of all units below it and of their points.</param>
/// <param name="Overdue">Only those that are not settled and past their day, or the others.</param>
/// <param name="Q">Words of the case, or of its point's or unit's name, with or without diacritics.</param>
internal sealed record CaseFilter(
    Word<CaseKind>? Kind,
    Word<CaseState>? State,
    bool? Settled,
    Word<CaseAssignee>? Assignee,
    Word<CasePriority>? Priority,
    Guid? Point,
    string? Unit,
    bool? Overdue,
    string? Q
)
{
    public async Task<IQueryable<Case>> Rows(PointRegistryDb db, Place place, TimeProvider time, CancellationToken ct)
    {
        var today = VietnamDay.Today(time);
        var settled = Case.Settled;
        var rows = db.CasesOf(place)
            .AsNoTracking()
            .Include(c => c.Point)
                .ThenInclude(p => p!.Unit)
            .Include(c => c.Unit)
            .AsQueryable();
        if (Kind?.Value is { } kind)
        {
            rows = rows.Where(c => c.Kind == kind);
        }
        if (State?.Value is { } state)
        {
            rows = rows.Where(c => c.State == state);
        }
        if (Settled is { } done)
        {
            rows = rows.Where(c => settled.Contains(c.State) == done);
        }
        if (Assignee?.Value is { } assignee)
        {
            rows = rows.Where(c => c.Assignee == assignee);
        }
        if (Priority?.Value is { } priority)
        {
            rows = rows.Where(c => c.Priority == priority);
        }
        if (Point is { } point)
        {
            rows = rows.Where(c => c.PointId == point);
        }
        if (Unit is { Length: > 0 })
        {
            var codes = (await UnitMap.Load(db, today, ct)).Below(Unit);
            rows = rows.Where(c => codes.Contains(c.UnitCode!) || codes.Contains(c.Point!.UnitCode));
        }
        if (Overdue is { } late)
        {
            rows = rows.Where(c => (c.DueOn != null && c.DueOn < today && !settled.Contains(c.State)) == late);
        }
        foreach (var (word, hasMarks) in SearchText.Words(Q ?? ""))
        {
            rows = hasMarks
                ? rows.Where(c =>
                    c.SearchText.Contains(word)
                    || c.Point!.SearchText.Contains(word)
                    || c.Unit!.SearchText.Contains(word)
                )
                : rows.Where(c =>
                    c.SearchPlain.Contains(word)
                    || c.Point!.SearchPlain.Contains(word)
                    || c.Unit!.SearchPlain.Contains(word)
                );
        }
        return rows;
    }
}
