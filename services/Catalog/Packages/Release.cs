using LaiChau.Contracts.Bulletins;
using LaiChau.Distribution;
using LaiChau.Distribution.Content;
using LaiChau.ServiceDefaults.Data;
using LaiChau.ServiceDefaults.Data.Audit;
using LaiChau.ServiceDefaults.Data.People;
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

/// <summary>What is still to be done in the plane for a published release.</summary>
internal enum FollowUp
{
    None,

    /// <summary>It is listed in a former format, from before an upgrade: the publisher is to publish it anew.</summary>
    Republish,

    /// <summary>Deltas from earlier releases are to be made.</summary>
    MakeDeltas,

    /// <summary>They are made, or will never be: the publisher is to say so in the feed.</summary>
    ListDeltas,
}

internal sealed record Person(Guid Id, string Name);

/// <summary>
/// One immutable version of a package. What it holds never changes; only its state does, and every change raises
/// <see cref="Revision"/>, so that of two people who decide at once one is told.
/// </summary>
[Audited("release")]
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

    /// <summary>The number of the legal act that it follows from.</summary>
    public string? Act { get; init; }

    /// <summary>All files, bytes.</summary>
    [NotAudited("counted while it is uploaded")]
    public long Size { get; set; }
    public required Guid AuthorId { get; init; }

    [NotAudited("the id says who"), NameOf(nameof(AuthorId))]
    public required string AuthorName { get; init; }
    public Guid? ApprovedById { get; private set; }

    [NotAudited("the id says who"), NameOf(nameof(ApprovedById))]
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
    [NotAudited("it has a trail where it was written")]
    public BulletinPublished? Bulletin { get; init; }
    public Guid? BulletinId { get; init; }

    /// <summary>Author and content in one hash: the same push again finds its release. Null once the content may be pushed anew.</summary>
    [NotAudited("found by, not shown")]
    public string? Fingerprint { get; set; }

    /// <summary>Rises with every change; the version of the messages about the release.</summary>
    public long Revision { get; private set; }

    /// <summary>Digest of the manifest in the plane, lower-case hex; null until it is there in a format that is read today.</summary>
    public string? ManifestSha256 { get; private set; }

    [NotAudited("the publisher's own work")]
    public FollowUp FollowUp { get; private set; }

    /// <summary>Deltas that lead here, those from the newest first, then those that only begin a chain.</summary>
    [NotAudited("the publisher's own work")]
    public IReadOnlyList<ReleaseDelta> Deltas { get; private set; } = [];

    /// <summary>Why there are no deltas, or not all: they are made once.</summary>
    [NotAudited("the publisher's own work")]
    public string? DeltaTrouble { get; set; }

    /// <summary>Why the publisher could not do its part yet.</summary>
    [NotAudited("the publisher's own work")]
    public string? Trouble { get; private set; }

    [NotAudited("the publisher's own work")]
    public int Attempts { get; private set; }

    [NotAudited("the publisher's own work")]
    public DateTimeOffset? NextAttemptAt { get; private set; }

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

    /// <param name="manifest">Digest of its manifest.</param>
    /// <param name="hasBases">There are releases that deltas can start from.</param>
    /// <param name="now">When.</param>
    public void Publish(Sha256Digest manifest, bool hasBases, DateTimeOffset now)
    {
        PublishedAt = now;
        Enter(ReleaseState.Published);
        ManifestSha256 = manifest.ToString();
        FollowUp = hasBases ? FollowUp.MakeDeltas : FollowUp.None;
    }

    public void FinishRepublish(Sha256Digest manifest)
    {
        ManifestSha256 = manifest.ToString();
        GoOn(FollowUp.None);
    }

    public void AddDelta(ReleaseDelta delta) => Deltas = [.. Deltas, delta];

    public void FinishDeltas(IEnumerable<ReleaseDelta> carried)
    {
        Deltas = [.. Deltas, .. carried];
        GoOn(FollowUp.ListDeltas);
    }

    /// <summary>No more attempts: those that are made are listed, so that nobody waits for the rest.</summary>
    public void GiveUpDeltas(string why)
    {
        DeltaTrouble = why;
        GoOn(FollowUp.ListDeltas);
    }

    /// <summary>One of the releases that chains lead over is recalled.</summary>
    public void ListDeltasAgain() => GoOn(FollowUp.ListDeltas);

    public void FinishListing(IReadOnlyList<ReleaseDelta> listed)
    {
        Deltas = listed;
        GoOn(FollowUp.None);
    }

    /// <summary>Something is in the way of what is due; others pass for a while.</summary>
    public void Stumble(string trouble, DateTimeOffset now)
    {
        Trouble = trouble;
        Attempts++;
        NextAttemptAt = now + TimeSpan.FromSeconds(Math.Min(60, Math.Pow(2, Attempts) / 2));
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
        GoOn(FollowUp.None);
    }

    private void GoOn(FollowUp next)
    {
        FollowUp = next;
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
        release.Property(r => r.Deltas).IsJson();
        release.Property(r => r.Revision).IsConcurrencyToken();
        release.HasIndex(r => new { r.Package, r.Version }).IsUnique().HasFilter("version > 0");
        release.HasIndex(r => r.Fingerprint).IsUnique();
        release.HasIndex(r => r.State);
        release.HasIndex(r => r.FollowUp);
        release.HasIndex(r => r.BulletinId);
    }
}
