using LaiChau.Contracts.Bulletins;
using LaiChau.Distribution.Content;
using LaiChau.ServiceDefaults.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LaiChau.Catalog.Packages;

internal enum ReleaseState
{
    /// <summary>Declared by a push, not all of its blocks are here yet; no number, in no list.</summary>
    Uploading,
    AwaitingApproval,
    Rejected,

    /// <summary>Approved; the publisher is to put it into the distribution plane.</summary>
    Publishing,
    Published,
    Superseded,

    /// <summary>Ordered back; the publisher is to sign the recall.</summary>
    Recalling,
    Recalled,
}

internal sealed record Person(Guid Id, string Name);

/// <summary>
/// One immutable version of a package. What it holds never changes; only its state does, and every change raises
/// <see cref="Revision"/>, so that of two people who decide at once one is told.
/// </summary>
internal sealed class Release
{
    public required Guid Id { get; init; }
    public required string Package { get; init; }

    /// <summary>Number within the package, from 1; 0 while uploading.</summary>
    public int Version { get; private set; }
    public required string Feed { get; init; }
    public required ReleaseKind Kind { get; init; }
    public ReleaseState State { get; private set; }
    public required IReadOnlyDictionary<string, string> Title { get; init; }
    public required IReadOnlyDictionary<string, string> Summary { get; init; }
    public required string Category { get; init; }
    public required ReleasePriority Priority { get; init; }
    public required IReadOnlyList<string> Languages { get; init; }
    public DateTimeOffset? ValidFrom { get; init; }
    public DateTimeOffset? ValidUntil { get; init; }

    /// <summary>All files, bytes.</summary>
    public long Size { get; set; }
    public required Guid AuthorId { get; init; }
    public required string AuthorName { get; init; }
    public Guid? ApprovedById { get; private set; }
    public string? ApprovedByName { get; private set; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? ApprovedAt { get; private set; }
    public DateTimeOffset? PublishedAt { get; private set; }
    public DateTimeOffset? RecalledAt { get; private set; }
    public string? RecallReason { get; private set; }

    /// <summary>What points tell people in place of the release, by language.</summary>
    public IReadOnlyDictionary<string, string> RecallMessage { get; private set; } = new Dictionary<string, string>();
    public string? RejectReason { get; private set; }

    /// <summary>The message that a bulletin's files are made from.</summary>
    public BulletinPublished? Bulletin { get; init; }
    public Guid? BulletinId { get; init; }

    /// <summary>Author and content in one hash: the same push again finds its release. Null once the content may be pushed anew.</summary>
    public string? Fingerprint { get; set; }

    /// <summary>Rises with every change; the version of the messages about the release.</summary>
    public long Revision { get; private set; }

    /// <summary>Why the publisher could not do its part yet.</summary>
    public string? Trouble { get; set; }
    public int Attempts { get; set; }
    public DateTimeOffset? NextAttemptAt { get; set; }

    /// <summary>A list and not an empty array: EF Core adds to it when it fixes up the navigation.</summary>
    public IReadOnlyList<ReleaseFile> Files { get; init; } = new List<ReleaseFile>();

    public bool MayBeRecalled => State is ReleaseState.Publishing or ReleaseState.Published or ReleaseState.Superseded;

    /// <summary>True when nothing of the release is or will be shown, so that the same content may be pushed as a new one.</summary>
    public bool IsOver =>
        State is ReleaseState.Rejected or ReleaseState.Superseded or ReleaseState.Recalling or ReleaseState.Recalled;

    public void Complete(int version)
    {
        Version = version;
        Enter(ReleaseState.AwaitingApproval);
    }

    /// <summary>A bulletin was approved where it was written.</summary>
    public void CompleteApproved(int version, Person approver, DateTimeOffset approvedAt)
    {
        Version = version;
        Approve(approver, approvedAt);
    }

    public void Approve(Person approver, DateTimeOffset now)
    {
        (ApprovedById, ApprovedByName, ApprovedAt) = (approver.Id, approver.Name, now);
        Enter(ReleaseState.Publishing);
    }

    public void Reject(string reason)
    {
        RejectReason = reason;
        Enter(ReleaseState.Rejected);
    }

    public void Publish(DateTimeOffset now)
    {
        PublishedAt = now;
        Enter(ReleaseState.Published);
    }

    public void Supersede() => Enter(ReleaseState.Superseded);

    public void Recall(string reason, IReadOnlyDictionary<string, string> message, DateTimeOffset now)
    {
        (RecallReason, RecallMessage, RecalledAt) = (reason, message, now);
        Enter(ReleaseState.Recalling);
    }

    public void FinishRecall() => Enter(ReleaseState.Recalled);

    private void Enter(ReleaseState state)
    {
        State = state;
        Revision++;
        (Trouble, Attempts, NextAttemptAt) = (null, 0, null);
    }

    public static void Map(EntityTypeBuilder<Release> release)
    {
        release.ToTable("releases");
        release.Property(r => r.Id).ValueGeneratedNever();
        release.Property(r => r.Title).IsJson();
        release.Property(r => r.Summary).IsJson();
        release.Property(r => r.Languages).IsJson();
        release.Property(r => r.RecallMessage).IsJson();
        release.Property(r => r.Bulletin).IsJson();
        release.Property(r => r.Revision).IsConcurrencyToken();
        release.HasIndex(r => new { r.Package, r.Version }).IsUnique().HasFilter("version > 0");
        release.HasIndex(r => r.Fingerprint).IsUnique();
        release.HasIndex(r => r.State);
        release.HasIndex(r => r.BulletinId);
    }
}
