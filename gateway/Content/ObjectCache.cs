using System.Buffers;
using System.Collections.Concurrent;
using LaiChau.ServiceDefaults.Objects;
using Microsoft.Extensions.Options;
using Microsoft.Win32.SafeHandles;

namespace LaiChau.Gateway.Content;

/// <summary>
/// Objects on the local disk, in front of the store. The first who asks for one, whatever part of it, starts one download of the whole; all who ask meanwhile
/// follow the growing file. A download goes on when nobody waits for it any more: whoever was cut off comes back for the rest, and others ask for the same.
/// When the disk cannot take it, objects are read from the store as if there were no cache.
/// </summary>
internal sealed class ObjectCache : IDisposable
{
    private const int MostSizes = 50_000;
    private const int Buffer = 256 << 10;

    /// <summary>Readers are woken for this much at a time; the store's answers come in crumbs.</summary>
    private const int Step = 64 << 10;
    private const int MostCuts = 10;
    private static readonly TimeSpan Rest = TimeSpan.FromMinutes(1);

    private readonly PlaneStore store;
    private readonly TimeProvider time;
    private readonly ILogger<ObjectCache> log;
    private readonly CacheFolder? folder;
    private readonly bool isStoreLocal;
    private readonly long most;
    private readonly CancellationTokenSource ending = new();
    private readonly ConcurrentDictionary<string, long> sizes = new(StringComparer.Ordinal);

    private readonly Lock gate = new();
    private readonly Dictionary<string, CachedFile> files = new(StringComparer.Ordinal);

    /// <summary>Whole files, the most recently used first.</summary>
    private readonly LinkedList<CachedFile> order = new();
    private long bytes;
    private bool isTaken;
    private long? faultAt;
    private bool isFaultTold;

    public ObjectCache(
        PlaneStore store,
        IOptions<GatewayOptions> gateway,
        IOptions<ObjectStoreOptions> objects,
        TimeProvider time,
        ILogger<ObjectCache> log
    )
    {
        (this.store, this.time, this.log) = (store, time, log);
        var options = gateway.Value.Cache;
        most = options.MaxBytes;
        // Where the store is a folder of this machine there is nothing to copy.
        isStoreLocal = objects.Value.Endpoint is not { Length: > 0 };
        if (!isStoreLocal && most > 0)
        {
            folder = new CacheFolder(Path.Combine(options.Folder, objects.Value.Content));
            lock (gate)
            {
                IsUsable();
            }
        }
    }

    /// <summary>On the disk, what is still coming included.</summary>
    public long Bytes
    {
        get
        {
            lock (gate)
            {
                return bytes;
            }
        }
    }

    /// <summary>What larger objects would push out is worth more than they are: they go straight through.</summary>
    private long Largest => most / 4;

    /// <summary>The object's size in bytes, or null where there is none.</summary>
    public async ValueTask<long?> Size(PlanePath path, CancellationToken ct)
    {
        if (sizes.TryGetValue(path.Key, out var known))
        {
            return known;
        }
        var size = await store.Find(path.Key, ct);
        if (size is not null)
        {
            Remember(path.Key, size.Value);
        }
        return size;
    }

    /// <summary>Null: there is no such object.</summary>
    public async Task<OpenObject?> Open(PlanePath path, CancellationToken ct)
    {
        if (isStoreLocal)
        {
            return await OpenLocal(path, ct);
        }
        if (Join(path.Key) is { } file)
        {
            var start = FillStart.PastTheCache;
            try
            {
                start = await file.Begun.WaitAsync(ct);
            }
            finally
            {
                if (start != FillStart.Begun)
                {
                    Leave(file);
                }
            }
            switch (start)
            {
                case FillStart.Begun:
                    return new OpenObject(path.Key, file.Size, store, file, () => Leave(file));
                case FillStart.Missing:
                    return null;
            }
        }
        return await Size(path, ct) is { } size ? new OpenObject(path.Key, size, store) : null;
    }

    public void Dispose()
    {
        ending.Cancel();
        ending.Dispose();
        folder?.Dispose();
    }

    private async Task<OpenObject?> OpenLocal(PlanePath path, CancellationToken ct)
    {
        var content = await store.Open(path.Key, ct);
        if (content is null)
        {
            return null;
        }
        var file = (FileStream)content.Stream;
        var whole = CachedFile.Whole(path.Key, content.Info.Size, file.SafeFileHandle);
        return new OpenObject(path.Key, content.Info.Size, store, whole, file.Dispose);
    }

    /// <summary>The file to follow, its download begun where there is none; null: the cache is no help.</summary>
    private CachedFile? Join(string key)
    {
        lock (gate)
        {
            if (files.TryGetValue(key, out var file) && IsThere(file))
            {
                file.Users++;
                if (file.Place is { } place)
                {
                    order.Remove(place);
                    order.AddFirst(place);
                }
                return file;
            }
            if (!IsUsable() || (sizes.TryGetValue(key, out var size) && size > Largest))
            {
                return null;
            }
            // Its reader, and its filler.
            file = new CachedFile(key) { Users = 2 };
            files.Add(key, file);
            _ = Task.Run(() => Fill(file), CancellationToken.None);
            return file;
        }
    }

    private void Leave(CachedFile file)
    {
        lock (gate)
        {
            if (--file.Users == 0)
            {
                file.Handle?.Dispose();
                file.Handle = null;
            }
        }
    }

    private async Task Fill(CachedFile file)
    {
        try
        {
            var content = await store.Open(file.Key, ending.Token);
            if (content is null)
            {
                Drop(file);
                file.Decline(FillStart.Missing);
                return;
            }
            Remember(file.Key, content.Info.Size);
            if (MakeRoom(content.Info.Size))
            {
                await Take(file, content);
                return;
            }
            await content.DisposeAsync();
            Drop(file);
            file.Decline(FillStart.PastTheCache);
        }
        catch (Exception fault)
        {
            Drop(file);
            file.Break(
                fault as ObjectStoreException ?? new ObjectStoreException("The object cannot be fetched.", fault)
            );
            if (fault is not (ObjectStoreException or OperationCanceledException))
            {
                log.LogError(fault, "Unhandled fault while fetching {Key}", file.Key);
            }
        }
        finally
        {
            Leave(file);
        }
    }

    /// <summary>Room has been made: in the end the file has its place in the order, or its room is given back.</summary>
    private async Task Take(CachedFile file, ObjectContent content)
    {
        var size = content.Info.Size;
        string? draft = null;
        try
        {
            (draft, var handle) = folder!.Begin(size);
            file.Begin(size, handle);
            await Download(file, handle, content);
            folder.Keep(draft, handle, file.Key);
            draft = null;
            lock (gate)
            {
                file.Place = order.AddFirst(file);
                faultAt = null;
            }
            TellWell();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            await content.DisposeAsync();
            Drop(file);
            TellFault(fault);
            if (file.Begun.IsCompleted)
            {
                file.Break(fault);
            }
            else
            {
                file.Decline(FillStart.PastTheCache);
            }
        }
        finally
        {
            if (file.Place is null)
            {
                lock (gate)
                {
                    bytes -= size;
                }
                CacheFolder.Sweep(draft);
            }
        }
    }

    /// <summary>A store that breaks off is asked for the rest, as long as it gets further.</summary>
    private async Task Download(CachedFile file, SafeFileHandle handle, ObjectContent content)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(Buffer);
        try
        {
            for (var cuts = 0; ; cuts++)
            {
                var before = file.Written;
                try
                {
                    await Copy(file, handle, content, buffer);
                    return;
                }
                catch (ObjectStoreException) when (file.Written > before && cuts < MostCuts)
                {
                    await content.DisposeAsync();
                }
                content =
                    await store.OpenPart(file.Key, file.Written, file.Size - file.Written, ending.Token)
                    ?? throw new ObjectStoreException($"The object store has {file.Key} no longer.");
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            await content.DisposeAsync();
        }
    }

    private async Task Copy(CachedFile file, SafeFileHandle handle, ObjectContent content, byte[] buffer)
    {
        while (file.Size - file.Written is var left and > 0)
        {
            var room = (int)Math.Min(left, buffer.Length);
            var held = 0;
            while (held < Math.Min(left, Step))
            {
                var read = await store.Read(content, buffer.AsMemory(held, room - held), ending.Token);
                held += read > 0 ? read : throw new ObjectStoreException("The object store broke off.");
            }
            await RandomAccess.WriteAsync(handle, buffer.AsMemory(0, held), file.Written, ending.Token);
            file.Grow(held);
        }
    }

    private bool MakeRoom(long size)
    {
        lock (gate)
        {
            if (size > Largest)
            {
                return false;
            }
            Evict(most - size);
            if (bytes + size > most)
            {
                return false;
            }
            bytes += size;
            return true;
        }
    }

    /// <summary>Gives up the least recently used until so many bytes are left, but nothing that is being read. Under the lock.</summary>
    private void Evict(long target)
    {
        for (var node = order.Last; bytes > target && node is not null; )
        {
            var (file, next) = (node.Value, node.Previous);
            if (file.Users == 0)
            {
                Forget(file);
            }
            node = next;
        }
    }

    /// <summary>Whether a file that was there is still there, and whole: somebody may have cleaned the folder. Under the lock.</summary>
    private bool IsThere(CachedFile file)
    {
        if (file.Place is null || file.Handle is not null)
        {
            return true;
        }
        try
        {
            file.Handle = folder!.Open(file.Key);
            if (RandomAccess.GetLength(file.Handle) == file.Size)
            {
                return true;
            }
            file.Handle.Dispose();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // It is fetched anew.
        }
        file.Handle = null;
        Forget(file);
        return false;
    }

    /// <summary>Under the lock.</summary>
    private void Forget(CachedFile file)
    {
        files.Remove(file.Key);
        order.Remove(file.Place!);
        bytes -= file.Size;
        try
        {
            folder!.Delete(file.Key);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            TellFault(fault);
        }
    }

    private void Drop(CachedFile file)
    {
        lock (gate)
        {
            if (files.TryGetValue(file.Key, out var there) && there == file)
            {
                files.Remove(file.Key);
            }
        }
    }

    /// <summary>Takes the folder when it has not been taken yet; rests after a fault. Under the lock.</summary>
    private bool IsUsable()
    {
        if (folder is null || (faultAt is { } at && time.GetElapsedTime(at) < Rest))
        {
            return false;
        }
        if (isTaken)
        {
            return true;
        }
        try
        {
            foreach (var (key, size) in folder.Take())
            {
                if (PlanePath.Parse(key)?.Hash is null)
                {
                    continue;
                }
                var file = CachedFile.Whole(key, size);
                file.Place = order.AddFirst(file);
                files.Add(key, file);
                bytes += size;
                Remember(key, size);
            }
            isTaken = true;
            Evict(most);
            return true;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            TellFault(fault);
            return false;
        }
    }

    private void Remember(string key, long size)
    {
        if (sizes.Count >= MostSizes)
        {
            sizes.Clear();
        }
        sizes[key] = size;
    }

    private void TellFault(Exception fault)
    {
        lock (gate)
        {
            faultAt = time.GetTimestamp();
            if (isFaultTold)
            {
                return;
            }
            isFaultTold = true;
        }
        log.LogWarning(
            "The content cache does not work: {Message} Until it does, objects are read from the store, and its folder is tried every {Seconds} s",
            fault.Message,
            Rest.TotalSeconds
        );
    }

    private void TellWell()
    {
        lock (gate)
        {
            if (!isFaultTold)
            {
                return;
            }
            isFaultTold = false;
        }
        log.LogInformation("The content cache works again");
    }
}
