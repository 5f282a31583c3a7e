using System.Security.Claims;
using LaiChau.PointRegistry.Acts;
using LaiChau.PointRegistry.Units;
using LaiChau.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.PointRegistry.Points.Files;

/// <param name="Points">How many points the file adds.</param>
internal sealed record ImportAnswer(bool DryRun, int Points);

/// <summary>The largest file.</summary>
internal sealed record ImportLimit : IRequestSizeLimitMetadata
{
    public long? MaxRequestBodySize => 4L << 20;
}

/// <summary>Plans the points of a table: all of them, or, where one row is faulty, none.</summary>
internal static class ImportPoints
{
    private const int MostRows = 5000;

    private static readonly Dictionary<string, string> Headers = PointColumns.All.ToDictionary(
        c => SearchText.Plain(c.Header),
        c => c.Header
    );

    public static async Task<Results<Ok<ImportAnswer>, ProblemHttpResult>> Handle(
        HttpRequest http,
        bool? dryRun,
        ClaimsPrincipal user,
        PointRegistryDb db,
        TimeProvider time,
        ILogger<Point> log,
        CancellationToken ct
    )
    {
        var (rows, refusal) = await UploadedTable.Read(
            http,
            MostRows,
            "điểm",
            Headers,
            [PointColumns.Name, PointColumns.UnitCode, PointColumns.Languages],
            ct
        );
        if (refusal is not null)
        {
            return refusal;
        }

        await using var transaction = await PlaceLock.Shared(db, ct);
        var (planned, faults) = await Read(rows, db, VietnamDay.Today(time), ct);
        if (faults.Count > 0)
        {
            return UploadedTable.Refuse(faults, "chưa thêm điểm nào");
        }
        if (dryRun is not true)
        {
            foreach (var (request, places, act) in planned)
            {
                PlanPoint.Plan(db, request, places, act, user, time);
            }
            await db.SaveChangesAsync(ct);
            await transaction.Commit(ct);
            log.LogInformation("{Points} points planned from a file by {By}", planned.Count, user.AccountId());
        }
        return TypedResults.Ok(new ImportAnswer(dryRun is true, planned.Count));
    }

    private static async Task<(
        List<(PointProfileRequest Request, IReadOnlyList<UnitSince> Places, LegalAct? Act)> Planned,
        List<RowFault> Faults
    )> Read(IReadOnlyList<TableRow> rows, PointRegistryDb db, DateOnly today, CancellationToken ct)
    {
        var planned = new List<(PointProfileRequest, IReadOnlyList<UnitSince>, LegalAct?)>();
        var faults = new List<RowFault>();
        var units = new Dictionary<string, (IReadOnlyList<UnitSince>? Places, ProblemHttpResult? Fault)>(
            StringComparer.Ordinal
        );
        var acts = new Dictionary<string, (LegalAct? Act, ProblemHttpResult? Fault)>(StringComparer.Ordinal);
        var known = await KnownNames(db, ct);
        foreach (var (number, cell) in rows)
        {
            var (request, unread) = PointColumns.Read(cell);
            faults.AddRange(unread.Select(f => new RowFault(number, f.Column, f.Message)));
            if (!units.TryGetValue(request.UnitCode, out var unit))
            {
                units[request.UnitCode] = unit = await FindCommune.In(db, request.UnitCode, today, ct);
            }
            if (!acts.TryGetValue(request.Act!, out var cited))
            {
                acts[request.Act!] = cited = await FindAct.Cited(db, request.Act, ct);
            }
            if (cited.Fault is { } unknown)
            {
                faults.Add(new(number, PointColumns.Act, unknown.ProblemDetails.Detail!));
            }
            if (unit.Places is null)
            {
                faults.Add(new(number, PointColumns.UnitCode, unit.Fault!.ProblemDetails.Detail!));
            }
            else if (!known.TryAdd((request.UnitCode, SearchText.Lower(request.Name)), $"ở dòng {number}"))
            {
                var where = known[(request.UnitCode, SearchText.Lower(request.Name))];
                faults.Add(
                    new(number, PointColumns.Name, $"{unit.Places[0].Unit.FullName} đã có điểm mang tên này {where}.")
                );
            }
            else
            {
                planned.Add((request, unit.Places, cited.Act));
            }
        }
        return (planned, faults);
    }

    /// <summary>A file that is sent twice must not double its points.</summary>
    private static async Task<Dictionary<(string Unit, string Name), string>> KnownNames(
        PointRegistryDb db,
        CancellationToken ct
    )
    {
        var points = await db
            .Points.Where(p => p.State != PointState.Closed)
            .Select(p => new { p.UnitCode, p.Name })
            .ToListAsync(ct);
        var known = new Dictionary<(string, string), string>();
        foreach (var point in points)
        {
            known[(point.UnitCode, SearchText.Lower(point.Name))] = "trong hệ thống";
        }
        return known;
    }
}
