using LaiChau.PointRegistry.Points;
using LaiChau.ServiceDefaults.Data.Audit;
using LaiChau.ServiceDefaults.Data.People;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LaiChau.PointRegistry.Openings;

/// <summary>A point was open, from when to when on one day: who was there says so. What is put right later keeps what stood there.</summary>
[Audited("opening")]
internal sealed class Opening
{
    public Guid Id { get; private init; }
    public Guid PointId { get; private init; }
    public Point Point { get; private init; } = null!;
    public DateTimeOffset OpenedAt { get; private set; }
    public DateTimeOffset ClosedAt { get; private set; }

    /// <summary>Between the two: sums are the database's work.</summary>
    [NotAudited("made of what is audited")]
    public int Minutes { get; private set; }
    public string? Note { get; private set; }

    /// <summary>It should never have been written; it counts nowhere.</summary>
    public bool IsStruck { get; private set; }
    public DateTimeOffset RecordedAt { get; private init; }
    public Guid ById { get; private init; }

    [NotAudited("the id says who"), NameOf(nameof(ById))]
    public string ByName { get; private init; } = null!;
    public List<OpeningCorrection> Corrections { get; } = [];
    public long Version { get; private set; }

    public static Opening Record(Guid id, Guid point, OpeningRequest said, DateTimeOffset now, StateChanger by)
    {
        var opening = new Opening
        {
            Id = id,
            PointId = point,
            RecordedAt = now,
            ById = by.Id,
            ByName = by.Name,
            Version = 1,
        };
        opening.Say(said);
        return opening;
    }

    public void Correct(OpeningRequest said, DateTimeOffset now, StateChanger by)
    {
        Keep(null, now, by);
        Say(said);
    }

    public void Strike(string reason, DateTimeOffset now, StateChanger by)
    {
        Keep(reason, now, by);
        IsStruck = true;
    }

    private void Say(OpeningRequest said)
    {
        (OpenedAt, ClosedAt, Note) = (said.From, said.To, said.Text);
        Minutes = (int)(ClosedAt - OpenedAt).TotalMinutes;
    }

    private void Keep(string? reason, DateTimeOffset now, StateChanger by)
    {
        Version++;
        Corrections.Add(
            new()
            {
                Version = Version,
                OpenedAt = OpenedAt,
                ClosedAt = ClosedAt,
                Note = Note,
                Reason = reason,
                At = now,
                ById = by.Id,
                ByName = by.Name,
            }
        );
    }

    public static void Map(EntityTypeBuilder<Opening> opening)
    {
        opening.ToTable("openings");
        opening.Property(o => o.Id).ValueGeneratedNever();
        opening.HasOne(o => o.Point).WithMany().HasForeignKey(o => o.PointId);
        opening.Property(o => o.Version).IsConcurrencyToken();
        opening.HasIndex(o => new { o.PointId, o.OpenedAt });
    }
}

/// <summary>What an entry said before somebody put it right, or struck it out.</summary>
[NotAudited("the opening says it")]
internal sealed class OpeningCorrection
{
    public Guid OpeningId { get; init; }

    /// <summary>The entry's version after it.</summary>
    public required long Version { get; init; }
    public required DateTimeOffset OpenedAt { get; init; }
    public required DateTimeOffset ClosedAt { get; init; }
    public string? Note { get; init; }

    /// <summary>Why it was struck out.</summary>
    public string? Reason { get; init; }
    public required DateTimeOffset At { get; init; }
    public required Guid ById { get; init; }

    [NameOf(nameof(ById))]
    public required string ByName { get; init; }

    public static void Map(EntityTypeBuilder<OpeningCorrection> correction)
    {
        correction.ToTable("opening_corrections");
        correction.HasKey(c => new { c.OpeningId, c.Version });
        correction.HasOne<Opening>().WithMany(o => o.Corrections).HasForeignKey(c => c.OpeningId);
    }
}
