using LaiChau.Distribution.Content.Containers;

namespace LaiChau.Distribution.Content.Deltas;

/// <summary>Which files the delta sees with some of their deflate streams inflated, by their number.</summary>
/// <param name="Old">Files of the base: where to inflate.</param>
/// <param name="New">New files: how to pack again, too. No other file copies from them.</param>
internal sealed record DeltaViews(IReadOnlyDictionary<int, FileView> Old, IReadOnlyDictionary<int, FileView> New)
{
    /// <summary>Lengths of the base's files as the delta sees them.</summary>
    public long[] OldLengths(ReleaseManifest from) => Lengths(from, Old);

    /// <summary>Lengths of the new files as the delta sees them.</summary>
    public long[] NewLengths(ReleaseManifest manifest) => Lengths(manifest, New);

    /// <summary>True of a new file that others may take from.</summary>
    public bool IsSource(int number, DeltaFile file) => file.Kind == DeltaFileKind.Built && !New.ContainsKey(number);

    /// <summary>The same of those that others may take from; −1 for all others.</summary>
    public IEnumerable<long> SourceLengths(ReleaseManifest manifest, IReadOnlyList<DeltaFile> files) =>
        manifest.Files.Select((file, i) => IsSource(i, files[i]) ? file.Size : -1);

    public void Write(ByteWriter output)
    {
        foreach (var (views, withRecipes) in new[] { (Old, false), (New, true) })
        {
            output.Number(views.Count);
            var expected = 0;
            foreach (var (number, view) in views.OrderBy(v => v.Key))
            {
                output.Number(number - expected);
                expected = number + 1;
                var bytes = new ByteWriter();
                view.Write(bytes, withRecipes);
                output.Block(bytes.Written);
            }
        }
    }

    /// <exception cref="ContentException">Malformed.</exception>
    public static DeltaViews Read(ref ByteReader input, ReleaseManifest from, ReleaseManifest manifest) =>
        new(Read(ref input, from, withRecipes: false), Read(ref input, manifest, withRecipes: true));

    private static Dictionary<int, FileView> Read(ref ByteReader input, ReleaseManifest manifest, bool withRecipes)
    {
        var count = input.Int(manifest.Files.Count);
        var views = new Dictionary<int, FileView>();
        var number = -1;
        for (var i = 0; i < count; i++)
        {
            number += 1 + input.Int(manifest.Files.Count);
            if (number >= manifest.Files.Count)
            {
                throw input.Malformed("sees into a file that is not there");
            }
            var bytes = new ByteReader(input.Block(), "view of a file");
            var view = FileView.Read(ref bytes, manifest.Files[number].Size);
            if (bytes.Left > 0 || (withRecipes && view.Streams.Any(s => s.Recipe is null)))
            {
                throw input.Malformed("has a view that cannot be packed again, or more than a view");
            }
            views.Add(number, view);
        }
        return views;
    }

    private static long[] Lengths(ReleaseManifest manifest, IReadOnlyDictionary<int, FileView> views) =>
        [
            .. manifest.Files.Select(
                (file, i) => views.TryGetValue(i, out var view) ? view.LengthOf(file.Size) : file.Size
            ),
        ];
}
