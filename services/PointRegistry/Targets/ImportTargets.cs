using System.Globalization;
using System.Security.Claims;
using LaiChau.PointRegistry.Points;
using LaiChau.PointRegistry.Points.Files;
using LaiChau.PointRegistry.Units;
using LaiChau.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.PointRegistry.Targets;

/// <param name="Targets">How many the file sets.</param>
/// <param name="Changed">How many of them are new or other than before.</param>
internal sealed record TargetImportAnswer(bool DryRun, int Targets, int Changed);

/// <summary>Sets the targets of a table: all of them, or, where one row is faulty, none. What the table does not name stays.</summary>
internal static class ImportTargets
{
    private const int MostRows = 5000;

    private sealed record Row(Guid Point, Metric Metric, Period Period, double Value);

    public static async Task<Results<Ok<TargetImportAnswer>, ProblemHttpResult>> Handle(
        HttpRequest http,
        bool? dryRun,
        ClaimsPrincipal user,
        PointRegistryDb db,
        TimeProvider time,
        ILogger<Target> log,
        CancellationToken ct
    )
    {
        var (lines, refusal) = await UploadedTable.Read(
            http,
            MostRows,
            "chỉ tiêu",
            TargetColumns.Headers,
            [TargetColumns.PointId, TargetColumns.Metric, TargetColumns.Period, TargetColumns.Value],
            ct
        );
        if (refusal is not null)
        {
            return refusal;
        }
        await using var transaction = await PlaceLock.Of(db, SetTarget.Lock, ct);
        var known = (await db.PointsOf(user.PlaceFor(Policies.Organise)).Select(p => p.Id).ToListAsync(ct)).ToHashSet();
        var rows = new List<Row>();
        var faults = new List<RowFault>();
        var seen = new Dictionary<(Guid, string, Period), int>();
        foreach (var (number, cell) in lines)
        {
            var (row, wrong) = Read(cell, known);
            faults.AddRange(wrong.Select(w => new RowFault(number, w.Column, w.Message)));
            if (row is null)
            {
                continue;
            }
            if (!seen.TryAdd((row.Point, row.Metric.Name, row.Period), number))
            {
                var first = seen[(row.Point, row.Metric.Name, row.Period)];
                faults.Add(
                    new(number, TargetColumns.Metric, $"Chỉ tiêu này của điểm trong kỳ này đã có ở dòng {first}.")
                );
                continue;
            }
            rows.Add(row);
        }
        if (faults.Count > 0)
        {
            return UploadedTable.Refuse(faults, "chưa đặt chỉ tiêu nào");
        }
        var points = rows.Select(r => r.Point).ToHashSet();
        var years = rows.Select(r => r.Period.Year).ToHashSet();
        var there = await db
            .Targets.Where(t => points.Contains(t.PointId) && years.Contains(t.Year))
            .ToDictionaryAsync(t => (t.PointId, t.Metric, t.Period), ct);
        foreach (var row in rows)
        {
            if (!there.TryGetValue((row.Point, row.Metric.Name, row.Period), out var target))
            {
                target = SetTarget.Make(row.Point, row.Metric, row.Period);
                db.Add(target);
            }
            target.Set(row.Value, time.GetUtcNow(), user.AsChanger());
        }
        var changed = db
            .ChangeTracker.Entries<Target>()
            .Count(e => e.State is EntityState.Added or EntityState.Modified);
        if (dryRun is not true)
        {
            await db.SaveChangesAsync(ct);
            await transaction.Commit(ct);
            log.LogInformation("{Targets} targets set from a file by {By}", changed, user.AccountId());
        }
        else
        {
            // A request with an idempotency key saves once more.
            db.ChangeTracker.Entries<Target>().ToList().ForEach(e => e.State = EntityState.Detached);
        }
        return TypedResults.Ok(new TargetImportAnswer(dryRun is true, rows.Count, changed));
    }

    private static (Row? Row, List<(string Column, string Message)> Faults) Read(
        Func<string, string> cell,
        HashSet<Guid> known
    )
    {
        var faults = new List<(string, string)>();
        if (!Guid.TryParse(cell(TargetColumns.PointId), out var point) || !known.Contains(point))
        {
            faults.Add(
                (
                    TargetColumns.PointId,
                    $"Không có điểm nào mang mã «{cell(TargetColumns.PointId)}»; mã điểm có trong tệp xuất danh sách điểm."
                )
            );
        }
        var metric = Metric.Find(cell(TargetColumns.Metric));
        if (metric is null)
        {
            faults.Add((TargetColumns.Metric, Metric.Unknown(cell(TargetColumns.Metric))));
        }
        if (!ReadPeriod(cell(TargetColumns.Period), out var period))
        {
            faults.Add((TargetColumns.Period, TargetRules.PeriodShape));
        }
        if (
            !double.TryParse(
                cell(TargetColumns.Value).Replace(',', '.'),
                NumberStyles.Float,
                CultureInfo.InvariantCulture,
                out var value
            ) || !TargetRules.IsValue(value)
        )
        {
            faults.Add((TargetColumns.Value, TargetRules.ValueShape));
        }
        return (faults.Count > 0 ? null : new Row(point, metric!, period, value), faults);
    }

    /// <summary>A spreadsheet takes a month for its first day.</summary>
    private static bool ReadPeriod(string text, out Period period)
    {
        if (
            DateTime.TryParseExact(
                text,
                "MM/dd/yyyy HH:mm:ss",
                CultureInfo.InvariantCulture,
                DateTimeStyles.None,
                out var day
            )
            && day == new DateTime(day.Year, day.Month, 1)
        )
        {
            text = $"{day:yyyy-MM}";
        }
        return Period.TryParse(text, out period);
    }
}
