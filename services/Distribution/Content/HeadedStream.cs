namespace LaiChau.Distribution.Content;

/// <summary>An object with a head as it lies in the plane: the head, then the frames from where their stream stands. Forward only.</summary>
public sealed class HeadedStream(ReadOnlyMemory<byte> head, Stream frames) : ForwardStream
{
    private ReadOnlyMemory<byte> _head = head;

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        var length = Math.Min(buffer.Length, _head.Length);
        if (length == 0)
        {
            return frames.Read(buffer);
        }
        _head.Span[..length].CopyTo(buffer);
        _head = _head[length..];
        return length;
    }

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        _head.IsEmpty ? frames.ReadAsync(buffer, cancellationToken) : ValueTask.FromResult(Read(buffer.Span));

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));
}
