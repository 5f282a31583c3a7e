using System.Collections.Concurrent;
using LaiChau.ServiceDefaults.Objects;
using Microsoft.Extensions.Options;

namespace LaiChau.Gateway.Content;

/// <summary>Files of the distribution plane in the object store. Size and tag of what never changes are remembered: a range needs them first.</summary>
internal sealed class PlaneFiles(
    IObjectStore store,
    IOptions<ObjectStoreOptions> objects,
    IOptions<GatewayOptions> gateway,
    TimeProvider time
)
{
    private const int MostRemembered = 50_000;
    private readonly ConcurrentDictionary<string, ObjectInfo> remembered = new(StringComparer.Ordinal);

    public async Task<ObjectInfo?> Find(PlanePath path, CancellationToken ct)
    {
        if (remembered.TryGetValue(path.Key, out var known))
        {
            return known;
        }
        var info = await InTime(limit => store.Find(objects.Value.Content, path.Key, limit), ct);
        Remember(path, info);
        return info;
    }

    public async Task<ObjectContent?> Open(PlanePath path, (long From, long Length)? part, CancellationToken ct)
    {
        var content = await InTime(
            limit => store.Open(objects.Value.Content, path.Key, part?.From, part?.Length, limit),
            ct
        );
        Remember(path, content?.Info);
        return content;
    }

    private void Remember(PlanePath path, ObjectInfo? info)
    {
        if (!path.IsImmutable)
        {
            return;
        }
        if (info is null)
        {
            remembered.TryRemove(path.Key, out _);
            return;
        }
        if (remembered.Count >= MostRemembered)
        {
            remembered.Clear();
        }
        remembered[path.Key] = info;
    }

    /// <summary>The limit is on the beginning of the answer; a long download over a slow link may take its hours.</summary>
    private async Task<T> InTime<T>(Func<CancellationToken, Task<T>> call, CancellationToken ct)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(gateway.Value.StoreSeconds), time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, ct);
        try
        {
            return await call(both.Token);
        }
        catch (OperationCanceledException late) when (limit.IsCancellationRequested && !ct.IsCancellationRequested)
        {
            throw new ObjectStoreException("The object store does not answer in time.", late);
        }
    }
}
