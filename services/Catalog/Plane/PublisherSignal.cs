namespace LaiChau.Catalog.Plane;

/// <summary>Wakes the publisher of this process; the others find the work when they next look.</summary>
internal sealed class PublisherSignal(TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim signal = new(0, 1);

    public void Wake()
    {
        try
        {
            signal.Release();
        }
        catch (SemaphoreFullException)
        {
            // Woken already.
        }
    }

    public async Task Wait(TimeSpan most, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var timeout = Task.Delay(most, time, limit.Token);
        var woken = signal.WaitAsync(limit.Token);
        await Task.WhenAny(timeout, woken);
        await limit.CancelAsync();
        await Task.WhenAll(timeout, woken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        ct.ThrowIfCancellationRequested();
    }

    public void Dispose() => signal.Dispose();
}
