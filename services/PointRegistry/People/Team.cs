using LaiChau.PointRegistry.Units;
using LaiChau.ServiceDefaults.Data.Audit;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LaiChau.PointRegistry.People;

/// <summary>A village's community digital team: «Tổ công nghệ số cộng đồng».</summary>
[Audited("team")]
internal sealed class Team
{
    private const char KeySeparator = '\u001f';

    public required Guid Id { get; init; }
    public string Village { get; private set; } = null!;

    /// <summary>The commune of the village today; the others are in <see cref="Memberships"/>.</summary>
    public string UnitCode { get; private set; } = null!;
    public DateOnly UnitValidFrom { get; private set; }
    public Unit Unit { get; private set; } = null!;
    public List<TeamMembership> Memberships { get; } = [];
    public List<TeamMember> Members { get; } = [];

    /// <summary>First day.</summary>
    public required DateOnly Since { get; init; }

    /// <summary>First day on which it is no more.</summary>
    public DateOnly? Until { get; set; }
    public long Version { get; private set; }

    [NotAudited("made of what is audited")]
    public string SearchText { get; private set; } = "";

    [NotAudited("made of what is audited")]
    public string SearchPlain { get; private set; } = "";

    /// <summary>What lists are sorted by; it ends with the id, as a point's does.</summary>
    [NotAudited("made of what is audited")]
    public string NameKey { get; private set; } = "";

    public void Rename(string village)
    {
        Village = village;
        SearchText = Units.SearchText.Lower(village);
        SearchPlain = Units.SearchText.Plain(village);
        NameKey = string.Join(KeySeparator, SearchPlain, Id.ToString("N"));
    }

    /// <summary>Belongs to these units, one after the other, from the first day on. Needs the memberships loaded.</summary>
    public void Join(IReadOnlyList<UnitSince> places)
    {
        var first = places[0].Day;
        Memberships.RemoveAll(m => m.ValidFrom >= first);
        if (Memberships.Find(m => m.ValidTo is null || m.ValidTo > first) is { } before)
        {
            before.ValidTo = first;
        }
        Memberships.AddRange(
            places.Select(
                (place, i) =>
                    new TeamMembership
                    {
                        Id = Guid.CreateVersion7(),
                        ValidFrom = place.Day,
                        ValidTo = i + 1 < places.Count ? places[i + 1].Day : null,
                        Unit = place.Unit,
                    }
            )
        );
        Occupy(places[0].Unit);
    }

    /// <summary>The unit that it belongs to today.</summary>
    public void Occupy(Unit unit) => (Unit, UnitCode, UnitValidFrom) = (unit, unit.Code, unit.ValidFrom);

    public void Changed() => Version++;

    public static void Map(EntityTypeBuilder<Team> team)
    {
        team.ToTable("teams");
        team.Property(t => t.Id).ValueGeneratedNever();
        team.HasOne(t => t.Unit)
            .WithMany()
            .HasForeignKey(t => new { t.UnitCode, t.UnitValidFrom })
            .OnDelete(DeleteBehavior.Restrict);
        team.Property(t => t.Version).IsConcurrencyToken();
        team.HasIndex(t => t.NameKey);
    }
}

/// <summary>The commune that a team's village belongs to over a period. The periods follow each other without a gap.</summary>
[NotAudited("the team, or the merge, says it")]
internal sealed class TeamMembership
{
    public required Guid Id { get; init; }
    public Guid TeamId { get; init; }
    public Team Team { get; init; } = null!;

    /// <summary>First day.</summary>
    public required DateOnly ValidFrom { get; init; }

    /// <summary>First day on which it no longer holds.</summary>
    public DateOnly? ValidTo { get; set; }
    public string UnitCode { get; private set; } = null!;
    public DateOnly UnitValidFrom { get; private set; }
    public required Unit Unit { get; set; }

    public static void Map(EntityTypeBuilder<TeamMembership> membership)
    {
        membership.ToTable("team_memberships");
        membership.Property(m => m.Id).ValueGeneratedNever();
        membership.HasOne(m => m.Team).WithMany(t => t.Memberships).HasForeignKey(m => m.TeamId);
        membership
            .HasOne(m => m.Unit)
            .WithMany()
            .HasForeignKey(m => new { m.UnitCode, m.UnitValidFrom })
            .OnDelete(DeleteBehavior.Restrict);
    }
}
