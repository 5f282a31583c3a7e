namespace LaiChau.BulletinPublishing;

/// <summary>Settings <c>Bulletins:*</c>.</summary>
internal sealed class BulletinOptions
{
    /// <summary>Largest attachment, bytes. A spoken bulletin of half an hour fits.</summary>
    public long MaxAttachmentBytes { get; set; } = 64 << 20;

    public int MaxAttachments { get; set; } = 30;
}
