using LaiChau.Distribution;

namespace LaiChau.PointAgent.Pull;

/// <summary>Reads on as long as bytes come, however slowly, and gives up when none has come for a while.</summary>
internal sealed class PatientStream(Stream source, TimeSpan stall, TrafficMeter meter, IDisposable? owner)
    : ForwardStream
{
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        buffer = buffer[..await meter.Admit(buffer.Length, cancellationToken)];
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(stall);
        try
        {
            var read = await source.ReadAsync(buffer, patience.Token);
            meter.CountBytes(read);
            return read;
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw new HttpRequestException($"No byte came for {stall}.", error);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            source.Dispose();
            owner?.Dispose();
        }
        base.Dispose(disposing);
    }
}
