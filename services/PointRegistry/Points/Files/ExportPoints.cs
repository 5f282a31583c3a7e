using System.Security.Claims;
using LaiChau.ServiceDefaults.Http;
using LaiChau.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.PointRegistry.Points.Files;

internal static class ExportPoints
{
    /// <param name="format"><c>csv</c> when left out, or <c>xlsx</c>.</param>
    public static async Task<FileStreamHttpResult> Handle(
        [AsParameters] PointFilter filter,
        Word<TableFormat>? format,
        ClaimsPrincipal user,
        PointRegistryDb db,
        TimeProvider time,
        CancellationToken ct
    )
    {
        var rows = (await filter.Rows(db, user.PlaceFor(Policies.Read), time, ct))
            .OrderBy(r => r.Point.UnitKey)
            .AsAsyncEnumerable();
        return await TableWriter.Write(
            PointColumns.All,
            rows,
            format?.Value ?? TableFormat.Csv,
            $"diem-ho-tro-{filter.AsOf ?? VietnamDay.Today(time):yyyy-MM-dd}",
            "Điểm hỗ trợ",
            ct
        );
    }
}
