using LaiChau.ServiceDefaults.Objects;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace LaiChau.Catalog.Tests;

/// <summary>The real store; the test is told before each call, and may hold it up or have it fail.</summary>
internal sealed class WatchedStore(IObjectStore inner, WatchedStore.Watch watch) : IObjectStore
{
    /// <param name="call">"open", "put", …</param>
    /// <param name="key">Key of the object.</param>
    /// <param name="ct">Of the caller.</param>
    public delegate Task Watch(string call, string key, CancellationToken ct);

    public static void Use(WebApplicationBuilder builder, Watch watch)
    {
        var real = builder.Services.Single(s => s.ServiceType == typeof(IObjectStore));
        builder.Services.Remove(real);
        builder.Services.AddSingleton<IObjectStore>(services => new WatchedStore(
            (IObjectStore)ActivatorUtilities.CreateInstance(services, real.ImplementationType!),
            watch
        ));
    }

    public Task EnsureBucket(string bucket, CancellationToken ct) => inner.EnsureBucket(bucket, ct);

    public async Task<ObjectInfo?> Find(string bucket, string key, CancellationToken ct)
    {
        await watch("find", key, ct);
        return await inner.Find(bucket, key, ct);
    }

    public async Task<ObjectContent?> Open(string bucket, string key, long? offset, long? length, CancellationToken ct)
    {
        await watch("open", key, ct);
        return await inner.Open(bucket, key, offset, length, ct);
    }

    public async Task Put(
        string bucket,
        string key,
        Stream content,
        long length,
        string contentType,
        CancellationToken ct
    )
    {
        await watch("put", key, ct);
        await inner.Put(bucket, key, content, length, contentType, ct);
    }

    public Task Delete(string bucket, string key, CancellationToken ct) => inner.Delete(bucket, key, ct);

    public IAsyncEnumerable<ObjectInfo> List(string bucket, string prefix, CancellationToken ct) =>
        inner.List(bucket, prefix, ct);
}

/// <summary>Holds up the making of deltas before it has read the first manifest, until it is opened or the work is cancelled.</summary>
internal sealed class Gate
{
    private readonly TaskCompletionSource opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource reached = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when something waits at the gate.</summary>
    public Task Reached => reached.Task.WaitAsync(TimeSpan.FromSeconds(60));

    public bool IsReached => reached.Task.IsCompleted;

    public void Open() => opened.TrySetResult();

    public Task Watch(string call, string key, CancellationToken ct)
    {
        if (call != "open" || !key.EndsWith(".manifest", StringComparison.Ordinal))
        {
            return Task.CompletedTask;
        }
        reached.TrySetResult();
        return opened.Task.WaitAsync(ct);
    }
}
