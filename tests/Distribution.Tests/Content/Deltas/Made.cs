using LaiChau.Distribution.Content;
using LaiChau.Distribution.Content.Deltas;

namespace LaiChau.Distribution.Tests.Content.Deltas;

/// <summary>A delta between two releases, with all its bytes at hand.</summary>
internal sealed record Made(Sample From, Sample To, HeadedObject Delta, byte[] Bytes)
{
    public DeltaHead Head => DeltaHead.Parse(Bytes.AsMemory(0, Delta.HeadSize), Delta, From.Manifest);

    public static async Task<Made> Between((string, byte[])[] old, (string, byte[])[] changed) =>
        await Try(old, changed) ?? throw new InvalidOperationException("There is no delta.");

    public static async Task<Made?> Try((string, byte[])[] old, (string, byte[])[] changed)
    {
        var from = await Sample.Build(Sample.Description(), old);
        var to = await Sample.Build(Sample.Description(version: 2, id: 2), changed);
        using var frames = new MemoryStream();
        var built = await DeltaBuilder.Build(
            from.Manifest,
            to.Manifest,
            (file, _) => Task.FromResult<Stream>(new MemoryStream(from.Files[file.Path])),
            (file, _) => Task.FromResult<Stream>(new MemoryStream(to.Files[file.Path])),
            Scratch,
            frames
        );
        return built is null ? null : new(from, to, built.Delta, [.. built.Head.Span, .. frames.ToArray()]);
    }

    public Task<AppliedDelta> Apply(byte[] bytes, DeltaHead? head = null, Func<ManifestFile, bool>? isUsable = null) =>
        Apply(bytes, head ?? Head, isUsable ?? (_ => true), []);

    public async Task LeadsToTheNewRelease()
    {
        var built = new Dictionary<string, byte[]>();

        var applied = await Apply(Bytes, Head, _ => true, built);

        Assert.Empty(applied.Skipped);
        Assert.Equal(To.Manifest.ToBytes(), applied.Manifest.ToBytes());
        Assert.All(built, file => Assert.Equal(To.Files[file.Key], file.Value));
    }

    private Task<AppliedDelta> Apply(
        byte[] bytes,
        DeltaHead head,
        Func<ManifestFile, bool> isUsable,
        Dictionary<string, byte[]> built
    ) =>
        DeltaReader.Apply(
            head,
            new MemoryStream(bytes),
            isUsable,
            file =>
                built.TryGetValue(file.Path, out var taken) && Sha256Digest.Of(taken) == file.Sha256
                    ? new MemoryStream(taken)
                : isUsable(file) ? new MemoryStream(From.Files[file.Path])
                : throw new InvalidOperationException($"{file.Path} is damaged and was read."),
            async (file, write) =>
            {
                using var content = new MemoryStream();
                var hash = await write(content);
                Assert.Equal(Sha256Digest.Of(content.ToArray()), hash);
                built[file.Path] = content.ToArray();
            },
            Scratch
        );

    private static FileStream Scratch() =>
        new(
            Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()),
            FileMode.CreateNew,
            FileAccess.ReadWrite,
            FileShare.None,
            bufferSize: 0,
            FileOptions.DeleteOnClose
        );
}
