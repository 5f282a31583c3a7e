using LaiChau.ServiceDefaults.Objects;
using Microsoft.Extensions.Options;

namespace LaiChau.Gateway.Content;

/// <summary>Metadata and targets in memory: read once however many ask at once, the least recently used given up first.</summary>
internal sealed class SmallFiles(PlaneStore store, LatestTimestamp latest, IOptions<GatewayOptions> options)
{
    /// <summary>Larger targets go the way of objects.</summary>
    private const long Largest = 4 << 20;
    private const long LargestOfAll = 64 << 20;

    private readonly long most = options.Value.Cache.MaxMemoryBytes;
    private readonly Lock gate = new();
    private readonly Dictionary<string, LinkedListNode<Kept>> kept = new(StringComparer.Ordinal);
    private readonly LinkedList<Kept> order = new();
    private readonly Dictionary<(string Key, SmallFile? During), Task<SmallAnswer>> reading = [];
    private long bytes;

    public async ValueTask<SmallAnswer> Open(PlanePath path, CancellationToken ct)
    {
        // A publisher that was stopped may write numbered metadata anew until a timestamp names it: what was read under one timestamp is read
        // again under the next.
        var during = path is { IsMetadata: true, IsImmutable: true } ? await latest.LastSeen(ct) : null;
        Task<SmallAnswer> read;
        lock (gate)
        {
            if (kept.TryGetValue(path.Key, out var node) && node.Value.During == during)
            {
                order.Remove(node);
                order.AddFirst(node);
                return new SmallAnswer(node.Value.File, IsLarge: false);
            }
            if (!reading.TryGetValue((path.Key, during), out read!))
            {
                // Not the first asker's own: the others wait for it too, whether the first stays or not.
                read = Task.Run(() => Read(path, during), CancellationToken.None);
                reading.Add((path.Key, during), read);
            }
        }
        return await read.WaitAsync(ct);
    }

    private async Task<SmallAnswer> Read(PlanePath path, SmallFile? during)
    {
        try
        {
            await using var content = await store.Open(path.Key, CancellationToken.None);
            if (content is null || (content.Info.Size > Largest && path.Hash is not null))
            {
                return new SmallAnswer(File: null, IsLarge: content is not null);
            }
            if (content.Info.Size > LargestOfAll)
            {
                throw new ObjectStoreException($"{path.Key} has {content.Info.Size} bytes; no reader would take it.");
            }
            var file = new SmallFile(path, await store.ReadWhole(content, CancellationToken.None));
            if (path.IsNamedByItsBytes && !file.IsWhatItsNameSays)
            {
                // Points would refuse it, and caches on the way would keep it for a year.
                throw new ObjectStoreException($"The object store has other bytes for {path.Key} than its name says.");
            }
            if (path.IsImmutable)
            {
                Keep(new Kept(file, during));
            }
            return new SmallAnswer(file, IsLarge: false);
        }
        finally
        {
            lock (gate)
            {
                reading.Remove((path.Key, during));
            }
        }
    }

    private void Keep(Kept one)
    {
        lock (gate)
        {
            if (kept.Remove(one.File.Path.Key, out var old))
            {
                order.Remove(old);
                bytes -= old.Value.Weight;
            }
            kept.Add(one.File.Path.Key, order.AddFirst(one));
            bytes += one.Weight;
            while (bytes > most && order.Last is { } last)
            {
                order.RemoveLast();
                kept.Remove(last.Value.File.Path.Key);
                bytes -= last.Value.Weight;
            }
        }
    }

    private sealed record Kept(SmallFile File, SmallFile? During)
    {
        /// <summary>About: its compressed forms and what names it count too.</summary>
        public long Weight => (File.Path.IsJson ? 2L : 1L) * File.Bytes.Length + 1024;
    }
}

/// <param name="File">Null: not there, or too large to be kept in memory.</param>
internal readonly record struct SmallAnswer(SmallFile? File, bool IsLarge);
