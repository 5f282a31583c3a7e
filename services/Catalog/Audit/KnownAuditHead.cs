using LaiChau.Contracts.Audit;
using LaiChau.ServiceDefaults.Data.Audit;
using LaiChau.ServiceDefaults.Messaging;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LaiChau.Catalog.Audit;

/// <summary>How far a service's audit trail has come, as it said last.</summary>
[NotAudited("each service's word")]
internal sealed class KnownAuditHead
{
    public required string Service { get; init; }
    public long No { get; set; }
    public string Hash { get; set; } = "";
    public DateTimeOffset At { get; set; }

    public static void Map(EntityTypeBuilder<KnownAuditHead> head)
    {
        head.ToTable("audit_heads");
        head.HasKey(h => h.Service);
    }
}

/// <summary>The last signed file of heads: committed here before it is written to the plane. One row.</summary>
[NotAudited("signed and public")]
internal sealed class AuditPublication
{
    public const int OnlyId = 1;

    public int Id { get; init; } = OnlyId;
    public long Version { get; set; }

    /// <summary>The heads in it, to tell whether there is anything new.</summary>
    public string Said { get; set; } = "";
    public byte[] Content { get; set; } = [];

    /// <summary>Whether it is in the object store.</summary>
    public bool IsWritten { get; set; }

    public static void Map(EntityTypeBuilder<AuditPublication> publication)
    {
        publication.ToTable("audit_publications");
        publication.Property(p => p.Id).ValueGeneratedNever();
        publication.Property(p => p.Version).IsConcurrencyToken();
    }
}

internal sealed class KeepAuditHead(CatalogDb db) : IHandle<AuditHeadMoved>
{
    public async Task Handle(AuditHeadMoved message, CancellationToken ct)
    {
        var head = await db.AuditHeads.FindAsync([message.Service], ct);
        if (head is null)
        {
            head = new KnownAuditHead { Service = message.Service };
            db.Add(head);
        }
        (head.No, head.Hash, head.At) = (message.No, message.Hash, message.At);
    }
}
