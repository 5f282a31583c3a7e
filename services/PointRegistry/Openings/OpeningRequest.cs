using LaiChau.PointRegistry.Points;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.PointRegistry.Openings;

/// <summary>From when to when a point was open, to the minute, on one day.</summary>
/// <param name="Note">What else is worth knowing: «mất điện từ 9 giờ».</param>
internal sealed record OpeningRequest(DateTimeOffset OpenedAt, DateTimeOffset ClosedAt, string? Note = null)
{
    public DateTimeOffset From => WholeMinute(OpenedAt);
    public DateTimeOffset To => WholeMinute(ClosedAt);
    public string? Text => Note?.Trim() is { Length: > 0 } text ? text : null;

    /// <summary>The first thing wrong with it, for the person who typed it. Nobody else may write of the point meanwhile.</summary>
    public async Task<ProblemHttpResult?> Fault(
        PointRegistryDb db,
        Guid point,
        Guid? self,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        if (To <= From)
        {
            return PointRegistryProblems.Invalid("closedAt", "Giờ đóng cửa phải sau giờ mở cửa.");
        }
        if (To > now)
        {
            return PointRegistryProblems.Invalid(
                "closedAt",
                "Chỉ ghi lần mở cửa đã qua; giờ đóng cửa này còn ở tương lai."
            );
        }
        // Open until midnight is still the same day.
        if (To > VietnamDay.EndOf(VietnamDay.Of(From)))
        {
            return PointRegistryProblems.Invalid(
                "closedAt",
                "Mỗi lần mở cửa nằm trong một ngày; hãy ghi riêng cho từng ngày."
            );
        }
        if (Text is { Length: > 1000 })
        {
            return PointRegistryProblems.Invalid("note", "Ghi chú không quá 1000 ký tự.");
        }
        var closed = await db
            .PointStates.Where(s => s.PointId == point && s.State == PointState.Closed)
            .Select(s => (DateTimeOffset?)s.At)
            .FirstOrDefaultAsync(ct);
        if (closed < To)
        {
            return PointRegistryProblems.WrongState.With($"Điểm đã đóng từ {VietnamDay.Say(closed.Value)}.");
        }
        var (from, to) = (From, To);
        var other = await db
            .Openings.AsNoTracking()
            .Where(o => o.PointId == point && !o.IsStruck && o.Id != self && o.OpenedAt < to && o.ClosedAt > from)
            .OrderBy(o => o.OpenedAt)
            .FirstOrDefaultAsync(ct);
        return other is null
            ? null
            : PointRegistryProblems.OpeningOverlaps.With(
                $"Trùng với lần mở cửa đã ghi từ {VietnamDay.Say(other.OpenedAt)} đến {VietnamDay.Say(other.ClosedAt)}.",
                ("opening", other.Id)
            );
    }

    private static DateTimeOffset WholeMinute(DateTimeOffset moment) =>
        new(moment.UtcTicks - (moment.UtcTicks % TimeSpan.TicksPerMinute), TimeSpan.Zero);
}
