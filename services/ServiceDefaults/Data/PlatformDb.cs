using System.Diagnostics;
using System.Text.Json;
using LaiChau.Contracts;
using LaiChau.ServiceDefaults.Data.Audit;
using LaiChau.ServiceDefaults.Http;
using LaiChau.ServiceDefaults.Messaging;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using Microsoft.Extensions.DependencyInjection;

namespace LaiChau.ServiceDefaults.Data;

/// <summary>
/// What every service's database has: its own tables beside an outbox and an inbox. <see cref="Publish"/> is the only way to say
/// something to another service, in the transaction of the state it speaks of.
/// </summary>
public abstract class PlatformDb(DbContextOptions options) : DbContext(options)
{
    internal const string WakeChannel = "laichau_outbox";

    private readonly List<AuditNote> notes = [];

    /// <summary>As in the path of the service's API: <c>catalog</c>, <c>points</c>.</summary>
    public abstract string ServiceName { get; }

    internal DbSet<AuditEntry> AuditEntries => Set<AuditEntry>();

    internal DbSet<AuditPersonalPart> AuditPersonalParts => Set<AuditPersonalPart>();

    internal DbSet<OutboxMessage> Outbox => Set<OutboxMessage>();

    internal DbSet<InboxMessage> Inbox => Set<InboxMessage>();

    /// <summary>True on PostgreSQL, false on the SQLite of standalone.</summary>
    public bool IsPostgres => Database.ProviderName == "Npgsql.EntityFrameworkCore.PostgreSQL";

    /// <summary>Writes the message beside the state; it leaves after the commit, at least once, in order per aggregate.</summary>
    public object Publish<TMessage>(TMessage message, TimeProvider time)
        where TMessage : class, IMessage =>
        Outbox
            .Add(
                new OutboxMessage
                {
                    Id = Guid.CreateVersion7(time.GetUtcNow()),
                    Type = MessageTypes.UrnOf(typeof(TMessage)),
                    AggregateId = message.AggregateId,
                    AggregateVersion = message.AggregateVersion,
                    Payload = JsonSerializer.Serialize(message, PlatformJson.Stored),
                    TraceParent = Activity.Current?.Id,
                    CreatedAt = time.GetUtcNow(),
                    NextAttemptAt = time.GetUtcNow(),
                }
            )
            .Entity;

    /// <summary>Puts into the audit trail, with the next save, what changes no row: something refused, something counted anew.</summary>
    public void Note(string action, string entity, string entityId, Dictionary<string, object?>? after = null) =>
        notes.Add(new AuditNote(action, entity, entityId, After: after));

    public override async Task<int> SaveChangesAsync(
        bool acceptAllChangesOnSuccess,
        CancellationToken cancellationToken = default
    )
    {
        ChangeTracker.DetectChanges();
        List<AuditNote> audited = [.. AuditTrail.Read(ChangeTracker), .. notes];
        var speaks = audited.Count > 0 || ChangeTracker.Entries<OutboxMessage>().Any(e => e.State == EntityState.Added);
        if (!speaks || (!IsPostgres && audited.Count == 0))
        {
            return await base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);
        }
        await using var own = Database.CurrentTransaction is null
            ? await Database.BeginTransactionAsync(cancellationToken)
            : null;
        List<object> trail = [];
        try
        {
            if (audited.Count > 0)
            {
                trail = await AuditTrail.Append(this, audited, Services, cancellationToken);
            }
            var count = await base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);
            if (IsPostgres)
            {
                // The notice rides in the same transaction: PostgreSQL delivers it at the commit, or never.
                await Database.ExecuteSqlAsync($"SELECT pg_notify({WakeChannel}, '')", cancellationToken);
            }
            if (own is not null)
            {
                await own.CommitAsync(cancellationToken);
            }
            notes.Clear();
            return count - trail.Count;
        }
        catch
        {
            // Whoever mends the change and saves again writes its trail anew.
            trail.ForEach(row => Entry(row).State = EntityState.Detached);
            throw;
        }
    }

    /// <summary>Not for a platform's database: it would leave no trail.</summary>
    public override int SaveChanges(bool acceptAllChangesOnSuccess) =>
        throw new NotSupportedException($"Use {nameof(SaveChangesAsync)}.");

    /// <summary>The clock of the process.</summary>
    protected TimeProvider Time => Services.GetRequiredService<TimeProvider>();

    private IServiceProvider Services =>
        this.GetService<IDbContextOptions>().FindExtension<CoreOptionsExtension>()?.ApplicationServiceProvider
        ?? throw new InvalidOperationException(
            "Only a context made by its service's container may change what is audited."
        );

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        configurationBuilder.Conventions.Add(_ => new SnakeCaseNames());
        configurationBuilder.Properties<Enum>().HaveConversion<string>();
        if (!IsPostgres)
        {
            // SQLite has no timestamp type; ticks in UTC sort and compare.
            configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UtcTicksConverter>();
        }
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<OutboxMessage>(OutboxMessage.Map);
        modelBuilder.Entity<InboxMessage>(InboxMessage.Map);
        modelBuilder.Entity<InboxPosition>(InboxPosition.Map);
        modelBuilder.Entity<AuditEntry>(entry => AuditEntry.Map(entry, IsPostgres));
        modelBuilder.Entity<AuditPersonalPart>(AuditPersonalPart.Map);
    }

    private sealed class UtcTicksConverter()
        : ValueConverter<DateTimeOffset, long>(v => v.UtcTicks, v => new DateTimeOffset(v, TimeSpan.Zero));
}

public static class JsonColumn
{
    /// <summary>Keeps a small value (titles by language, a list of tags) as JSON text in one column.</summary>
    public static PropertyBuilder<T> IsJson<T>(this PropertyBuilder<T> property) =>
        property.HasConversion(
            new ValueConverter<T, string>(v => Write(v), v => Read<T>(v)),
            new ValueComparer<T>(
                (a, b) => Write(a) == Write(b),
                v => Write(v).GetHashCode(StringComparison.Ordinal),
                v => Read<T>(Write(v))
            )
        );

    private static string Write<T>(T value) => JsonSerializer.Serialize(value, PlatformJson.Stored);

    private static T Read<T>(string json) => JsonSerializer.Deserialize<T>(json, PlatformJson.Stored)!;
}
