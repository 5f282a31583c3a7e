using System.Buffers;
using System.IO.Compression;

namespace LaiChau.Distribution.Content.Containers;

/// <summary>A stream that a view opens.</summary>
/// <param name="Packed">Where it lies.</param>
/// <param name="Recipe">How it is packed again; null where nobody has to (a view of what a point holds already).</param>
internal readonly record struct OpenedStream(PackedStream Packed, DeflateRecipe? Recipe);

/// <summary>
/// A file with some of its deflate streams inflated: what lies between them stays as it is. A delta is computed between views, for
/// there an edit of a word costs a word. Streams are ascending and apart from each other.
/// </summary>
/// <remarks>
/// Written as varints: the number of streams, twice, plus one when recipes follow; then of each stream the bytes since the one before,
/// its packed length and its raw length; then runs of streams with the same recipe: how many, and the three bytes of the recipe.
/// </remarks>
internal sealed record FileView(IReadOnlyList<OpenedStream> Streams)
{
    private const int CopyBufferSize = 64 * 1024;

    /// <summary>
    /// Opens those of a seekable file's streams that can be packed again, as many as a point packs again within
    /// <paramref name="maxCost"/> CPU-seconds (see <see cref="DeflateRecipe.CostOf"/>); the others stay closed.
    /// </summary>
    public static FileView Open(
        Stream file,
        IEnumerable<PackedStream> streams,
        double maxCost = double.PositiveInfinity
    )
    {
        var finder = new RecipeFinder();
        var opened = new List<OpenedStream>();
        foreach (var stream in streams)
        {
            if (
                finder.Find(file, stream) is { } recipe
                && recipe.CostOf(stream.RawLength) is var cost
                && cost <= maxCost
            )
            {
                opened.Add(new(stream, recipe));
                maxCost -= cost;
            }
        }
        return new(opened);
    }

    /// <summary>
    /// The views of an old and a new file that a delta between them is computed on. What stands packed alike in both stays closed: it is
    /// copied as it is. Where nothing of the new file is opened, nothing of the old one is.
    /// </summary>
    public static (FileView Old, FileView New) Between(
        Stream old,
        Stream @new,
        double maxCost = double.PositiveInfinity
    )
    {
        var oldStreams = ContainerScanner.Find(old).ToLookup(s => s.IdIn(old));
        var newStreams = ContainerScanner.Find(@new).ToLookup(s => s.IdIn(@new));
        var newView = Open(@new, Except(newStreams, oldStreams), maxCost);
        return (WithoutRecipes(newView.Streams.Count > 0 ? Except(oldStreams, newStreams) : []), newView);

        static IEnumerable<PackedStream> Except(
            ILookup<ChunkId, PackedStream> these,
            ILookup<ChunkId, PackedStream> those
        ) => these.Where(s => !those.Contains(s.Key)).SelectMany(s => s).OrderBy(s => s.Offset);
    }

    /// <summary>A view that can be inflated and not deflated again.</summary>
    public static FileView WithoutRecipes(IEnumerable<PackedStream> streams) =>
        new([.. streams.Select(s => new OpenedStream(s, null))]);

    /// <summary>Bytes of the view of a file of <paramref name="fileLength"/> bytes.</summary>
    public long LengthOf(long fileLength) => fileLength + Streams.Sum(s => s.Packed.RawLength - s.Packed.PackedLength);

    /// <summary>Writes the view of a seekable file. Needs no recipes.</summary>
    /// <exception cref="ContentException"><see cref="ContentException.BadFile"/>: the file does not inflate as the view says.</exception>
    public void Inflate(Stream file, Stream view)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(CopyBufferSize);
        try
        {
            long position = 0;
            foreach (var (packed, _) in Streams)
            {
                file.Position = position;
                Copy(file, view, packed.Offset - position, buffer);
                using var raw = new DeflateStream(
                    new FileRange(file, packed.Offset, packed.PackedLength),
                    CompressionMode.Decompress
                );
                Copy(raw, view, packed.RawLength, buffer);
                if (raw.Read(buffer) != 0)
                {
                    throw Damaged("a stream of the file is longer than it was");
                }
                position = packed.End;
            }
            file.Position = position;
            Copy(file, view, file.Length - position, buffer);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw Damaged("a stream of the file ends early or cannot be inflated", e);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Writes the file that a view shows, bit for bit; neither of them has to be seekable. Needs the recipes.</summary>
    /// <exception cref="ContentException"><see cref="ContentException.BadFile"/>: the view ends early, or does not pack to the lengths it says. That it packs to the right bytes is for the file's hash to say.</exception>
    public void Deflate(Stream view, Stream file)
    {
        var deflate = new ClassicDeflate();
        var buffer = ArrayPool<byte>.Shared.Rent(CopyBufferSize);
        try
        {
            long position = 0;
            foreach (var (packed, recipe) in Streams)
            {
                Copy(view, file, packed.Offset - position, buffer);
                deflate.Begin(
                    recipe ?? throw new InvalidOperationException("This view has no recipes."),
                    view,
                    packed.RawLength
                );
                long length = 0;
                while (deflate.Next(out var block))
                {
                    file.Write(block);
                    length += block.Length;
                }
                if (length != packed.PackedLength)
                {
                    throw Damaged("a stream of the view packs to another length");
                }
                position = packed.End;
            }
            for (int count; (count = view.Read(buffer)) > 0; )
            {
                file.Write(buffer, 0, count);
            }
        }
        catch (EndOfStreamException e)
        {
            throw Damaged("the view ends early", e);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Writes the view's description; with recipes when the view is to be deflated where it is read.</summary>
    public void Write(ByteWriter output, bool withRecipes)
    {
        output.Number(((long)Streams.Count << 1) | (withRecipes ? 1L : 0));
        long position = 0;
        foreach (var (packed, _) in Streams)
        {
            output.Number(packed.Offset - position);
            output.Number(packed.PackedLength);
            output.Number(packed.RawLength);
            position = packed.End;
        }
        Span<byte> bytes = stackalloc byte[DeflateRecipe.Size];
        for (var i = 0; withRecipes && i < Streams.Count; )
        {
            var recipe = Streams[i].Recipe ?? throw new InvalidOperationException("This view has no recipes.");
            var run = Streams.Skip(i).TakeWhile(s => s.Recipe == recipe).Count();
            output.Number(run);
            recipe.Write(bytes);
            output.Raw(bytes);
            i += run;
        }
    }

    /// <summary>Reads a view's description from the beginning of <paramref name="input"/>, which then begins behind it.</summary>
    /// <param name="input">What <see cref="Write"/> wrote, and whatever follows.</param>
    /// <param name="fileLength">Bytes of the file that it is a view of.</param>
    /// <exception cref="ContentException"><see cref="ContentException.Malformed"/>: a view that no publisher writes, or not of such a file.</exception>
    public static FileView Read(ref ByteReader input, long fileLength)
    {
        const int leastStreamSize = 3;
        var header = input.Number((2L * PackedStream.MaxCount) + 1);
        var count = (int)(header >> 1);
        // A count is believed only as far as the bytes that follow can hold it.
        if (count > input.Left / leastStreamSize)
        {
            throw input.Malformed("ends early");
        }
        var streams = new OpenedStream[count];
        long position = 0;
        var room = PackedStream.MaxTotalRawLength;
        foreach (ref var stream in streams.AsSpan())
        {
            var offset = position + input.Number(fileLength - position);
            var packedLength = input.Number(fileLength - offset);
            var rawLength = input.Number(
                Math.Min(Math.Min(PackedStream.MaxRawLength, room), packedLength * PackedStream.MaxRatio)
            );
            if (packedLength < PackedStream.MinPackedLength)
            {
                throw input.Malformed("opens a stream that is too short");
            }
            stream = new(new(offset, packedLength, rawLength), null);
            position = offset + packedLength;
            room -= rawLength;
        }
        for (var i = 0; (header & 1) != 0 && i < count; )
        {
            var run = (int)input.Number(count - i);
            if (run == 0)
            {
                throw input.Malformed("has an empty run of recipes");
            }
            var recipe = DeflateRecipe.Read(input.Raw(DeflateRecipe.Size));
            foreach (ref var stream in streams.AsSpan(i, run))
            {
                stream = stream with { Recipe = recipe };
            }
            i += run;
        }
        return new(streams);
    }

    private static void Copy(Stream from, Stream to, long length, byte[] buffer)
    {
        while (length > 0)
        {
            var count = from.Read(buffer, 0, (int)Math.Min(length, buffer.Length));
            if (count == 0)
            {
                throw new EndOfStreamException();
            }
            to.Write(buffer, 0, count);
            length -= count;
        }
    }

    private static ContentException Damaged(string fault, Exception? inner = null) =>
        new(ContentException.BadFile, $"A file cannot be seen as its view says: {fault}.", inner);
}
