using LaiChau.Distribution;

namespace LaiChau.PointAgent.Pull;

/// <summary>Reads on from what had come of a frame, and remembers what has come of the one that is on its way.</summary>
/// <param name="source">Goes on where <paramref name="begun"/> ends.</param>
/// <param name="begun">The first bytes of the first frame.</param>
internal sealed class FrameStream(Stream source, ReadOnlyMemory<byte> begun) : ForwardStream
{
    private readonly MemoryStream _frame = new();
    private ReadOnlyMemory<byte> _begun = begun;

    /// <summary>Bytes before the frame that is on its way.</summary>
    public long Start { get; private set; }

    /// <summary>What has come of it; of the one before, until <see cref="FrameEnds"/>.</summary>
    public byte[] Frame => _frame.ToArray();

    public void FrameEnds()
    {
        Start += _frame.Length;
        _frame.SetLength(0);
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = Math.Min(_begun.Length, buffer.Length);
        if (read > 0)
        {
            _begun[..read].CopyTo(buffer);
            _begun = _begun[read..];
        }
        else
        {
            read = await source.ReadAsync(buffer, cancellationToken);
        }
        _frame.Write(buffer.Span[..read]);
        return read;
    }
}
