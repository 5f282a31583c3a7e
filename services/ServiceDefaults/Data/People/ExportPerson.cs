using System.Reflection;
using System.Security.Claims;
using System.Text.Json;
using LaiChau.ServiceDefaults.Data;
using LaiChau.ServiceDefaults.Data.Audit;
using LaiChau.ServiceDefaults.Data.People;
using LaiChau.ServiceDefaults.Http;
using LaiChau.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace LaiChau.ServiceDefaults;

/// <summary>Everything that one service holds about a person: every row that names the id, and what the audit trail says of it.</summary>
public static class ExportPerson
{
    /// <param name="routes">Of the service.</param>
    /// <param name="prefix">Of its API.</param>
    /// <param name="idsOf">All ids of a person, by one of them; empty where there is nobody. Left out: the id is the only one.</param>
    public static void MapPersonExport<TDb>(
        this IEndpointRouteBuilder routes,
        string prefix,
        Func<TDb, Guid, CancellationToken, Task<IReadOnlyList<Guid>>>? idsOf = null
    )
        where TDb : PlatformDb
    {
        idsOf ??= (_, id, _) => Task.FromResult<IReadOnlyList<Guid>>([id]);
        var people = routes.MapGroup($"{prefix}/people").WithTags("People");
        Delegate anybody = async (Guid id, TDb db, CancellationToken ct) =>
            await Answer(db, await idsOf(db, id, ct), ct);
        Delegate own = async (ClaimsPrincipal user, TDb db, CancellationToken ct) =>
            await Answer(db, await idsOf(db, user.AccountId(), ct), ct);
        people
            .MapGet("{id:guid}/export", anybody)
            .RequireAuthorization(Policies.Administer)
            .WithSummary("Everything that this service holds about a person");
        people
            .MapGet("me/export", own)
            .RequireAuthorization(Policies.Self)
            .WithSummary("Everything that this service holds about the caller");
    }

    private static async Task<IResult> Answer(PlatformDb db, IReadOnlyList<Guid> ids, CancellationToken ct)
    {
        return ids.Count == 0
            ? PersonNotFound.With("Không có tài khoản hay thành viên Tổ công nghệ số cộng đồng nào mang mã này.")
            : TypedResults.Ok(new PersonAnswer(db.ServiceName, ids, await Rows(db, ids, ct), await Trail(db, ids, ct)));
    }

    private static readonly Problem PersonNotFound = new(404, "person-not-found", "There is no such person");

    /// <summary>By table; secrets are left out.</summary>
    private static async Task<Dictionary<string, IReadOnlyList<Dictionary<string, object?>>>> Rows(
        PlatformDb db,
        IReadOnlyList<Guid> ids,
        CancellationToken ct
    )
    {
        var found = new Dictionary<string, IReadOnlyList<Dictionary<string, object?>>>(StringComparer.Ordinal);
        // What belongs to messages, the trail and the token service's own bookkeeping is not about anybody.
        foreach (
            var type in db
                .Model.GetEntityTypes()
                .Where(t =>
                    t.ClrType.Namespace!.StartsWith("LaiChau.", StringComparison.Ordinal)
                    && t.ClrType.Assembly != typeof(PlatformDb).Assembly
                )
        )
        {
            var read = typeof(ExportPerson)
                .GetMethod(nameof(RowsOf), BindingFlags.NonPublic | BindingFlags.Static)!
                .MakeGenericMethod(type.ClrType)
                .CreateDelegate<
                    Func<
                        PlatformDb,
                        IEntityType,
                        IReadOnlyList<Guid>,
                        CancellationToken,
                        Task<List<Dictionary<string, object?>>>
                    >
                >();
            if (await read(db, type, ids, ct) is { Count: > 0 } rows)
            {
                found[type.GetTableName()!] = rows;
            }
        }
        return found;
    }

    private static async Task<List<Dictionary<string, object?>>> RowsOf<T>(
        PlatformDb db,
        IEntityType type,
        IReadOnlyList<Guid> ids,
        CancellationToken ct
    )
        where T : class
    {
        var asIds = string.Join(", ", ids.Select((_, i) => $"{{{i}}}"));
        var conditions = type.GetProperties()
            .Where(p => p.IsId() || p.IsText())
            .Select(p =>
                p.IsId()
                    ? $"{db.Quote(p.GetColumnName())} IN ({asIds})"
                    : db.Holds(p.GetColumnName(), ids.Count, ids.Count)
            )
            .ToList();
        if (conditions.Count == 0)
        {
            return [];
        }
        var sql = $"SELECT * FROM {db.Quote(type.GetTableName()!)} WHERE {string.Join(" OR ", conditions)}";
        var rows = await db.Set<T>()
            .FromSqlRaw(sql, [.. ids, .. ids.Select(i => i.ToString())])
            .AsNoTracking()
            .IgnoreAutoIncludes()
            .ToListAsync(ct);
        var shown = type.GetProperties()
            .Where(p => p.PropertyInfo is { } member && !member.IsDefined(typeof(SecretAttribute)))
            .ToList();
        return rows.ConvertAll(row =>
            shown
                .Select(p =>
                    (Name: JsonNamingPolicy.CamelCase.ConvertName(p.Name), Value: p.PropertyInfo!.GetValue(row))
                )
                .Where(p => p.Value is not null)
                .ToDictionary(p => p.Name, p => p.Value)
        );
    }

    /// <summary>What the person did, and what was done to the person's own rows, whole: another's name is another's.</summary>
    private static async Task<List<TrailAnswer>> Trail(PlatformDb db, IReadOnlyList<Guid> ids, CancellationToken ct)
    {
        var texts = ids.Select(i => i.ToString()).ToList();
        var rows = await (
            from entry in db.AuditEntries.AsNoTracking()
            join part in db.AuditPersonalParts.AsNoTracking() on entry.No equals part.No into parts
            from part in parts.DefaultIfEmpty()
            where texts.Contains(entry.ActorId!) || texts.Contains(entry.EntityId!)
            orderby entry.No
            select new
            {
                entry.No,
                entry.Line,
                IsOwn = texts.Contains(entry.EntityId!),
                Personal = part == null ? null : part.Content,
            }
        ).ToListAsync(ct);
        return rows.ConvertAll(r =>
        {
            var line = JsonElement.Parse(r.Line);
            return new TrailAnswer(
                r.No,
                line.GetProperty("at").GetDateTimeOffset(),
                line.GetProperty("action").GetString()!,
                line.GetProperty("entity").GetString()!,
                line.GetProperty("entityId").GetString()!,
                r.IsOwn ? line : null,
                r.IsOwn && r.Personal is not null ? JsonElement.Parse(r.Personal) : null
            );
        });
    }

    /// <param name="Ids">An account's and those of the seats in teams that are the same person's.</param>
    /// <param name="Rows">By table.</param>
    private sealed record PersonAnswer(
        string Service,
        IReadOnlyList<Guid> Ids,
        Dictionary<string, IReadOnlyList<Dictionary<string, object?>>> Rows,
        IReadOnlyList<TrailAnswer> Trail
    );

    /// <param name="Entry">Where it is about the person.</param>
    private sealed record TrailAnswer(
        long No,
        DateTimeOffset At,
        string Action,
        string Entity,
        string EntityId,
        JsonElement? Entry,
        JsonElement? Personal
    );
}
