using LaiChau.PointRegistry.Points;
using LaiChau.PointRegistry.Units;
using LaiChau.ServiceDefaults.Data;
using LaiChau.ServiceDefaults.Data.Audit;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LaiChau.PointRegistry.Training;

internal enum SessionKind
{
    /// <summary>For accounts and members of teams, by name.</summary>
    Staff,

    /// <summary>For whoever came: heads are counted, nobody is named.</summary>
    Citizens,
}

/// <summary>A course as it was held on a day at a point or in a commune.</summary>
[Audited("training-session")]
internal sealed class TrainingSession : IFollowsUnit
{
    private const char KeySeparator = '\u001f';

    public required Guid Id { get; init; }
    public Guid CourseId { get; private init; }
    public required Course Course { get; init; }
    public required SessionKind Kind { get; init; }
    public required DateOnly HeldOn { get; init; }
    public Guid? PointId { get; private init; }
    public Point? Point { get; init; }

    /// <summary>The commune, where it was at no point; as of today.</summary>
    public string? UnitCode { get; set; }
    public DateOnly? UnitValidFrom { get; set; }
    public Unit? Unit { get; init; }

    /// <summary>What the place was called then.</summary>
    public required string PlaceName { get; init; }

    [Personal]
    public required string Trainer { get; init; }

    /// <summary>How many citizens came.</summary>
    public int? Heads { get; init; }

    /// <summary>How many of them were taught in which language, where somebody counted.</summary>
    public Dictionary<string, int> HeadsByLanguage { get; init; } = [];
    public List<Attendance> Attendances { get; } = [];

    /// <summary>What lists are sorted by.</summary>
    [NotAudited("made of what is audited")]
    public string DayKey { get; private init; } = "";

    /// <summary>Where it is today; null when its commune ended and nothing came after.</summary>
    public string? Place => Point?.UnitCode ?? UnitCode;

    public static string KeyOf(DateOnly day, Guid id) => string.Join(KeySeparator, $"{day:yyyyMMdd}", id.ToString("N"));

    public static TrainingSession Held(
        Course course,
        SessionRequest request,
        Point? point,
        Unit? unit,
        string placeName,
        DateTimeOffset now
    )
    {
        var id = Guid.CreateVersion7(now);
        return new()
        {
            Id = id,
            Course = course,
            Kind = request.Kind,
            HeldOn = request.HeldOn,
            Point = point,
            Unit = unit,
            PlaceName = placeName,
            Trainer = request.Trainer.Trim(),
            Heads = request.Heads,
            HeadsByLanguage = new(request.HeadsByLanguage ?? new Dictionary<string, int>()),
            DayKey = KeyOf(request.HeldOn, id),
        };
    }

    /// <summary>Says of a person whether he completed it; again, where that was said before.</summary>
    public void Record(Trainee person, bool completed)
    {
        var known = Attendances.Find(a => person.Is(a.AccountId, a.MemberId));
        if (known is null)
        {
            Attendances.Add(
                new()
                {
                    Id = Guid.CreateVersion7(),
                    AccountId = person.AccountId,
                    MemberId = person.AccountId is null ? person.MemberId : null,
                    Completed = completed,
                }
            );
        }
        else
        {
            known.Completed = completed;
        }
    }

    public static void Map(EntityTypeBuilder<TrainingSession> session)
    {
        session.ToTable("training_sessions");
        session.Property(s => s.Id).ValueGeneratedNever();
        session.HasOne(s => s.Course).WithMany().HasForeignKey(s => s.CourseId).OnDelete(DeleteBehavior.Restrict);
        session.HasOne(s => s.Point).WithMany().HasForeignKey(s => s.PointId).OnDelete(DeleteBehavior.Restrict);
        session
            .HasOne(s => s.Unit)
            .WithMany()
            .HasForeignKey(s => new { s.UnitCode, s.UnitValidFrom })
            .OnDelete(DeleteBehavior.Restrict);
        session.Property(s => s.HeadsByLanguage).IsJson();
        session.HasIndex(s => s.DayKey);
        session.Ignore(s => s.Place);
    }
}

/// <summary>Somebody was at a session: an account, or a member of a team who has none.</summary>
[Audited("attendance")]
internal sealed class Attendance
{
    public required Guid Id { get; init; }
    public Guid SessionId { get; init; }
    public TrainingSession Session { get; init; } = null!;
    public Guid? AccountId { get; init; }
    public Guid? MemberId { get; init; }
    public required bool Completed { get; set; }

    public static void Map(EntityTypeBuilder<Attendance> attendance)
    {
        attendance.ToTable("attendances");
        attendance.Property(a => a.Id).ValueGeneratedNever();
        attendance.HasOne(a => a.Session).WithMany(s => s.Attendances).HasForeignKey(a => a.SessionId);
        attendance.HasIndex(a => new { a.SessionId, a.AccountId }).IsUnique();
        attendance.HasIndex(a => new { a.SessionId, a.MemberId }).IsUnique();
    }
}
