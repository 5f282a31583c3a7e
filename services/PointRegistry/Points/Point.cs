using LaiChau.PointRegistry.Acts;
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

    /// <summary>Sorts before any letter, so that a shorter name comes first.</summary>
    private const char KeySeparator = '\u001f';

    public Guid Id { get; private init; }
    public string Name { get; private set; } = null!;

    /// <summary>The unit that the point belongs to today; the others are in <see cref="Memberships"/>.</summary>
    public string UnitCode { get; private set; } = null!;
    public DateOnly UnitValidFrom { get; private set; }
    public Unit Unit { get; private set; } = null!;
    public List<PointMembership> Memberships { get; } = [];
    public PointState State { get; private set; }

    /// <summary>Why the point is in this state.</summary>
    public string? StateReason { get; private set; }
    public List<PointStateChange> StateChanges { get; } = [];

    /// <summary>BCP-47 tags in the order in which the point falls back.</summary>
    public List<string> Languages { get; set; } = [];
    public List<string> Feeds { get; set; } = [];
    public double? Latitude { get; set; }
    public double? Longitude { get; set; }
    public PointLink? Link { get; set; }
    public List<OpeningHours> OpeningHours { get; set; } = [];

    public List<Equipment> Equipment { get; set; } = [];

    /// <summary>Groups the point is in, for lists.</summary>
    public List<string> Tags { get; set; } = [];
    public string? Notes { get; set; }

    /// <summary>The act by which it was set up.</summary>
    public Guid? ActId { get; private set; }
    public LegalAct? Act { get; private set; }

    /// <summary>The point's public key as a JWK; the private one never leaves the point.</summary>
    public string? PublicKey { get; private set; }

    /// <summary>RFC 7638 thumbprint of the key.</summary>
    public string? KeyThumbprint { get; private set; }
    public DateTimeOffset? EnrolledAt { get; private set; }

    /// <summary>Others have been told the key. False where an older version, whose messages had no key, enrolled the point.</summary>
    [NotAudited("bookkeeping of messages")]
    public bool KeyTold { get; private set; }

    /// <summary>Last contact of a point that Telemetry has missed since.</summary>
    [NotAudited("Telemetry notes it")]
    public DateTimeOffset? SilentSince { get; set; }
    public DateTimeOffset CreatedAt { get; private init; }

    /// <summary>Rises with every change that others hear of.</summary>
    public long Version { get; private set; }

    /// <summary>Name, unit and the unit's other spellings, for a search with diacritics.</summary>
    [NotAudited("made of what is audited")]
    public string SearchText { get; private set; } = "";

    /// <summary>The same without.</summary>
    [NotAudited("made of what is audited")]
    public string SearchPlain { get; private set; } = "";

    /// <summary>
    /// What lists are sorted by. Each ends with the id: no two points share one, so that a page begins where the last one ended. They
    /// hold no diacritics and are compared byte by byte: the same order whatever the database's language is.
    /// </summary>
    [NotAudited("made of what is audited")]
    public string NameKey { get; private set; } = "";

    [NotAudited("made of what is audited")]
    public string UnitKey { get; private set; } = "";

    [NotAudited("made of what is audited")]
    public string StateKey { get; private set; } = "";

    public static Point Plan(string name, IReadOnlyList<UnitSince> places, DateTimeOffset now, StateChanger by)
    {
        var point = new Point
        {
            Id = Guid.CreateVersion7(now),
            CreatedAt = now,
            Version = 1,
            Name = name,
            Unit = places[0].Unit,
        };
        point.Join(places);
        point.Note(null, now, by);
        return point;
    }

    public void Cite(LegalAct? act) => (Act, ActId) = (act, act?.Id);

    public void Rename(string name)
    {
        Name = name;
        Index();
    }

    /// <summary>Belongs to these units, one after the other, from the first day on. Needs the memberships loaded.</summary>
    public void Join(IReadOnlyList<UnitSince> places)
    {
        var first = places[0].Day;
        if (Memberships.SingleOrDefault(m => m.Holds(first)) is { } now && now.ValidFrom < first)
        {
            now.ValidTo = first;
        }
        Memberships.RemoveAll(m => m.ValidFrom >= first && places.All(p => p.Day != m.ValidFrom));
        for (var i = 0; i < places.Count; i++)
        {
            var (unit, day) = places[i];
            var membership = Memberships.SingleOrDefault(m => m.ValidFrom == day);
            if (membership is null)
            {
                membership = new() { ValidFrom = day, Unit = unit };
                Memberships.Add(membership);
            }
            membership.Unit = unit;
            membership.ValidTo = i + 1 < places.Count ? places[i + 1].Day : null;
        }
        Occupy(places[0].Unit);
    }

    /// <summary>The unit that it belongs to today.</summary>
    public void Occupy(Unit unit)
    {
        (Unit, UnitCode, UnitValidFrom) = (unit, unit.Code, unit.ValidFrom);
        Index();
    }

    public void Changed() => Version++;

    public void TellKey()
    {
        KeyTold = true;
        Changed();
    }

    /// <summary>Gives the point the key with which it signs; a point whose machine was replaced gets another.</summary>
    public bool Enrol(PointKey key, DateTimeOffset now)
    {
        if (State is not (PointState.Planned or PointState.Active))
        {
            return false;
        }
        (PublicKey, KeyThumbprint, EnrolledAt, KeyTold) = (key.Jwk, key.Thumbprint, now, true);
        return Move(PointState.Active, null, now, null);
    }

    public bool Suspend(string reason, DateTimeOffset now, StateChanger by) =>
        State is PointState.Active && Move(PointState.Suspended, reason, now, by);

    public bool Activate(string? reason, DateTimeOffset now, StateChanger by) =>
        State is PointState.Suspended && Move(PointState.Active, reason, now, by);

    public bool Close(string reason, DateTimeOffset now, StateChanger by) =>
        State is not PointState.Closed && Move(PointState.Closed, reason, now, by);

    /// <summary>Brings what is derived up to date.</summary>
    public void Index()
    {
        var id = Id.ToString("N");
        var unit = Units.SearchText.Plain(Unit.Name);
        var name = Units.SearchText.Plain(Name);
        SearchText = Units.SearchText.Lower($"{Name} | ") + Unit.SearchText;
        SearchPlain = Units.SearchText.Plain($"{Name} | ") + Unit.SearchPlain;
        NameKey = string.Join(KeySeparator, name, id);
        UnitKey = string.Join(KeySeparator, unit, Unit.Code, name, id);
        StateKey = string.Join(KeySeparator, (int)State, id);
    }

    private bool Move(PointState state, string? reason, DateTimeOffset now, StateChanger? by)
    {
        var changed = state != State;
        (State, StateReason) = (state, reason);
        Version++;
        if (changed)
        {
            Note(reason, now, by);
        }
        Index();
        return true;
    }

    private void Note(string? reason, DateTimeOffset at, StateChanger? by) =>
        StateChanges.Add(
            new()
            {
                Version = Version,
                State = State,
                At = at,
                Reason = reason,
                ById = by?.Id,
                ByName = by?.Name,
            }
        );

    public static void Map(EntityTypeBuilder<Point> point)
    {
        point.ToTable("points");
        point.Property(p => p.Id).ValueGeneratedNever();
        point.HasOne(p => p.Unit).WithMany().HasForeignKey(p => new { p.UnitCode, p.UnitValidFrom });
        point.Property(p => p.Languages).IsJson();
        point.Property(p => p.Feeds).IsJson();
        point.Property(p => p.Link).IsJson();
        // The points of an older database have none.
        point.Property(p => p.OpeningHours).IsJson().HasDefaultValueSql("'[]'");
        point.Property(p => p.Equipment).IsJson().HasDefaultValueSql("'[]'");
        point.Property(p => p.Tags).IsJson().HasDefaultValueSql("'[]'");
        point.HasOne(p => p.Act).WithMany().HasForeignKey(p => p.ActId).OnDelete(DeleteBehavior.Restrict);
        point.Navigation(p => p.Act).AutoInclude();
        // A replica of an older version that enrols a point beside this one does not know the column.
        point.Property(p => p.KeyTold).HasDefaultValue(false);
        point.Property(p => p.Version).IsConcurrencyToken();
        point.HasIndex(p => p.KeyThumbprint).IsUnique();
        point.HasIndex(p => p.State);
        point.HasIndex(p => p.NameKey);
        point.HasIndex(p => p.UnitKey);
        point.HasIndex(p => p.StateKey);
    }
}
