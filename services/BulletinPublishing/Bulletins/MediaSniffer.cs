namespace LaiChau.BulletinPublishing.Bulletins;

/// <summary>Tells what a file is by its first bytes: a name or a header can say anything.</summary>
internal static class MediaSniffer
{
    public static async Task<string?> Recognise(Stream file, CancellationToken ct)
    {
        var head = new byte[12];
        var length = await file.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, ct);
        return Recognise(head.AsSpan(0, length));
    }

    private static string? Recognise(ReadOnlySpan<byte> head) =>
        head switch
        {
            _ when head.StartsWith("%PDF-"u8) => "application/pdf",
            _ when head.StartsWith("OggS"u8) => "audio/ogg",
            _ when head.StartsWith("ID3"u8) => "audio/mpeg",
            [0xFF, >= 0xE2 and not 0xFF, ..] => "audio/mpeg",
            _ when head.StartsWith("RIFF"u8) && head[8..].StartsWith("WAVE"u8) => "audio/wav",
            _ when head.StartsWith("RIFF"u8) && head[8..].StartsWith("WEBP"u8) => "image/webp",
            _ when head.Length >= 12 && head[4..].StartsWith("ftypM4A"u8) => "audio/mp4",
            [0x89, (byte)'P', (byte)'N', (byte)'G', ..] => "image/png",
            [0xFF, 0xD8, 0xFF, ..] => "image/jpeg",
            _ when head.StartsWith("GIF8"u8) => "image/gif",
            _ => null,
        };
}
