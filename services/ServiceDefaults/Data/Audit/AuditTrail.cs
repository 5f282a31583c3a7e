using System.Diagnostics;
using System.Reflection;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LaiChau.Contracts.Audit;
using LaiChau.ServiceDefaults.Http;
using LaiChau.ServiceDefaults.Messaging;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.Extensions.DependencyInjection;

namespace LaiChau.ServiceDefaults.Data.Audit;

/// <summary>What happened to one thing, before it has a number and a place in the chain.</summary>
internal sealed record AuditNote(
    string Action,
    string Entity,
    string EntityId,
    Dictionary<string, object?>? Before = null,
    Dictionary<string, object?>? After = null,
    Dictionary<string, object?>? PersonalBefore = null,
    Dictionary<string, object?>? PersonalAfter = null
);

/// <summary>Reads what a save is about to change, and writes it into the chain in the same transaction.</summary>
internal static class AuditTrail
{
    // One writer of the chain at a time, until its transaction ends; the number says nothing.
    private const long ChainLock = 0x6C61_6963_6861_7531;
    private const string Hidden = "***";

    /// <summary>One note for each audited row that is added, changed or removed.</summary>
    public static IEnumerable<AuditNote> Read(ChangeTracker changes)
    {
        foreach (var entry in changes.Entries())
        {
            if (
                entry.State is EntityState.Added or EntityState.Modified or EntityState.Deleted
                && entry.Metadata.ClrType.GetCustomAttribute<AuditedAttribute>() is { } audited
                && Read(entry, audited.Entity) is { } note
            )
            {
                yield return note;
            }
        }
    }

    /// <summary>Adds the notes to the chain. The caller has begun the transaction, and saves.</summary>
    public static async Task<List<object>> Append(
        PlatformDb db,
        IReadOnlyList<AuditNote> notes,
        IServiceProvider services,
        CancellationToken ct
    )
    {
        if (db.IsPostgres)
        {
            await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({ChainLock})", ct);
        }
        var last = await db
            .AuditEntries.AsNoTracking()
            .OrderByDescending(e => e.No)
            .Select(e => new { e.No, e.Hash })
            .FirstOrDefaultAsync(ct);
        var (no, hash) = (last?.No ?? 0, last?.Hash ?? AuditChain.Start);
        var time = services.GetRequiredService<TimeProvider>();
        var now = time.GetUtcNow();
        var http = services.GetService<IHttpContextAccessor>()?.HttpContext;
        var added = new List<object>();
        foreach (var note in notes)
        {
            no++;
            var personal = PersonalPart(note, no);
            var line = JsonSerializer.Serialize(
                new AuditLine
                {
                    No = no,
                    At = now,
                    Service = db.ServiceName,
                    Actor = AuditActor.Of(http?.User),
                    Client = http is null
                        ? null
                        : new AuditClient(
                            http.Connection.RemoteIpAddress?.ToString(),
                            Cut(http.Request.Headers.UserAgent.ToString())
                        ),
                    Trace = Activity.Current?.TraceId.ToString(),
                    Action = note.Action,
                    Entity = note.Entity,
                    EntityId = note.EntityId,
                    Before = note.Before,
                    After = note.After,
                    Personal = personal is null
                        ? null
                        : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(personal.Content))),
                },
                PlatformJson.Stored
            );
            hash = AuditChain.Next(hash, line);
            added.Add(
                new AuditEntry
                {
                    No = no,
                    Line = line,
                    Hash = hash,
                }
            );
            if (personal is not null)
            {
                added.Add(personal);
            }
        }
        db.AddRange(added);
        added.Add(
            db.Publish(
                new AuditHeadMoved
                {
                    Service = db.ServiceName,
                    No = no,
                    Hash = hash,
                    At = now,
                },
                time
            )
        );
        return added;
    }

    private static AuditNote? Read(EntityEntry entry, string entity)
    {
        Dictionary<string, object?> before = [],
            after = [],
            personalBefore = [],
            personalAfter = [];
        foreach (var property in entry.Properties)
        {
            var metadata = property.Metadata;
            if (
                metadata.PropertyInfo is not { } member
                || member.IsDefined(typeof(NotAuditedAttribute))
                || metadata.IsConcurrencyToken
                || (entry.State == EntityState.Modified && !HasChanged(property))
            )
            {
                continue;
            }
            var isPersonal = member.IsDefined(typeof(PersonalAttribute));
            var name = JsonNamingPolicy.CamelCase.ConvertName(metadata.Name);
            var isSecret = member.IsDefined(typeof(SecretAttribute));
            if (entry.State is not EntityState.Added)
            {
                Keep(isPersonal ? personalBefore : before, property.OriginalValue);
            }
            if (entry.State is not EntityState.Deleted)
            {
                Keep(isPersonal ? personalAfter : after, property.CurrentValue);
            }

            void Keep(Dictionary<string, object?> side, object? value)
            {
                // A change to or from nothing is worth a word; nothing in a new row is not.
                if (value is not null || entry.State is EntityState.Modified)
                {
                    side[name] = value is not null && isSecret ? Hidden : value;
                }
            }
        }
        return before.Count + after.Count + personalBefore.Count + personalAfter.Count == 0
            ? null
            : new AuditNote(
                entry.State switch
                {
                    EntityState.Added => "created",
                    EntityState.Deleted => "deleted",
                    _ => "changed",
                },
                entity,
                IdOf(entry),
                OrNull(before),
                OrNull(after),
                OrNull(personalBefore),
                OrNull(personalAfter)
            );
    }

    private static bool HasChanged(PropertyEntry property) =>
        property.IsModified
        && !property.Metadata.GetValueComparer().Equals(property.OriginalValue, property.CurrentValue);

    private static string IdOf(EntityEntry entry) =>
        string.Join(
            '/',
            entry
                .Metadata.FindPrimaryKey()!
                .Properties.Select(p =>
                    Convert.ToString(entry.CurrentValues[p], System.Globalization.CultureInfo.InvariantCulture)
                )
        );

    private static AuditPersonalPart? PersonalPart(AuditNote note, long no) =>
        note.PersonalBefore is null && note.PersonalAfter is null
            ? null
            : new AuditPersonalPart
            {
                No = no,
                Entity = note.Entity,
                EntityId = note.EntityId,
                Content = JsonSerializer.Serialize(
                    new
                    {
                        // Names are few: without it the digest alone would tell, by trying them all.
                        salt = Convert.ToBase64String(RandomNumberGenerator.GetBytes(16)),
                        before = note.PersonalBefore,
                        after = note.PersonalAfter,
                    },
                    PlatformJson.Stored
                ),
            };

    private static Dictionary<string, object?>? OrNull(Dictionary<string, object?> values) =>
        values.Count == 0 ? null : values;

    private static string Cut(string text) => text.Length <= 200 ? text : text[..200];

    /// <summary>The fields of an entry, in the order in which they are written.</summary>
    private sealed record AuditLine
    {
        public required long No { get; init; }
        public required DateTimeOffset At { get; init; }
        public required string Service { get; init; }
        public required AuditActor Actor { get; init; }
        public required AuditClient? Client { get; init; }
        public required string? Trace { get; init; }
        public required string Action { get; init; }
        public required string Entity { get; init; }
        public required string EntityId { get; init; }
        public required Dictionary<string, object?>? Before { get; init; }
        public required Dictionary<string, object?>? After { get; init; }
        public required string? Personal { get; init; }
    }

    /// <param name="Kind"><c>account</c>, <c>point</c>, <c>anonymous</c>, or <c>service</c> when no request is at work.</param>
    private sealed record AuditActor(string Kind, string? Id, IReadOnlyList<string>? Roles)
    {
        public static AuditActor Of(ClaimsPrincipal? user)
        {
            if (user?.FindFirstValue("sub") is not { } id)
            {
                return new(user is null ? "service" : "anonymous", null, null);
            }
            var roles = user.FindAll("role").Select(c => c.Value).ToList();
            return new(roles.Contains(Identity.Roles.Point) ? "point" : "account", id, roles);
        }
    }

    private sealed record AuditClient(string? Address, string? Agent);
}
