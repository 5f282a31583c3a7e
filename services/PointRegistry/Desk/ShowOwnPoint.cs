using System.Security.Claims;
using System.Security.Cryptography;
using System.Text.Json;
using LaiChau.PointRegistry.Accounts;
using LaiChau.ServiceDefaults.Http;
using LaiChau.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Net.Http.Headers;

namespace LaiChau.PointRegistry.Desk;

/// <param name="Equipment">Names of what stands there, with the serial number where there is one.</param>
/// <param name="Officers">Who may use the point's desk.</param>
/// <param name="Refused">Entries of the last <see cref="ShowOwnPoint.RefusedDays"/> days that were not taken.</param>
internal sealed record OwnPointAnswer(
    string Name,
    string UnitCode,
    string UnitName,
    IReadOnlyList<string> Languages,
    IReadOnlyList<string> Feeds,
    IReadOnlyList<string> Equipment,
    IReadOnlyList<DeskOfficer> Officers,
    IReadOnlyList<RefusedEntry> Refused
);

/// <param name="CodeHash">As <see cref="Accounts.PointCodes.PointCode.Hash"/> makes it.</param>
internal sealed record DeskOfficer(Guid Id, string Name, string CodeHash);

/// <param name="Reason">For the officer, in Vietnamese.</param>
internal sealed record RefusedEntry(Guid Id, string Reason);

/// <summary>The point asks once a day: so it learns what was changed of it since it enrolled, and who runs it.</summary>
internal static class ShowOwnPoint
{
    internal const int RefusedDays = 60;

    public static async Task<Results<Ok<OwnPointAnswer>, StatusCodeHttpResult, ProblemHttpResult>> Handle(
        ClaimsPrincipal user,
        HttpContext http,
        PointRegistryDb db,
        TimeProvider time,
        CancellationToken ct
    )
    {
        var id = user.AccountId();
        if (
            await db.Points.AsNoTracking().Include(p => p.Unit).SingleOrDefaultAsync(p => p.Id == id, ct)
            is not { } point
        )
        {
            return PointRegistryProblems.PointNotFound.With();
        }
        var now = time.GetUtcNow();
        var officers = await db
            .Accounts.AsNoTracking()
            .Where(a => a.PointId == id && a.PointCodeHash != null)
            .OrderBy(a => a.Id)
            .ToListAsync(ct);
        var since = now.AddDays(-RefusedDays);
        var answer = new OwnPointAnswer(
            point.Name,
            point.UnitCode,
            point.Unit.FullName,
            point.Languages,
            point.Feeds,
            [.. point.Equipment.Select(e => e.Called())],
            [.. officers.Where(a => a.RunsPoint(now)).Select(a => new DeskOfficer(a.Id, a.Name, a.PointCodeHash!))],
            await db
                .RefusedReports.AsNoTracking()
                .Where(r => r.PointId == id && r.At >= since)
                .OrderBy(r => r.At)
                .ThenBy(r => r.Id)
                .Select(r => new RefusedEntry(r.Id, r.Reason))
                .ToListAsync(ct)
        );
        var tag = new EntityTagHeaderValue(
            $"\"{Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(answer, PlatformJson.Stored)))[..24]}\""
        );
        http.Response.Headers.ETag = tag.ToString();
        return http.Request.GetTypedHeaders().IfNoneMatch.Any(t => t.Compare(tag, useStrongComparison: false))
            ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : TypedResults.Ok(answer);
    }
}
