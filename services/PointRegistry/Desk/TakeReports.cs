using LaiChau.Contracts.Telemetry;
using LaiChau.PointRegistry.Accounts;
using LaiChau.PointRegistry.Cases;
using LaiChau.PointRegistry.Openings;
using LaiChau.PointRegistry.Points;
using LaiChau.PointRegistry.Units;
using LaiChau.ServiceDefaults.Identity;
using LaiChau.ServiceDefaults.Messaging;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.PointRegistry.Desk;

/// <summary>Somebody wrote at the point that it was open: an opening like any other, under the entry's id.</summary>
internal sealed class TakeOpeningReport(PointRegistryDb db, TimeProvider time) : IHandle<OpeningReported>
{
    public async Task Handle(OpeningReported message, CancellationToken ct)
    {
        await using var transaction = await PlaceLock.Of(db, $"openings {message.PointId}", ct);
        var now = time.GetUtcNow();
        var said = new OpeningRequest(message.OpenedAt, message.ClosedAt, message.Note);
        var by = await db.WriterOf(message.PointId, message.ById, now, ct);
        if ((by.Refusal ?? await said.Fault(db, message.PointId, null, now, ct)) is { } refusal)
        {
            db.Refuse(message.ReportId, message.PointId, message.ById, now, refusal);
            return;
        }
        db.Openings.Add(Opening.Record(message.ReportId, message.PointId, said, now, by.Writer!));
    }
}

/// <summary>Somebody wrote at the point that something is wrong: an incident like any other, under the entry's id.</summary>
internal sealed class TakeIncidentReport(PointRegistryDb db, TimeProvider time) : IHandle<IncidentReported>
{
    public async Task Handle(IncidentReported message, CancellationToken ct)
    {
        await using var transaction = await PlaceLock.Shared(db, ct);
        var now = time.GetUtcNow();
        var by = await db.WriterOf(message.PointId, message.ById, now, ct);
        var (point, _, closed) = await RaiseCase.AtPoint(
            db,
            new Place(false, [], [message.PointId]),
            message.PointId,
            ct
        );
        var request = new RaiseCaseRequest(
            CaseKind.Incident,
            message.Title,
            message.Description,
            message.PointId,
            Priority: message.IsUrgent ? CasePriority.Urgent : CasePriority.Normal
        );
        if ((by.Refusal ?? closed ?? request.Fault(VietnamDay.Today(time))) is { } refusal)
        {
            db.Refuse(message.ReportId, message.PointId, message.ById, now, refusal);
            return;
        }
        db.Cases.Add(
            request.Raise(message.ReportId, point, unit: null, message.Equipment, message.WrittenAt, by.Writer!)
        );
    }
}

internal static class Reports
{
    /// <summary>The account that the point names, if it runs that point; a point speaks for nobody else.</summary>
    public static async Task<(StateChanger? Writer, ProblemHttpResult? Refusal)> WriterOf(
        this PointRegistryDb db,
        Guid point,
        Guid account,
        DateTimeOffset now,
        CancellationToken ct
    ) =>
        await db.Accounts.AsNoTracking().SingleOrDefaultAsync(a => a.Id == account, ct) is { } by
        && by.PointId == point
        && by.RunsPoint(now)
            ? (new StateChanger(by.Id, by.Name), null)
            : (
                null,
                PointRegistryProblems.PointNotFound.With(
                    "Tài khoản của người ghi không còn phụ trách điểm này; hãy nhờ người phụ trách ghi lại."
                )
            );

    public static void Refuse(
        this PointRegistryDb db,
        Guid report,
        Guid point,
        Guid by,
        DateTimeOffset now,
        ProblemHttpResult refusal
    ) =>
        db.RefusedReports.Add(
            new()
            {
                Id = report,
                PointId = point,
                ById = by,
                At = now,
                Reason = refusal.ProblemDetails.Detail ?? refusal.ProblemDetails.Title!,
            }
        );
}
