using LaiChau.ServiceDefaults.Data.Audit;
using LaiChau.ServiceDefaults.Data.People;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LaiChau.PointRegistry.Cases;

internal enum CaseStepKind
{
    /// <summary>The first one of each case.</summary>
    Raise,
    Accept,
    Start,
    Resolve,
    Close,
    Reopen,

    /// <summary>Another has to settle it.</summary>
    Assign,

    /// <summary>Another priority or due day.</summary>
    Plan,
    Comment,

    /// <summary>The silence for which it was raised is over.</summary>
    HeardAgain,
}

/// <summary>A step in a case's life and what the case was after it. Never changed.</summary>
[Audited("case-step")]
internal sealed class CaseStep
{
    public required Guid Id { get; init; }
    public Guid CaseId { get; init; }
    public required CaseStepKind Kind { get; init; }
    public required CaseState State { get; init; }
    public required CaseAssignee Assignee { get; init; }
    public required CasePriority Priority { get; init; }
    public DateOnly? DueOn { get; init; }
    public string? Comment { get; init; }
    public required DateTimeOffset At { get; init; }

    /// <summary>No account: the platform noted it by itself.</summary>
    public Guid? ById { get; init; }

    [Personal, NameOf(nameof(ById))]
    public string? ByName { get; init; }

    public static void Map(EntityTypeBuilder<CaseStep> step)
    {
        step.ToTable("case_steps");
        step.Property(s => s.Id).ValueGeneratedNever();
        step.HasOne<Case>().WithMany(c => c.Steps).HasForeignKey(s => s.CaseId).OnDelete(DeleteBehavior.Restrict);
    }
}
