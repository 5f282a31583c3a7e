using LaiChau.PointRegistry.Units;
using LaiChau.ServiceDefaults.Data;
using LaiChau.ServiceDefaults.Data.Audit;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LaiChau.PointRegistry.Organisations;

internal enum OrganisationKind
{
    /// <summary>The National Assembly, its Standing Committee, the Government, the Prime Minister.</summary>
    Central,
    Ministry,
    Department,
    ProvinceCommittee,
    CommuneCommittee,
    Newspaper,
    Station,
    Partner,
}

/// <summary>What an organisation is called, until the next of its names begins.</summary>
/// <param name="From">First day; null: as far back as the records go.</param>
internal sealed record NamePeriod(string Name, DateOnly? From = null);

/// <summary>What an organisation belongs to, until the next begins.</summary>
/// <param name="OwnerId">Null: nobody from then on.</param>
/// <param name="From">First day; null: as far back as the records go.</param>
internal sealed record OwnerPeriod(Guid? OwnerId = null, DateOnly? From = null);

/// <summary>
/// An organisation that issues acts, owns others or takes part. Ministries and departments are renamed and merged: it stays one organisation, and its
/// name and owner are asked of a day.
/// </summary>
[Audited("organisation")]
internal sealed class Organisation
{
    private const char KeySeparator = '\u001f';

    public Guid Id { get; private init; }
    public OrganisationKind Kind { get; set; }

    /// <summary>By their first day; never empty.</summary>
    public List<NamePeriod> Names { get; private set; } = [];

    /// <summary>By their first day.</summary>
    public List<OwnerPeriod> Owners { get; set; } = [];

    /// <summary>Of a commune's committee: the unit that has this code while the organisation is there.</summary>
    public string? UnitCode { get; set; }

    /// <summary>First day; null: older than the records.</summary>
    public DateOnly? ActiveFrom { get; set; }

    /// <summary>First day on which it is no longer there.</summary>
    public DateOnly? ActiveTo { get; set; }
    public long Version { get; private set; }

    /// <summary>Every name it ever had.</summary>
    [NotAudited("made of the names")]
    public string SearchText { get; private set; } = "";

    [NotAudited("made of the names")]
    public string SearchPlain { get; private set; } = "";

    /// <summary>The last name and the id: lists are sorted by it.</summary>
    [NotAudited("made of the names")]
    public string NameKey { get; private set; } = "";

    public static Organisation Create(OrganisationKind kind, IEnumerable<NamePeriod> names, DateTimeOffset now)
    {
        var organisation = new Organisation { Id = Guid.CreateVersion7(now), Kind = kind };
        organisation.Call(names);
        return organisation;
    }

    public void Call(IEnumerable<NamePeriod> names)
    {
        Names = [.. names.OrderBy(n => n.From)];
        SearchText = Units.SearchText.Lower(string.Join(" | ", Names.Select(n => n.Name)));
        SearchPlain = Units.SearchText.Plain(SearchText);
        NameKey = string.Join(KeySeparator, Units.SearchText.Plain(Names[^1].Name), Id.ToString("N"));
    }

    public void Changed() => Version++;

    /// <summary>Before its first name began it is called by that.</summary>
    public string NameOn(DateOnly day) => (Names.LastOrDefault(n => n.From is null || n.From <= day) ?? Names[0]).Name;

    public Guid? OwnerOn(DateOnly day) => Owners.LastOrDefault(o => o.From is null || o.From <= day)?.OwnerId;

    public bool IsActive(DateOnly day) => !(ActiveFrom > day) && !(ActiveTo <= day);

    public static void Map(EntityTypeBuilder<Organisation> organisation)
    {
        organisation.ToTable("organisations");
        organisation.Property(o => o.Id).ValueGeneratedNever();
        organisation.Property(o => o.Names).IsJson();
        organisation.Property(o => o.Owners).IsJson();
        organisation.Property(o => o.Version).IsConcurrencyToken();
        organisation.HasIndex(o => o.NameKey);
    }
}
