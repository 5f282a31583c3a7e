using LaiChau.ServiceDefaults.Objects;
using Microsoft.Extensions.Options;

namespace LaiChau.Gateway.Content;

/// <summary>The distribution plane in the object store, with a limit on the store's silence.</summary>
internal sealed class PlaneStore(
    IObjectStore store,
    IOptions<ObjectStoreOptions> objects,
    IOptions<GatewayOptions> gateway
)
{
    private readonly string bucket = objects.Value.Content;

    /// <summary>How long the store may be silent, before it begins to answer and within an answer.</summary>
    public TimeSpan Patience { get; } = TimeSpan.FromSeconds(gateway.Value.StoreSeconds);

    /// <summary>Size in bytes, or null where there is no such object.</summary>
    public async Task<long?> Find(string key, CancellationToken ct) =>
        (await InTime(limit => store.Find(bucket, key, limit), ct))?.Size;

    public Task<ObjectContent?> Open(string key, CancellationToken ct) =>
        InTime(limit => store.Open(bucket, key, offset: null, length: null, limit), ct);

    public Task<ObjectContent?> OpenPart(string key, long from, long length, CancellationToken ct) =>
        InTime(limit => store.Open(bucket, key, from, length, limit), ct);

    /// <summary>
    /// Reads what comes next. A store that breaks off or falls silent is an <see cref="ObjectStoreException"/>, whatever it looked like.
    /// </summary>
    public async ValueTask<int> Read(ObjectContent content, Memory<byte> buffer, CancellationToken ct)
    {
        using var limit = Limit(ct);
        try
        {
            var read = await content.Stream.ReadAsync(buffer, limit.Token);
            PlaneMetrics.Read(read);
            return read;
        }
        catch (Exception fault) when (fault is IOException or HttpRequestException)
        {
            throw new ObjectStoreException("The object store broke off.", fault);
        }
        catch (OperationCanceledException late) when (!ct.IsCancellationRequested)
        {
            throw new ObjectStoreException("The object store fell silent.", late);
        }
    }

    /// <summary>All of it, exactly as many bytes as it was said to have.</summary>
    public async Task<byte[]> ReadWhole(ObjectContent content, CancellationToken ct)
    {
        var bytes = new byte[content.Info.Size];
        var length = 0;
        while (length < bytes.Length)
        {
            var read = await Read(content, bytes.AsMemory(length), ct);
            length += read > 0 ? read : throw new ObjectStoreException("The object store broke off.");
        }
        return bytes;
    }

    private async Task<T> InTime<T>(Func<CancellationToken, Task<T>> call, CancellationToken ct)
    {
        using var limit = Limit(ct);
        PlaneMetrics.Called();
        try
        {
            return await call(limit.Token);
        }
        catch (OperationCanceledException late) when (!ct.IsCancellationRequested)
        {
            throw new ObjectStoreException("The object store does not answer in time.", late);
        }
    }

    private CancellationTokenSource Limit(CancellationToken ct)
    {
        var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(Patience);
        return limit;
    }
}
