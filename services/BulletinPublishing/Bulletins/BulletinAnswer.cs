namespace LaiChau.BulletinPublishing.Bulletins;

/// <summary>A bulletin as the API shows it.</summary>
internal sealed record BulletinAnswer(
    Guid Id,
    string Slug,
    BulletinState State,
    int Revision,
    string Category,
    BulletinLevel Level,
    BulletinPriority Priority,
    string Author,
    string Office,
    string Feed,
    IReadOnlyList<LanguageText> Texts,
    IReadOnlyList<AttachmentAnswer> Attachments,
    DateTimeOffset? ValidFrom,
    DateTimeOffset? ValidUntil,
    Person CreatedBy,
    Person? ApprovedBy,
    DateTimeOffset CreatedAt,
    DateTimeOffset? ApprovedAt,
    string? ReturnReason,
    string? WithdrawReason,
    BulletinRelease? Release
)
{
    public static BulletinAnswer Of(Bulletin b) =>
        new(
            b.Id,
            b.Slug,
            b.State,
            b.Revision,
            b.Category,
            b.Level,
            b.Priority,
            b.Author,
            b.Office,
            b.Feed,
            b.Texts,
            [.. b.Attachments.OrderBy(a => a.Id).Select(AttachmentAnswer.Of)],
            b.ValidFrom,
            b.ValidUntil,
            b.CreatedBy,
            b.ApprovedBy,
            b.CreatedAt,
            b.ApprovedAt,
            b.ReturnReason,
            b.WithdrawReason,
            b.Release
        );
}

internal sealed record AttachmentAnswer(
    Guid Id,
    string Name,
    string MediaType,
    string? Language,
    string? Caption,
    long Size,
    string Sha256
)
{
    public static AttachmentAnswer Of(Attachment a) =>
        new(a.Id, a.Name, a.MediaType, a.Language, a.Caption, a.Size, a.Sha256);
}
