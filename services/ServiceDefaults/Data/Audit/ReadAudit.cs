using System.Text.Json;
using LaiChau.ServiceDefaults.Data;
using LaiChau.ServiceDefaults.Data.Audit;
using LaiChau.ServiceDefaults.Http;
using LaiChau.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.ServiceDefaults;

/// <summary>The audit trail of one service: to look something up, and whole, for whoever wants to verify it.</summary>
public static class ReadAudit
{
    private const int Together = 1000;

    public static void MapAudit<TDb>(this IEndpointRouteBuilder routes, string prefix)
        where TDb : PlatformDb
    {
        routes
            .MapGet(
                $"{prefix}/audit",
                (
                    string? entity,
                    string? entityId,
                    string? actor,
                    int? limit,
                    long? after,
                    TDb db,
                    CancellationToken ct
                ) => List(db, entity, entityId, actor, limit, after, ct)
            )
            .RequireAuthorization(Policies.Audit)
            .WithSummary("Who changed what, newest first");
        routes
            .MapGet(
                $"{prefix}/audit/export",
                (long? after, TDb db, HttpContext context, CancellationToken ct) => Export(db, after, context, ct)
            )
            .RequireAuthorization(Policies.Audit)
            .WithSummary("The whole trail, oldest first, one JSON object {no, hash, line, hasPersonal} on each line");
    }

    private static async Task<Page<AuditAnswer>> List(
        PlatformDb db,
        string? entity,
        string? entityId,
        string? actor,
        int? limit,
        long? after,
        CancellationToken ct
    )
    {
        var query = db.AuditEntries.AsNoTracking();
        query = entity is null ? query : query.Where(e => e.Entity == entity);
        query = entityId is null ? query : query.Where(e => e.EntityId == entityId);
        query = actor is null ? query : query.Where(e => e.ActorId == actor);
        query = after is null ? query : query.Where(e => e.No < after);
        var size = Math.Clamp(limit ?? 50, 1, 500);
        var rows = await (
            from entry in query.OrderByDescending(e => e.No).Take(size + 1)
            join part in db.AuditPersonalParts.AsNoTracking() on entry.No equals part.No into parts
            from part in parts.DefaultIfEmpty()
            orderby entry.No descending
            select new { entry, Personal = part == null ? null : part.Content }
        ).ToListAsync(ct);
        return new Page<AuditAnswer>(
            [
                .. rows.Take(size)
                    .Select(r => new AuditAnswer(
                        r.entry.No,
                        r.entry.Hash,
                        JsonElement.Parse(r.entry.Line),
                        r.Personal is null ? null : JsonElement.Parse(r.Personal)
                    )),
            ],
            rows.Count > size ? $"{rows[size - 1].entry.No}" : null
        );
    }

    private static async Task Export(PlatformDb db, long? after, HttpContext context, CancellationToken ct)
    {
        context.Response.ContentType = "application/x-ndjson";
        // By pages, not by one cursor: a reader on a weak link must not hold a transaction open.
        for (var last = after ?? 0; ; )
        {
            var rows = await (
                from entry in db.AuditEntries.AsNoTracking().Where(e => e.No > last).OrderBy(e => e.No).Take(Together)
                join part in db.AuditPersonalParts.AsNoTracking() on entry.No equals part.No into parts
                from part in parts.DefaultIfEmpty()
                orderby entry.No
                select new AuditRow(entry.No, entry.Hash, entry.Line, part != null)
            ).ToListAsync(ct);
            foreach (var row in rows)
            {
                await JsonSerializer.SerializeAsync(context.Response.Body, row, PlatformJson.Options, ct);
                await context.Response.WriteAsync("\n", ct);
            }
            if (rows.Count < Together)
            {
                return;
            }
            last = rows[^1].No;
        }
    }

    /// <param name="HasPersonal">The personal part whose digest the line holds is there.</param>
    private sealed record AuditRow(long No, string Hash, string Line, bool HasPersonal);

    /// <param name="Personal">What the entry says of a person, until it is erased.</param>
    private sealed record AuditAnswer(long No, string Hash, JsonElement Entry, JsonElement? Personal);
}
