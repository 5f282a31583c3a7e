using LaiChau.Distribution;

namespace LaiChau.Cli.Sticks;

/// <summary>
/// What comes over the link; its faults are those of HTTP, so that nobody takes them for the stick's. Gives up when no byte has come for a while.
/// </summary>
internal sealed class LinkStream(Stream source, TimeSpan patience, IDisposable answer) : ForwardStream
{
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
