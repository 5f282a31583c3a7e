using LaiChau.PointRegistry.Points;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.PointRegistry.Cases;

/// <summary>A point that falls silent is an incident, raised by the platform itself: one for each silence.</summary>
internal static class FollowSilence
{
    public static async Task Raise(
        PointRegistryDb db,
        Guid pointId,
        DateTimeOffset since,
        TimeProvider time,
        CancellationToken ct
    )
    {
        var point = await db.Points.SingleOrDefaultAsync(p => p.Id == pointId && p.State == PointState.Active, ct);
        if (point is null || await db.Cases.AnyAsync(c => c.PointId == pointId && c.SilentSince == since, ct))
        {
            return;
        }
        var now = time.GetUtcNow();
        var incident = new Case
        {
            Id = Guid.CreateVersion7(now),
            Kind = CaseKind.Incident,
            Title = "Điểm mất liên lạc",
            Description = $"Hệ thống không nhận được tín hiệu của điểm từ {VietnamDay.Say(since)}.",
            Point = point,
            RaisedAt = now,
            SilentSince = since,
        };
        incident.Raise(CasePriority.Normal, null, CaseAssignee.Officer, null);
        db.Cases.Add(incident);
    }

    /// <summary>Said in the incident; that it is settled is for people to say. Its version stays, so that it is in nobody's way.</summary>
    public static async Task Note(
        PointRegistryDb db,
        Guid pointId,
        DateTimeOffset contact,
        TimeProvider time,
        CancellationToken ct
    )
    {
        var waiting = await db
            .Cases.AsNoTracking()
            .Where(c => c.PointId == pointId && c.SilentSince != null)
            .Where(c => !c.Steps.Any(s => s.Kind == CaseStepKind.HeardAgain))
            .ToListAsync(ct);
        var now = time.GetUtcNow();
        db.AddRange(
            waiting.Select(c => new CaseStep
            {
                Id = Guid.CreateVersion7(now),
                CaseId = c.Id,
                Kind = CaseStepKind.HeardAgain,
                State = c.State,
                Assignee = c.Assignee,
                Priority = c.Priority,
                DueOn = c.DueOn,
                Comment = $"Điểm đã liên lạc lại lúc {VietnamDay.Say(contact)}.",
                At = now,
            })
        );
    }
}
