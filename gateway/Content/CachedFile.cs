using LaiChau.ServiceDefaults.Objects;
using Microsoft.Win32.SafeHandles;

namespace LaiChau.Gateway.Content;

/// <summary>
/// One object on the local disk, whole or still growing. Whoever reads follows it and gets the bytes as they come. Who holds it is counted by
/// <see cref="ObjectCache"/>, under its lock.
/// </summary>
internal sealed class CachedFile(string key)
{
    private readonly TaskCompletionSource<FillStart> begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource moved = NewSignal();
    private long written;
    private Exception? fault;

    public string Key { get; } = key;

    /// <summary>How the fill began: with the store's answer, or with its fault.</summary>
    public Task<FillStart> Begun => begun.Task;

    /// <summary>Bytes, once it has begun.</summary>
    public long Size { get; private set; }

    public SafeFileHandle? Handle { get; set; }

    /// <summary>Readers and the filler.</summary>
    public int Users { get; set; }

    /// <summary>Its place in the order of use, once it is whole.</summary>
    public LinkedListNode<CachedFile>? Place { get; set; }

    public long Written => Volatile.Read(ref written);

    /// <summary>A file that was there before.</summary>
    public static CachedFile Whole(string key, long size, SafeFileHandle? handle = null)
    {
        var file = new CachedFile(key) { written = size };
        file.Begin(size, handle);
        return file;
    }

    public void Begin(long size, SafeFileHandle? handle)
    {
        Size = size;
        Handle = handle;
        begun.SetResult(FillStart.Begun);
    }

    /// <summary>It will not be here: the object is not there, or is to be read past the cache.</summary>
    public void Decline(FillStart why) => begun.SetResult(why);

    public void Grow(int bytes)
    {
        Volatile.Write(ref written, written + bytes);
        Interlocked.Exchange(ref moved, NewSignal()).SetResult();
    }

    public void Break(Exception why)
    {
        Volatile.Write(ref fault, why);
        begun.TrySetException(why);
        // Nobody need wait for it.
        _ = begun.Task.Exception;
        Volatile.Read(ref moved).TrySetResult();
    }

    /// <summary>Waits until the byte at <paramref name="position"/> is there; answers how many bytes are.</summary>
    /// <exception cref="ObjectStoreException">The store broke off.</exception>
    /// <exception cref="IOException">The disk cannot take it.</exception>
    public async ValueTask<long> Reach(long position, CancellationToken ct)
    {
        while (true)
        {
            var signal = Volatile.Read(ref moved);
            if (Written is var length && length > position)
            {
                return length;
            }
            if (Volatile.Read(ref fault) is { } broken)
            {
                throw broken is ObjectStoreException
                    ? new ObjectStoreException(broken.Message, broken)
                    : new IOException(broken.Message, broken);
            }
            await signal.Task.WaitAsync(ct);
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

internal enum FillStart
{
    /// <summary>Follow the file.</summary>
    Begun,

    /// <summary>The store has no such object.</summary>
    Missing,

    /// <summary>Read it from the store: it is too large for the cache, or the cache cannot take it now.</summary>
    PastTheCache,
}
