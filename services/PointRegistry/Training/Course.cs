using LaiChau.PointRegistry.Units;
using LaiChau.ServiceDefaults.Data;
using LaiChau.ServiceDefaults.Data.Audit;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LaiChau.PointRegistry.Training;

/// <summary>What people are taught, and who of the staff has to know it. For nobody of the staff: citizens alone are taught it.</summary>
[Audited("course")]
internal sealed class Course
{
    private const char KeySeparator = '\u001f';

    public required Guid Id { get; init; }
    public string Name { get; private set; } = null!;

    /// <summary>Roles of accounts that it is for.</summary>
    public List<string> Roles { get; set; } = [];

    /// <summary>It is for members of community digital teams.</summary>
    public bool ForTeams { get; set; }

    /// <summary>Whom it is for must have completed it.</summary>
    public bool Required { get; set; }

    /// <summary>How long a completion holds; null: for good.</summary>
    public int? ValidMonths { get; set; }
    public long Version { get; private set; }

    [NotAudited("made of what is audited")]
    public string NameKey { get; private set; } = "";

    public void Rename(string name)
    {
        Name = name;
        NameKey = string.Join(KeySeparator, SearchText.Plain(name), Id.ToString("N"));
    }

    public void Changed() => Version++;

    public bool IsFor(Trainee person) => (ForTeams && person.TeamId is not null) || Roles.Intersect(person.Roles).Any();

    /// <summary>First day on which a completion holds no more.</summary>
    public DateOnly? EndOf(DateOnly completedOn) => ValidMonths is { } months ? completedOn.AddMonths(months) : null;

    public static void Map(EntityTypeBuilder<Course> course)
    {
        course.ToTable("courses");
        course.Property(c => c.Id).ValueGeneratedNever();
        course.Property(c => c.Roles).IsJson();
        course.Property(c => c.Version).IsConcurrencyToken();
        course.HasIndex(c => c.NameKey);
    }
}
