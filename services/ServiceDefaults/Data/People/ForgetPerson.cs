using System.Reflection;
using System.Text.Json;
using LaiChau.ServiceDefaults.Data.Audit;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace LaiChau.ServiceDefaults.Data.People;

/// <param name="Where">A table and its column.</param>
public sealed record PersonalRows(string Where, long Rows);

/// <summary>
/// Erases what a service's database calls a person, in the caller's transaction: the names beside ids, and the personal parts of the audit trail. The
/// chain holds their digests only and stays whole; what was erased is an entry of it.
/// </summary>
public static class ForgetPerson
{
    /// <summary>What stands in place of the name.</summary>
    public const string Name = "Người đã xoá";

    private static readonly string[] Sides = ["before", "after"];

    /// <summary>Past the change tracker: the trail must not be told the name once more.</summary>
    public static async Task<List<PersonalRows>> Names(PlatformDb db, IReadOnlyList<Guid> ids, CancellationToken ct)
    {
        var erased = new List<PersonalRows>();
        foreach (var (type, name, id) in Named(db))
        {
            var (table, column) = (db.Quote(type.GetTableName()!), db.Quote(name.GetColumnName()));
            var sql =
                $"UPDATE {table} SET {column} = {{0}} WHERE {db.Quote(id.GetColumnName())} = {{1}} AND {column} <> {{0}}";
            var rows = 0;
            foreach (var who in ids)
            {
                rows += await db.Database.ExecuteSqlRawAsync(sql, [Name, who], ct);
            }
            erased.Add(new($"{type.GetTableName()}.{name.GetColumnName()}", rows));
        }
        return erased;
    }

    /// <summary>The parts that are about the person, and those in which he acted under one of the names.</summary>
    /// <param name="db">With what the person's own rows said until now saved: that is in the trail too.</param>
    /// <param name="ids">Of the person.</param>
    /// <param name="names">All that the person was called.</param>
    /// <param name="ct">Cancels.</param>
    /// <returns>The numbers of the entries that have lost their part.</returns>
    public static async Task<List<long>> Parts(
        PlatformDb db,
        IReadOnlyList<Guid> ids,
        IReadOnlyCollection<string> names,
        CancellationToken ct
    )
    {
        var found = new SortedSet<long>();
        foreach (var id in ids.Select(i => i.ToString()))
        {
            found.UnionWith(
                await db
                    .AuditPersonalParts.Where(p => p.EntityId == id || p.Content.Contains(id))
                    .Select(p => p.No)
                    .ToListAsync(ct)
            );
            foreach (var name in names)
            {
                found.UnionWith(
                    await (
                        from part in db.AuditPersonalParts
                        join entry in db.AuditEntries on part.No equals entry.No
                        where entry.ActorId == id && part.Content.Contains(name)
                        select part.No
                    ).ToListAsync(ct)
                );
            }
        }
        foreach (var some in found.Chunk(500))
        {
            await db.AuditPersonalParts.Where(p => some.Contains(p.No)).ExecuteDeleteAsync(ct);
        }
        return [.. found];
    }

    /// <summary>What the trail says of the person's own rows, and said before they were changed: names, telephones.</summary>
    public static async Task<List<string>> TextsOf(PlatformDb db, IReadOnlyList<Guid> ids, CancellationToken ct)
    {
        var own = ids.Select(i => i.ToString()).ToList();
        var parts = await db
            .AuditPersonalParts.Where(p => own.Contains(p.EntityId))
            .Select(p => p.Content)
            .ToListAsync(ct);
        return
        [
            .. from part in parts
            from side in Sides
            let said = JsonElement.Parse(part)
            where said.TryGetProperty(side, out var values) && values.ValueKind is JsonValueKind.Object
            from value in said.GetProperty(side).EnumerateObject()
            where value.Value.ValueKind is JsonValueKind.String
            select value.Value.GetString()!,
        ];
    }

    /// <summary>Says in the trail which of its entries have lost their personal part, and why.</summary>
    public static void NoteErasure(
        this PlatformDb db,
        Guid person,
        IReadOnlyList<long> parts,
        Dictionary<string, object?>? why = null
    ) => db.Note("erased", "person", person.ToString(), new(why ?? []) { ["parts"] = parts });

    /// <summary>All of it, where a service knows a person by the id alone.</summary>
    public static async Task Everywhere(PlatformDb db, Guid person, CancellationToken ct)
    {
        await Names(db, [person], ct);
        db.NoteErasure(person, await Parts(db, [person], [], ct));
    }

    /// <summary>Where a text still stands: in what people wrote, for the most part.</summary>
    public static async Task<List<PersonalRows>> Mentions(
        PlatformDb db,
        IEnumerable<string> texts,
        CancellationToken ct
    )
    {
        var sought = texts.SelectMany(t => new[] { t, t.ToLowerInvariant() }).Distinct().ToArray<object>();
        var found = new List<PersonalRows>();
        foreach (var (type, column) in sought.Length == 0 ? [] : db.TextColumns())
        {
            var sql =
                $"SELECT COUNT(*) AS \"Value\" FROM {db.Quote(type.GetTableName()!)} WHERE {db.Holds(column, sought.Length)}";
            var rows = await db.Database.SqlQueryRaw<long>(sql, sought).SingleAsync(ct);
            if (rows > 0)
            {
                found.Add(new($"{type.GetTableName()}.{column}", rows));
            }
        }
        return found;
    }

    /// <summary>Every name beside an id in the service's tables.</summary>
    private static IEnumerable<(IEntityType Type, IProperty Name, IProperty Id)> Named(PlatformDb db) =>
        from type in db.Model.GetEntityTypes()
        from property in type.GetProperties()
        let beside = property.PropertyInfo?.GetCustomAttribute<NameOfAttribute>()
        where beside is not null
        select (type, property, type.FindProperty(beside.Id)!);
}
