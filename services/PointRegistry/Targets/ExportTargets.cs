using System.Security.Claims;
using LaiChau.PointRegistry.Points.Files;
using LaiChau.ServiceDefaults.Http;
using LaiChau.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.PointRegistry.Targets;

internal static class ExportTargets
{
    /// <param name="filter">Which.</param>
    /// <param name="format"><c>csv</c> when left out, or <c>xlsx</c>.</param>
    /// <param name="user">Who asks.</param>
    /// <param name="db">The register.</param>
    /// <param name="time">Clock.</param>
    /// <param name="ct">Cancels.</param>
    public static async Task<FileStreamHttpResult> Handle(
        [AsParameters] TargetFilter filter,
        Word<TableFormat>? format,
        ClaimsPrincipal user,
        PointRegistryDb db,
        TimeProvider time,
        CancellationToken ct
    )
    {
        var period = filter.Asked(time);
        var rows = await (await filter.Rows(db, user.PlaceFor(Policies.Read), time, ct))
            .OrderBy(t => t.Point.NameKey)
            .ThenBy(t => t.Metric)
            .Include(t => t.Point.Unit)
            .ToListAsync(ct);
        return await TableWriter.Write(
            TargetColumns.All,
            (await TargetAnswer.Of(db, rows, period, ct)).ToAsyncEnumerable(),
            format?.Value ?? TableFormat.Csv,
            $"chi-tieu-{period}",
            "Chỉ tiêu",
            ct
        );
    }
}
