using LaiChau.ServiceDefaults.Objects;
using Microsoft.Extensions.Options;

namespace LaiChau.Gateway.Content;

/// <summary>
/// <c>timestamp.json</c>, the one file that changes: a copy in memory that is about a second old at most, read again by one call however many ask, and
/// not at all while nobody does. Who wants to hear of the next one is held; one watcher serves all of them.
/// </summary>
internal sealed class LatestTimestamp
{
    private const long Most = 1 << 20;
    private readonly PlaneStore store;
    private readonly TimeProvider time;
    private readonly TimeSpan fresh;
    private readonly int mostHeld;
    private readonly CancellationToken stopping;
    private readonly Lock gate = new();
    private Copy current = new(File: null, CheckedAt: 0, IsChecked: false);
    private Task<SmallFile?>? reading;
    private bool isWatching;
    private int held;

    public LatestTimestamp(
        PlaneStore store,
        IOptions<GatewayOptions> options,
        TimeProvider time,
        IHostApplicationLifetime lifetime
    )
    {
        this.store = store;
        this.time = time;
        fresh = TimeSpan.FromSeconds(options.Value.FreshSeconds);
        mostHeld = options.Value.MostHeld;
        stopping = lifetime.ApplicationStopping;
        // A process that ends lets everybody go at once, to ask elsewhere.
        stopping.Register(() => Volatile.Read(ref current).Replaced.TrySetResult());
    }

    public int Held => Volatile.Read(ref held);

    /// <summary>The file as it is now, or was a moment ago; null: there is none yet.</summary>
    public ValueTask<SmallFile?> Now(CancellationToken ct)
    {
        var seen = Volatile.Read(ref current);
        return seen.IsChecked && time.GetElapsedTime(seen.CheckedAt) < fresh
            ? ValueTask.FromResult(seen.File)
            : new ValueTask<SmallFile?>(ReadAgain().WaitAsync(ct));
    }

    /// <summary>As <see cref="Now"/>, but what was last seen while the store does not answer.</summary>
    public async ValueTask<SmallFile?> LastSeen(CancellationToken ct)
    {
        try
        {
            return await Now(ct);
        }
        catch (ObjectStoreException)
        {
            return Volatile.Read(ref current).File;
        }
    }

    /// <summary>
    /// The file that comes after <paramref name="known"/>; when none has come after <paramref name="wait"/>, or the process ends, or too many are held
    /// already, the file as it is.
    /// </summary>
    public async Task<SmallFile?> After(SmallFile known, TimeSpan wait, CancellationToken ct)
    {
        var seen = Volatile.Read(ref current);
        if (seen.File == known && !stopping.IsCancellationRequested && TryEnter())
        {
            try
            {
                await seen.Replaced.Task.WaitAsync(wait, time, ct);
            }
            catch (TimeoutException)
            {
                // Nothing new: that is the answer.
            }
            finally
            {
                Interlocked.Decrement(ref held);
            }
        }
        return await Now(ct);
    }

    private bool TryEnter()
    {
        if (Interlocked.Increment(ref held) > mostHeld)
        {
            Interlocked.Decrement(ref held);
            return false;
        }
        lock (gate)
        {
            if (!isWatching)
            {
                isWatching = true;
                _ = Watch();
            }
        }
        return true;
    }

    /// <summary>Reads again and again as long as somebody is held.</summary>
    private async Task Watch()
    {
        while (true)
        {
            await Task.Delay(fresh, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            lock (gate)
            {
                if (Held == 0 || stopping.IsCancellationRequested)
                {
                    isWatching = false;
                    return;
                }
            }
            // A store that is down is asked again in the next round.
            await ((Task)ReadAgain()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private Task<SmallFile?> ReadAgain()
    {
        lock (gate)
        {
            return reading ??= Task.Run(Read, CancellationToken.None);
        }
    }

    private async Task<SmallFile?> Read()
    {
        try
        {
            var before = Volatile.Read(ref current);
            var at = time.GetTimestamp();
            await using var content = await store.Open(PlanePath.Timestamp.Key, CancellationToken.None);
            if (content?.Info.Size > Most)
            {
                throw new ObjectStoreException($"{PlanePath.Timestamp.Key} has {content.Info.Size} bytes.");
            }
            var bytes = content is null ? null : await store.ReadWhole(content, CancellationToken.None);
            if (before.IsChecked && IsSame(before.File, bytes))
            {
                Volatile.Write(ref current, before with { CheckedAt = at });
                return before.File;
            }
            var file = bytes is null ? null : new SmallFile(PlanePath.Timestamp, bytes);
            Volatile.Write(ref current, new Copy(file, at, IsChecked: true));
            before.Replaced.TrySetResult();
            return file;
        }
        finally
        {
            lock (gate)
            {
                reading = null;
            }
        }
    }

    private static bool IsSame(SmallFile? file, byte[]? bytes) =>
        file is null || bytes is null ? file is null && bytes is null : file.Bytes.AsSpan().SequenceEqual(bytes);

    private sealed record Copy(SmallFile? File, long CheckedAt, bool IsChecked)
    {
        /// <summary>Ends when another file is there; the record's copies share it.</summary>
        public TaskCompletionSource Replaced { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
