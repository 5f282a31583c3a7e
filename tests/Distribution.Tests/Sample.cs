using System.Text;
using LaiChau.Distribution.Content;

namespace LaiChau.Distribution.Tests;

/// <summary>A built release with all its bytes at hand, and content made from a seed.</summary>
internal sealed record Sample(
    ReleaseManifest Manifest,
    byte[] Head,
    byte[] Pack,
    IReadOnlyDictionary<string, byte[]> Files
)
{
    public PackIndex Index => PackIndex.Parse(Head, Manifest);

    public static ReleaseDescription Description(
        string package = "nong-nghiep/che-shan",
        int version = 1,
        int id = 1
    ) =>
        new()
        {
            ReleaseId = new Guid($"01900000-0000-7000-8000-{id:x12}"),
            Package = package,
            Version = version,
            Title = new Dictionary<string, string> { ["vi"] = "Trồng chè Shan (mẫu)", ["hmn-Latn-x-vn"] = "Mẫu" },
            Summary = new Dictionary<string, string> { ["vi"] = "Mẫu" },
            Category = "local-economy",
            Languages = ["vi", "hmn-Latn-x-vn"],
        };

    public static async Task<Sample> Build(params (string Path, byte[] Content)[] files) =>
        await Build(Description(), files);

    public static async Task<Sample> Build(ReleaseDescription release, params (string Path, byte[] Content)[] files)
    {
        using var frames = new MemoryStream();
        var built = await ReleaseBuilder.Build(
            release,
            [
                .. files.Select(f => new SourceFile(
                    f.Path,
                    "application/octet-stream",
                    _ => Task.FromResult<Stream>(new MemoryStream(f.Content))
                )),
            ],
            () => new MemoryStream(),
            frames
        );
        return new(
            built.Manifest,
            built.PackHead.ToArray(),
            [.. built.PackHead.Span, .. frames.ToArray()],
            files.ToDictionary(f => f.Path.Normalize(), f => f.Content)
        );
    }

    /// <summary>What to fetch for the wanted files (all of them, by default) where so much is held.</summary>
    public FetchPlan Plan(
        Func<ChunkId, bool> isHeld,
        Func<ManifestFile, bool>? isWanted = null,
        long maxGap = FetchPlan.DefaultGap
    ) =>
        FetchPlan.Of(
            Index,
            Manifest.Files.Where(isWanted ?? (_ => true)).SelectMany(Index.ChunksOf).Where(c => !isHeld(c.Id)),
            maxGap
        );

    /// <summary>One file through plan, ranges, frames and assembly.</summary>
    public async Task<byte[]> Read(ManifestFile file)
    {
        var held = new Dictionary<ChunkId, byte[]>();
        foreach (var range in Plan(_ => false, f => f.Path == file.Path).Ranges)
        {
            await foreach (var chunk in PackReader.Read(Index, range, Open(range.Range)))
            {
                held[chunk.Id] = chunk.Content.ToArray();
            }
        }
        using var output = new MemoryStream();
        await PackReader.Assemble(
            file,
            Index,
            (c, _) => ValueTask.FromResult<ReadOnlyMemory<byte>>(held[c.Id]),
            output
        );
        return output.ToArray();
    }

    /// <summary>The frames alone.</summary>
    public int FramesLength => Pack.Length - Head.Length;

    public Stream Open(ByteRange range) => new MemoryStream(Pack, (int)range.Offset, (int)range.Length);

    public static byte[] Noise(int seed, int length)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    public static byte[] Text(int seed, int length)
    {
        var random = new Random(seed);
        string[] words =
        [
            "chè",
            "Shan",
            "tuyết",
            "nương",
            "bản",
            "mùa",
            "hái",
            "búp",
            "xã",
            "Lai",
            "Châu",
            "khuyến",
            "nông",
        ];
        var text = new StringBuilder();
        while (text.Length < length)
        {
            text.Append(words[random.Next(words.Length)]).Append(random.Next(8) == 0 ? ".\n" : " ");
        }
        return Encoding.UTF8.GetBytes(text.ToString())[..length];
    }
}
