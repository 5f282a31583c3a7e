using LaiChau.PointRegistry.Points;
using LaiChau.PointRegistry.Units;
using LaiChau.ServiceDefaults.Data.Audit;
using LaiChau.ServiceDefaults.Data.People;
using LaiChau.ServiceDefaults.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LaiChau.PointRegistry.Cases;

internal enum CaseKind
{
    /// <summary>Something to be done.</summary>
    Task,

    /// <summary>Something is broken or went wrong.</summary>
    Incident,

    /// <summary>A matter that several have to settle between them.</summary>
    Case,
}

internal enum CasePriority
{
    Low,
    Normal,
    High,
    Urgent,
}

internal enum CaseState
{
    Open,
    Reopened,
    Accepted,
    InProgress,
    Resolved,
    Closed,
}

/// <summary>Who has to settle it.</summary>
internal enum CaseAssignee
{
    /// <summary>Whoever runs the point.</summary>
    Officer,

    /// <summary>The village's community digital team; the point or the commune takes the steps for it.</summary>
    Team,
    Commune,
    Department,
}

/// <summary>A task, an incident or a case: of a point, or of a commune. What happened to it is in its steps, which are only added to.</summary>
[Audited("case")]
internal sealed class Case : IFollowsUnit
{
    public static readonly IReadOnlyList<CaseState> Settled = [CaseState.Resolved, CaseState.Closed];

    private const char KeySeparator = '\u001f';

    /// <summary>From where a step leads to where. Steps that are not here leave the state alone.</summary>
    private static readonly Dictionary<CaseStepKind, (CaseState[] From, CaseState To)> Ways = new()
    {
        [CaseStepKind.Accept] = ([CaseState.Open, CaseState.Reopened], CaseState.Accepted),
        [CaseStepKind.Start] = ([CaseState.Accepted], CaseState.InProgress),
        [CaseStepKind.Resolve] = ([CaseState.InProgress], CaseState.Resolved),
        [CaseStepKind.Close] = ([CaseState.Resolved], CaseState.Closed),
        [CaseStepKind.Reopen] = ([CaseState.Resolved, CaseState.Closed], CaseState.Reopened),
        [CaseStepKind.Assign] = (
            [CaseState.Open, CaseState.Reopened, CaseState.Accepted, CaseState.InProgress],
            CaseState.Open
        ),
    };

    public required Guid Id { get; init; }
    public required CaseKind Kind { get; init; }
    public required string Title { get; init; }
    public string? Description { get; init; }

    public Guid? PointId { get; private init; }
    public Point? Point { get; init; }

    /// <summary>The commune of what has no point; as of today.</summary>
    public string? UnitCode { get; set; }
    public DateOnly? UnitValidFrom { get; set; }
    public Unit? Unit { get; init; }

    /// <summary>The point's thing that it is about, as the point's equipment names it.</summary>
    public string? Equipment { get; init; }
    public CasePriority Priority { get; private set; }

    /// <summary>The last day on which it is in time.</summary>
    public DateOnly? DueOn { get; private set; }
    public CaseState State { get; private set; }
    public CaseAssignee Assignee { get; private set; }

    /// <summary>No account: the platform raised it by itself.</summary>
    public Guid? RaisedById { get; init; }

    [Personal, NameOf(nameof(RaisedById))]
    public string? RaisedByName { get; init; }
    public required DateTimeOffset RaisedAt { get; init; }

    /// <summary>The last contact before the silence for which it was raised.</summary>
    public DateTimeOffset? SilentSince { get; init; }
    public List<CaseStep> Steps { get; } = [];
    public long Version { get; private set; }

    [NotAudited("made of what is audited")]
    public string SearchText { get; private set; } = "";

    [NotAudited("made of what is audited")]
    public string SearchPlain { get; private set; } = "";

    /// <summary>What lists are sorted by; each ends with the id, as a point's do.</summary>
    [NotAudited("made of what is audited")]
    public string DueKey { get; private set; } = "";

    [NotAudited("made of what is audited")]
    public string PriorityKey { get; private set; } = "";

    [NotAudited("made of what is audited")]
    public string StateKey { get; private set; } = "";

    /// <summary>Where it is today; null when its commune ended and nothing came after.</summary>
    public Unit? Place => Point is null ? Unit : Point.Unit;

    public void Raise(CasePriority priority, DateOnly? dueOn, CaseAssignee assignee, StateChanger? by)
    {
        (Priority, DueOn, Assignee) = (priority, dueOn, assignee);
        SearchText = Units.SearchText.Lower($"{Title} | {Equipment} | {Description}");
        SearchPlain = Units.SearchText.Plain(SearchText);
        Note(CaseStepKind.Raise, null, RaisedAt, by);
    }

    /// <summary>How far a caller's power over it reaches: the office whose steps he may take.</summary>
    public CaseAssignee OfficeOf(Place place) =>
        place.IsProvince ? CaseAssignee.Department
        : Place is { } unit && place.Units.Contains(unit.Code) ? CaseAssignee.Commune
        : CaseAssignee.Team;

    /// <summary>Takes the step; false where its state does not allow it.</summary>
    public bool Take(CaseStepRequest step, DateTimeOffset now, StateChanger by)
    {
        if (Ways.TryGetValue(step.Step, out var way))
        {
            if (!way.From.Contains(State))
            {
                return false;
            }
            // Whoever it goes to has not accepted it yet; that it had been settled once stays to be seen.
            State = step.Step is CaseStepKind.Assign && State is CaseState.Reopened ? State : way.To;
        }
        Assignee = step.Assignee ?? Assignee;
        Priority = step.Priority ?? Priority;
        DueOn = step.DueOn ?? DueOn;
        Note(step.Step, step.Comment?.Trim() is { Length: > 0 } comment ? comment : null, now, by);
        return true;
    }

    private void Note(CaseStepKind kind, string? comment, DateTimeOffset at, StateChanger? by)
    {
        Version++;
        Steps.Add(
            new()
            {
                Id = Guid.CreateVersion7(at),
                Kind = kind,
                State = State,
                Assignee = Assignee,
                Priority = Priority,
                DueOn = DueOn,
                Comment = comment,
                At = at,
                ById = by?.Id,
                ByName = by?.Name,
            }
        );
        var id = Id.ToString("N");
        var due = DueOn is { } day ? $"{day:yyyyMMdd}" : "9";
        DueKey = string.Join(KeySeparator, due, id);
        PriorityKey = string.Join(KeySeparator, CasePriority.Urgent - Priority, due, id);
        StateKey = string.Join(KeySeparator, (int)State, due, id);
    }

    public static void Map(EntityTypeBuilder<Case> cases)
    {
        cases.ToTable("cases");
        cases.Property(c => c.Id).ValueGeneratedNever();
        cases.HasOne(c => c.Point).WithMany().HasForeignKey(c => c.PointId).OnDelete(DeleteBehavior.Restrict);
        cases
            .HasOne(c => c.Unit)
            .WithMany()
            .HasForeignKey(c => new { c.UnitCode, c.UnitValidFrom })
            .OnDelete(DeleteBehavior.Restrict);
        cases.Property(c => c.Version).IsConcurrencyToken();
        // One for each silence.
        cases.HasIndex(c => new { c.PointId, c.SilentSince }).IsUnique();
        cases.HasIndex(c => c.DueKey);
        cases.HasIndex(c => c.PriorityKey);
        cases.HasIndex(c => c.StateKey);
        cases.Ignore(c => c.Place);
    }
}
