using LaiChau.ServiceDefaults.Data;
using LaiChau.ServiceDefaults.Data.Audit;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LaiChau.BulletinPublishing.Bulletins;

internal enum BulletinState
{
    Draft,
    Submitted,

    /// <summary>Approved, and on its way to the feed.</summary>
    Approved,

    /// <summary>In the feed: points pull it.</summary>
    Published,
    Withdrawn,
}

internal enum BulletinLevel
{
    Local,
    National,
}

/// <summary>Circular 39/2020/TT-BTTTT: thông thường, ưu tiên, khẩn cấp.</summary>
internal enum BulletinPriority
{
    Normal,
    Priority,
    Urgent,
}

/// <summary>One language of a bulletin; lead and body are separate and neither repeats the other. The body is Markdown.</summary>
internal sealed record LanguageText(string Language, string Title, string Lead, string Body);

/// <summary>An account as it was called when it acted.</summary>
internal sealed record Person(Guid Id, string Name);

/// <summary>Where the release that carries the bulletin stands, as Catalog says.</summary>
internal sealed record BulletinRelease(Guid Id, string State, DateTimeOffset? PublishedAt, DateTimeOffset? RecalledAt);

/// <summary>
/// A bulletin and the way it goes: draft → submitted → approved → published → withdrawn, and back to draft when the reviewer returns it.
/// What is approved is what was submitted: only a draft can be changed.
/// </summary>
[Audited("bulletin")]
internal sealed class Bulletin
{
    public required Guid Id { get; init; }
    public required string Slug { get; set; }
    public BulletinState State { get; private set; } = BulletinState.Draft;

    /// <summary>Rises with each submission.</summary>
    public int Revision { get; private set; }

    /// <summary>Rises with every change: the order of this bulletin's messages, and the guard against two writers.</summary>
    public long Version { get; private set; } = 1;
    public required string Category { get; set; }
    public required BulletinLevel Level { get; set; }
    public required BulletinPriority Priority { get; set; }
    public required string Author { get; set; }
    public required string Office { get; set; }
    public required string Feed { get; set; }
    public required List<LanguageText> Texts { get; set; }
    public List<Attachment> Attachments { get; private set; } = [];
    public DateTimeOffset? ValidFrom { get; set; }
    public DateTimeOffset? ValidUntil { get; set; }

    [Personal]
    public required Person CreatedBy { get; init; }

    [Personal]
    public Person? ApprovedBy { get; private set; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? ApprovedAt { get; private set; }
    public string? ReturnReason { get; private set; }
    public string? WithdrawReason { get; private set; }

    [NotAudited("Catalog's word")]
    public BulletinRelease? Release { get; private set; }

    public bool CanChange => State == BulletinState.Draft;

    public bool Submit()
    {
        if (State != BulletinState.Draft)
        {
            return false;
        }
        (State, ReturnReason) = (BulletinState.Submitted, null);
        Revision++;
        Touch();
        return true;
    }

    public bool Return(string reason)
    {
        if (State != BulletinState.Submitted)
        {
            return false;
        }
        (State, ReturnReason) = (BulletinState.Draft, reason);
        Touch();
        return true;
    }

    public bool Approve(Person reviewer, DateTimeOffset at)
    {
        if (State != BulletinState.Submitted)
        {
            return false;
        }
        (State, ApprovedBy, ApprovedAt) = (BulletinState.Approved, reviewer, at);
        Touch();
        return true;
    }

    public bool Withdraw(string reason)
    {
        if (State is not (BulletinState.Approved or BulletinState.Published))
        {
            return false;
        }
        (State, WithdrawReason) = (BulletinState.Withdrawn, reason);
        Touch();
        return true;
    }

    public void ReleaseIsOut(Guid releaseId, DateTimeOffset at)
    {
        Release = new BulletinRelease(releaseId, "published", at, null);
        if (State == BulletinState.Approved)
        {
            State = BulletinState.Published;
        }
        Touch();
    }

    /// <summary>The release was recalled, by withdrawing the bulletin or past it, in Catalog: either way it is off the screens.</summary>
    public void ReleaseIsRecalled(Guid releaseId, DateTimeOffset published, DateTimeOffset at, string reason)
    {
        Release = new BulletinRelease(releaseId, "recalled", published, at);
        (State, WithdrawReason) = (BulletinState.Withdrawn, WithdrawReason ?? reason);
        Touch();
    }

    public void Touch() => Version++;

    public static void Map(EntityTypeBuilder<Bulletin> bulletin)
    {
        bulletin.ToTable("bulletin");
        bulletin.Property(b => b.Id).ValueGeneratedNever();
        bulletin.HasIndex(b => b.Slug).IsUnique();
        bulletin.HasIndex(b => new { b.State, b.Id });
        bulletin.Property(b => b.Version).IsConcurrencyToken();
        bulletin.Property(b => b.Texts).IsJson();
        bulletin.Property(b => b.CreatedBy).IsJson();
        bulletin.Property(b => b.ApprovedBy).IsJson();
        bulletin.Property(b => b.Release).IsJson();
        bulletin.HasMany(b => b.Attachments).WithOne().HasForeignKey(a => a.BulletinId);
    }
}

/// <summary>A file that goes with a bulletin, in the media bucket under its own hash.</summary>
[Audited("attachment")]
internal sealed class Attachment
{
    public required Guid Id { get; init; }
    public required Guid BulletinId { get; init; }
    public required string Name { get; init; }
    public required string MediaType { get; init; }
    public string? Language { get; init; }
    public string? Caption { get; init; }
    public required long Size { get; init; }
    public required string Sha256 { get; init; }
    public required string ObjectKey { get; init; }

    public static void Map(EntityTypeBuilder<Attachment> attachment)
    {
        attachment.ToTable("attachment");
        attachment.Property(a => a.Id).ValueGeneratedNever();
        attachment.HasIndex(a => new { a.BulletinId, a.Name }).IsUnique();
    }
}
