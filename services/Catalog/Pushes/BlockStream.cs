using LaiChau.Catalog.Packages;

namespace LaiChau.Catalog.Pushes;

/// <summary>A file read from its blocks, a few ahead; may be read from any place. Memory: <see cref="Ahead"/> + 1 blocks.</summary>
internal sealed class BlockStream : Stream
{
    private const int Ahead = 3;
    private readonly BlockOf[] blocks;
    private readonly Func<BlockOf, CancellationToken, Task<byte[]>> read;
    private readonly long[] starts;
    private readonly Queue<(int Index, Task<byte[]> Content)> fetched = new();
    private readonly CancellationTokenSource closing = new();
    private bool isDisposed;
    private long position;

    public BlockStream(BlockOf[] blocks, Func<BlockOf, CancellationToken, Task<byte[]>> read)
    {
        (this.blocks, this.read) = (blocks, read);
        starts = new long[blocks.Length];
        foreach (var (i, block) in blocks.Index())
        {
            starts[i] = Length;
            Length += block.Size;
        }
    }

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length { get; }

    public override long Position
    {
        get => position;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            position = value;
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (position >= Length || buffer.IsEmpty)
        {
            return 0;
        }
        var index = Array.BinarySearch(starts, position);
        index = index < 0 ? ~index - 1 : index;
        var block = await Fetch(index).WaitAsync(cancellationToken);
        var offset = (int)(position - starts[index]);
        var count = Math.Min(buffer.Length, block.Length - offset);
        block.AsMemory(offset, count).CopyTo(buffer);
        position += count;
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override long Seek(long offset, SeekOrigin origin) =>
        Position = origin switch
        {
            SeekOrigin.Begin => offset,
            SeekOrigin.Current => position + offset,
            _ => Length + offset,
        };

    public override int Read(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException("Blocks come over the network: read asynchronously.");

    public override void Flush() { }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override async ValueTask DisposeAsync()
    {
        if (isDisposed)
        {
            return;
        }
        isDisposed = true;
        await closing.CancelAsync();
        Task ended = Task.WhenAll(fetched.Select(f => f.Content));
        await ended.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        closing.Dispose();
        await base.DisposeAsync();
    }

    private Task<byte[]> Fetch(int index)
    {
        while (fetched.TryPeek(out var head) && head.Index != index)
        {
            fetched.Dequeue();
        }
        for (var next = index + fetched.Count; next < blocks.Length && next <= index + Ahead; next++)
        {
            fetched.Enqueue((next, read(blocks[next], closing.Token)));
        }
        return fetched.Peek().Content;
    }
}
