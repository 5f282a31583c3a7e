using LaiChau.ServiceDefaults.Data.Audit;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LaiChau.ServiceDefaults.Messaging;

/// <summary>A message that is committed and not yet known to be with the broker.</summary>
[NotAudited("the state that a message speaks of is")]
internal sealed class OutboxMessage
{
    /// <summary>The message id that consumers deduplicate by.</summary>
    public required Guid Id { get; init; }

    /// <summary>Order of writing; messages of one aggregate leave in this order.</summary>
    public long Position { get; private set; }
    public required string Type { get; init; }
    public required Guid AggregateId { get; init; }
    public required long AggregateVersion { get; init; }
    public required string Payload { get; init; }
    public string? TraceParent { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset NextAttemptAt { get; set; }
    public int Attempts { get; set; }
    public string? LastError { get; set; }

    /// <summary>Set when the message cannot be sent whatever the broker's state: it waits for a person, others pass.</summary>
    public DateTimeOffset? ParkedAt { get; set; }

    public static void Map(EntityTypeBuilder<OutboxMessage> outbox)
    {
        outbox.ToTable("outbox");
        outbox.HasKey(m => m.Position);
        outbox.Property(m => m.Position).ValueGeneratedOnAdd();
        outbox.HasIndex(m => m.Id).IsUnique();
        outbox.HasIndex(m => new { m.AggregateId, m.Position });
    }
}

/// <summary>A message this service has applied; the same one again has no effect.</summary>
[NotAudited("the state that a message speaks of is")]
internal sealed class InboxMessage
{
    public required Guid Id { get; init; }
    public required DateTimeOffset ReceivedAt { get; init; }

    public static void Map(EntityTypeBuilder<InboxMessage> inbox)
    {
        inbox.ToTable("inbox");
        inbox.Property(m => m.Id).ValueGeneratedNever();
        inbox.HasIndex(m => m.ReceivedAt);
    }
}

/// <summary>How far this service has come with one aggregate of another: what is older is skipped.</summary>
[NotAudited("the state that a message speaks of is")]
internal sealed class InboxPosition
{
    /// <summary>The service that speaks, from the message's URN.</summary>
    public required string Source { get; init; }
    public required Guid AggregateId { get; init; }
    public required long Version { get; init; }

    public static void Map(EntityTypeBuilder<InboxPosition> position)
    {
        position.ToTable("inbox_position");
        position.HasKey(p => new { p.Source, p.AggregateId });
    }
}
