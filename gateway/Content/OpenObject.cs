using System.IO.Pipelines;
using LaiChau.ServiceDefaults.Objects;

namespace LaiChau.Gateway.Content;

/// <summary>An object being read: from a local file as far as there is one, else from the store.</summary>
internal sealed class OpenObject(
    string key,
    long size,
    PlaneStore store,
    CachedFile? file = null,
    Action? release = null
) : IAsyncDisposable
{
    /// <summary>Large enough that system calls do not count beside the copying, small enough for thousands of slow readers.</summary>
    private const int Piece = 64 << 10;

    private CachedFile? source = file;
    private ObjectContent? direct;

    /// <summary>Bytes.</summary>
    public long Size { get; } = size;

    /// <summary>Waits until the first byte of a part can be sent: after it an answer may begin.</summary>
    /// <exception cref="ObjectStoreException">The store broke off, or does not answer.</exception>
    public async Task Prepare(long from, long length, CancellationToken ct)
    {
        if (source is not null && length > 0)
        {
            try
            {
                // A slow store may take minutes to come to a far part of a large object. Whoever wants just that part is not kept so long.
                await source.Reach(from, ct).AsTask().WaitAsync(store.Patience, ct);
                return;
            }
            catch (Exception fault) when (fault is IOException or TimeoutException)
            {
                source = null;
            }
        }
        if (source is null && length > 0)
        {
            direct = await OpenDirect(from, length, ct);
        }
    }

    /// <summary>Sends a part.</summary>
    /// <exception cref="ObjectStoreException">The store broke off, or does not answer.</exception>
    public async Task CopyTo(PipeWriter to, long from, long length, CancellationToken ct)
    {
        var end = from + length;
        if (source is not null)
        {
            from = await CopyFile(source, to, from, end, ct);
        }
        if (from < end)
        {
            await CopyDirect(to, from, end, ct);
        }
    }

    public async ValueTask DisposeAsync()
    {
        release?.Invoke();
        if (direct is not null)
        {
            await direct.DisposeAsync();
        }
    }

    /// <summary>Answers how far it came: to the end, unless the file is no help any more.</summary>
    private async Task<long> CopyFile(CachedFile followed, PipeWriter to, long from, long end, CancellationToken ct)
    {
        while (from < end)
        {
            try
            {
                var there = Math.Min(end, await followed.Reach(from, ct));
                var room = to.GetMemory(Piece)[..(int)Math.Min(Piece, there - from)];
                var read = RandomAccess.Read(followed.Handle!, room.Span, from);
                if (read == 0)
                {
                    throw new IOException($"The cached copy of {key} is shorter than it was.");
                }
                to.Advance(read);
                from += read;
            }
            catch (IOException)
            {
                // The disk's fault is not the point's business: the rest comes from the store.
                source = null;
                return from;
            }
            await Flush(to, ct);
        }
        return from;
    }

    private async Task CopyDirect(PipeWriter to, long from, long end, CancellationToken ct)
    {
        await using var content = direct ?? await OpenDirect(from, end - from, ct);
        direct = null;
        while (from < end)
        {
            var read = await store.Read(content, to.GetMemory(Piece)[..(int)Math.Min(Piece, end - from)], ct);
            if (read == 0)
            {
                throw new ObjectStoreException("The object store broke off.");
            }
            to.Advance(read);
            from += read;
            await Flush(to, ct);
        }
    }

    private async Task<ObjectContent> OpenDirect(long from, long length, CancellationToken ct) =>
        await store.OpenPart(key, from, length, ct)
        ?? throw new ObjectStoreException($"The object store has {key} no longer.");

    private static async ValueTask Flush(PipeWriter to, CancellationToken ct)
    {
        if ((await to.FlushAsync(ct)).IsCompleted)
        {
            throw new OperationCanceledException("The reader has gone.");
        }
    }
}
