using LaiChau.ServiceDefaults.Data.Audit;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LaiChau.PointRegistry.People;

internal enum TeamRole
{
    Leader,
    Member,
}

/// <summary>A person in a team. Name and telephone are all that is kept of anybody.</summary>
[Audited("team-member")]
internal sealed class TeamMember
{
    public required Guid Id { get; init; }
    public Guid TeamId { get; init; }
    public Team Team { get; init; } = null!;

    [Personal]
    public string Name { get; set; } = null!;

    [Personal]
    public string? Phone { get; set; }
    public TeamRole Role { get; set; }

    /// <summary>First day.</summary>
    public DateOnly Since { get; set; }

    /// <summary>First day on which it is over.</summary>
    public DateOnly? Until { get; set; }

    /// <summary>The account of the same person, where there is one.</summary>
    public Guid? AccountId { get; set; }

    /// <summary>Nothing is left of the person but the id.</summary>
    public DateTimeOffset? ErasedAt { get; private set; }

    /// <summary>Of the names the database is told apart.</summary>
    public void Erase(DateTimeOffset now, DateOnly today)
    {
        ErasedAt ??= now;
        Until = Until <= today ? Until : today;
    }

    public bool Holds(DateOnly day) => Since <= day && (Until is null || Until > day);

    public static void Map(EntityTypeBuilder<TeamMember> member)
    {
        member.ToTable("team_members");
        member.Property(m => m.Id).ValueGeneratedNever();
        member.HasOne(m => m.Team).WithMany(t => t.Members).HasForeignKey(m => m.TeamId);
    }
}
