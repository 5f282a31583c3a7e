using System.Text;
using LaiChau.Distribution.Content;
using ZstdSharp;

namespace LaiChau.Distribution.Trust;

/// <summary>
/// What changed from one snapshot to another (0003). Unsigned: whatever comes out is verified like a file that was fetched, so the
/// worst that news can do is to be of no use.
/// </summary>
internal sealed class News
{
    /// <summary>How many snapshots back a reader may be to be offered news.</summary>
    public const int MaxSteps = 8;

    /// <summary>Bytes of the whole file; and of all that it unpacks to.</summary>
    public const int MaxLength = 1024 * 1024;
    public const int MaxRawLength = 4 * 1024 * 1024;

    private const string What = "news file";
    private const int MaxNameLength = 1024;

    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    /// <exception cref="DistributionException">Too long, malformed, of an unknown format.</exception>
    public News(byte[] bytes)
    {
        if (bytes.Length > MaxLength)
        {
            throw new TufException(TufFault.TooLong, "news", $"more than {MaxLength} bytes");
        }
        var reader = new ByteReader(bytes, What);
        reader.Magic(Magic);
        var entries = new List<(string Name, Entry Entry)>();
        var left = MaxRawLength;
        for (var count = reader.Count(); count > 0; count--)
        {
            var name = Encoding.UTF8.GetString(reader.Raw(reader.Int(MaxNameLength)));
            var (before, now) = (reader.Number(), reader.Number());
            var rawLength = reader.Int(left);
            left -= rawLength;
            entries.Add((name, new(before, now, rawLength, reader.Int(bytes.Length))));
        }
        foreach (var (name, entry) in entries)
        {
            if (!_entries.TryAdd(name, entry with { Frame = reader.Raw(entry.Length).ToArray() }))
            {
                throw reader.Malformed($"has two entries for {name}");
            }
        }
        reader.End();
    }

    private static ReadOnlySpan<byte> Magic => "LCPN\u0001"u8;

    /// <summary>The version that an entry leans on, 0 for none; null when there is no entry for this version of the file.</summary>
    public long? BaseOf(string name, long version) =>
        _entries.TryGetValue(name, out var entry) && entry.Now == version ? entry.Before : null;

    /// <summary>Unpacks an entry.</summary>
    /// <exception cref="ContentException"><see cref="ContentException.BadFrame"/>.</exception>
    public byte[] Unpack(string name, ReadOnlySpan<byte> before)
    {
        var entry = _entries[name];
        var raw = new byte[entry.RawLength];
        try
        {
            ZstdPrefix.Decompress(entry.Frame, entry.Before == 0 ? [] : before, raw);
        }
        catch (ZstdException e)
        {
            throw new ContentException(ContentException.BadFrame, $"The news of {name} do not unpack: {e.Message}", e);
        }
        return raw;
    }

    /// <param name="Before">Version that the frame leans on; 0 for none. Of a recall list: the version of the feed that listed it.</param>
    /// <param name="Now">Version that comes out; of a recall list likewise.</param>
    /// <param name="RawLength">Bytes that come out.</param>
    /// <param name="Length">Bytes of the frame.</param>
    private sealed record Entry(long Before, long Now, int RawLength, int Length)
    {
        public byte[] Frame { get; init; } = [];
    }

    /// <returns>Null when there is more than readers take.</returns>
    public static byte[]? Write(IReadOnlyList<NewsEntry> entries)
    {
        if (entries.Sum(e => (long)e.Content.Length) > MaxRawLength)
        {
            return null;
        }
        var frames = entries
            .Select(e => ZstdPrefix.Compress(e.Content.Span, e.Before.Span, ZstdPrefix.Strongest))
            .ToList();
        var writer = new ByteWriter();
        writer.Raw(Magic);
        writer.Number(entries.Count);
        foreach (var (entry, frame) in entries.Zip(frames))
        {
            writer.Block(Encoding.UTF8.GetBytes(entry.Name));
            writer.Number(entry.VersionBefore);
            writer.Number(entry.Version);
            writer.Number(entry.Content.Length);
            writer.Number(frame.Length);
        }
        frames.ForEach(f => writer.Raw(f));
        return writer.Length <= MaxLength ? writer.Written.ToArray() : null;
    }
}

/// <summary>A file that changed, with the one before (empty, and version 0: there was none).</summary>
internal sealed record NewsEntry(
    string Name,
    long VersionBefore,
    long Version,
    ReadOnlyMemory<byte> Before,
    ReadOnlyMemory<byte> Content
);
