using LaiChau.PointRegistry.Points;
using LaiChau.ServiceDefaults.Data.Audit;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LaiChau.PointRegistry.Enrolment;

/// <summary>A code that lets one key become a point's.</summary>
[Audited("enrolment-code")]
internal sealed class EnrolmentCode
{
    public Guid Id { get; private init; }
    public Guid PointId { get; private init; }
    public Point Point { get; private init; } = null!;

    [Secret]
    public string CodeHash { get; private init; } = null!;
    public DateTimeOffset CreatedAt { get; private init; }
    public DateTimeOffset ExpiresAt { get; private init; }

    /// <summary>Set when a newer code was issued for the point.</summary>
    public DateTimeOffset? ReplacedAt { get; private set; }
    public DateTimeOffset? UsedAt { get; private set; }

    /// <summary>Thumbprint of the key it was used with.</summary>
    public string? UsedByKey { get; private set; }

    public static (EnrolmentCode Stored, string Code) Issue(Guid pointId, DateTimeOffset now, TimeSpan life)
    {
        var (code, hash) = TypedCode.New();
        var stored = new EnrolmentCode
        {
            Id = Guid.CreateVersion7(now),
            PointId = pointId,
            CodeHash = hash,
            CreatedAt = now,
            ExpiresAt = now + life,
        };
        return (stored, code);
    }

    public void Use(PointKey key, DateTimeOffset now) => (UsedAt, UsedByKey) = (now, key.Thumbprint);

    public void Replace(DateTimeOffset now) => ReplacedAt ??= now;

    public static void Map(EntityTypeBuilder<EnrolmentCode> code)
    {
        code.ToTable("enrolment_codes");
        code.Property(c => c.Id).ValueGeneratedNever();
        code.HasOne(c => c.Point).WithMany().HasForeignKey(c => c.PointId);
        code.HasIndex(c => c.CodeHash).IsUnique();
    }
}
