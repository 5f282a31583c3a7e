using System.IO.Compression;
using System.Security.Cryptography;
using Microsoft.Extensions.Primitives;

namespace LaiChau.Gateway.Content;

/// <summary>A file of the plane in memory, as it is and, for JSON, as clients that say so may have it compressed: once, when first asked for.</summary>
internal sealed class SmallFile
{
    /// <summary>The strongest brotli takes seconds a megabyte: for what is small and travels most.</summary>
    private const int MostForStrongest = 64 << 10;

    private readonly Lazy<Representation> brotli;
    private readonly Lazy<Representation> gzip;

    public SmallFile(PlanePath path, byte[] bytes)
    {
        Path = path;
        Bytes = bytes;
        var hash = path.Hash is { } named ? Convert.FromHexString(named) : SHA256.HashData(bytes);
        var tag = PlanePath.Tag(hash);
        Plain = new Representation(bytes, $"\"{tag}\"", default);
        var level = bytes.Length <= MostForStrongest ? CompressionLevel.SmallestSize : CompressionLevel.Optimal;
        brotli = new(() => Compressed(to => new BrotliStream(to, level), $"\"{tag}-br\"", "br"));
        gzip = new(() => Compressed(to => new GZipStream(to, CompressionLevel.SmallestSize), $"\"{tag}-gz\"", "gzip"));
    }

    public PlanePath Path { get; }

    public byte[] Bytes { get; }

    public Representation Plain { get; }

    public bool IsWhatItsNameSays => Path.Hash == Convert.ToHexStringLower(SHA256.HashData(Bytes));

    public Representation For(ContentCoding coding) =>
        !Path.IsJson ? Plain
        : coding.HasFlag(ContentCoding.Brotli) ? brotli.Value
        : coding.HasFlag(ContentCoding.Gzip) ? gzip.Value
        : Plain;

    private Representation Compressed(Func<Stream, Stream> coder, string tag, string name)
    {
        using var small = new MemoryStream();
        using (var stream = coder(small))
        {
            stream.Write(Bytes);
        }
        var bytes = small.ToArray();
        // What does not shrink is sent as it is.
        return bytes.Length < Bytes.Length ? new Representation(bytes, tag, name) : Plain;
    }
}

/// <param name="Tag">With its quotes; another one for each coding.</param>
/// <param name="Coding">For Content-Encoding; empty: as it is.</param>
internal sealed record Representation(byte[] Bytes, string Tag, StringValues Coding);

[Flags]
internal enum ContentCoding
{
    None = 0,
    Gzip = 1,
    Brotli = 2,
}
