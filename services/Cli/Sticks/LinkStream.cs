namespace LaiChau.Cli.Sticks;

/// <summary>
/// What comes over the link; its faults are those of HTTP, so that nobody takes them for the stick's. Gives up when no byte has come for a while.
/// </summary>
internal sealed class LinkStream(Stream source, TimeSpan patience, IDisposable answer) : Stream
{
    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        using var stall = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        stall.CancelAfter(patience);
        try
        {
            return await source.ReadAsync(buffer, stall.Token);
        }
        catch (Exception fault)
            when (!cancellationToken.IsCancellationRequested && fault is IOException or OperationCanceledException)
        {
            throw new HttpRequestException(fault.Message, fault);
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            source.Dispose();
            answer.Dispose();
        }
        base.Dispose(disposing);
    }
}
