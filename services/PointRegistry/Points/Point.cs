using LaiChau.PointRegistry.Units;
using LaiChau.ServiceDefaults.Data;
using LaiChau.ServiceDefaults.Data.Audit;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LaiChau.PointRegistry.Points;

internal enum PointState
{
    Planned,
    Active,
    Suspended,
    Closed,
}

/// <summary>A support point. Planned until its machine enrols, then active; suspended and back; closed for good.</summary>
[Audited("point")]
internal sealed class Point
{
    public const string ProvinceFeed = "tinh";

    public Guid Id { get; private init; }
    public required string Name { get; set; }
    public string UnitCode { get; private set; } = null!;
    public DateOnly UnitValidFrom { get; private set; }
    public Unit Unit { get; private set; } = null!;
    public PointState State { get; private set; }

    /// <summary>Why the point was suspended or closed.</summary>
    public string? StateReason { get; private set; }

    /// <summary>BCP-47 tags in the order in which the point falls back.</summary>
    public required List<string> Languages { get; set; }
    public required List<string> Feeds { get; set; }
    public double? Latitude { get; set; }
    public double? Longitude { get; set; }

    /// <summary>The point's public key as a JWK; the private one never leaves the point.</summary>
    public string? PublicKey { get; private set; }

    /// <summary>RFC 7638 thumbprint of the key.</summary>
    public string? KeyThumbprint { get; private set; }
    public DateTimeOffset? EnrolledAt { get; private set; }

    /// <summary>Last contact of a point that Telemetry has missed since.</summary>
    [NotAudited("Telemetry notes it")]
    public DateTimeOffset? SilentSince { get; set; }
    public DateTimeOffset CreatedAt { get; private init; }

    /// <summary>Rises with every change that others hear of.</summary>
    public long Version { get; private set; }

    public static Point Plan(string name, Unit unit, List<string> languages, List<string> feeds, DateTimeOffset now)
    {
        var point = new Point
        {
            Id = Guid.CreateVersion7(now),
            Name = name,
            Languages = languages,
            Feeds = feeds,
            CreatedAt = now,
            Version = 1,
        };
        point.Join(unit);
        return point;
    }

    public void Join(Unit unit) => (Unit, UnitCode, UnitValidFrom) = (unit, unit.Code, unit.ValidFrom);

    public void Changed() => Version++;

    /// <summary>Gives the point the key with which it signs; a point whose machine was replaced gets another.</summary>
    public bool Enrol(PointKey key, DateTimeOffset now)
    {
        if (State is not (PointState.Planned or PointState.Active))
        {
            return false;
        }
        (PublicKey, KeyThumbprint, EnrolledAt) = (key.Jwk, key.Thumbprint, now);
        return Move(PointState.Active, null);
    }

    public bool Suspend(string reason) => State is PointState.Active && Move(PointState.Suspended, reason);

    public bool Activate() => State is PointState.Suspended && Move(PointState.Active, null);

    public bool Close(string reason) => State is not PointState.Closed && Move(PointState.Closed, reason);

    private bool Move(PointState state, string? reason)
    {
        (State, StateReason) = (state, reason);
        Version++;
        return true;
    }

    public static void Map(EntityTypeBuilder<Point> point)
    {
        point.ToTable("points");
        point.Property(p => p.Id).ValueGeneratedNever();
        point.HasOne(p => p.Unit).WithMany().HasForeignKey(p => new { p.UnitCode, p.UnitValidFrom });
        point.Property(p => p.Languages).IsJson();
        point.Property(p => p.Feeds).IsJson();
        point.Property(p => p.Version).IsConcurrencyToken();
        point.HasIndex(p => p.KeyThumbprint).IsUnique();
        point.HasIndex(p => p.State);
    }
}
