using LaiChau.ServiceDefaults.Objects;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace LaiChau.Catalog.Tests;

/// <summary>
/// The real store, until the n-th write to the plane: from then on nothing gets through, as when the process is killed at that point. The
/// last write is done or not done, and its writer never learns which.
/// </summary>
internal sealed class BrokenStore(IObjectStore inner, string plane, int failAt, bool writeIsDone) : IObjectStore
{
    private int writes;

    public bool IsBroken { get; private set; }

    public static void Use(WebApplicationBuilder builder, int failAt, bool writeIsDone)
    {
        var real = builder.Services.Single(s => s.ServiceType == typeof(IObjectStore));
        builder.Services.Remove(real);
        builder.Services.AddSingleton<IObjectStore>(services => new BrokenStore(
            (IObjectStore)ActivatorUtilities.CreateInstance(services, real.ImplementationType!),
            services.GetRequiredService<IOptions<ObjectStoreOptions>>().Value.Content,
            failAt,
            writeIsDone
        ));
    }

    public Task EnsureBucket(string bucket, CancellationToken ct) => inner.EnsureBucket(bucket, ct);

    public Task<ObjectInfo?> Find(string bucket, string key, CancellationToken ct) => Alive().Find(bucket, key, ct);

    public Task<ObjectContent?> Open(string bucket, string key, long? offset, long? length, CancellationToken ct) =>
        Alive().Open(bucket, key, offset, length, ct);

    public async Task Put(
        string bucket,
        string key,
        Stream content,
        long length,
        string contentType,
        CancellationToken ct
    )
    {
        // Where the audit trails end is written beside the plane, at times of its own.
        var counts = bucket == plane && !key.EndsWith("audit.json", StringComparison.Ordinal);
        if (counts && Interlocked.Increment(ref writes) == failAt)
        {
            if (writeIsDone)
            {
                await inner.Put(bucket, key, content, length, contentType, ct);
            }
            IsBroken = true;
        }
        await Alive().Put(bucket, key, content, length, contentType, ct);
    }

    public Task Delete(string bucket, string key, CancellationToken ct) => Alive().Delete(bucket, key, ct);

    public IAsyncEnumerable<ObjectInfo> List(string bucket, string prefix, CancellationToken ct) =>
        Alive().List(bucket, prefix, ct);

    private IObjectStore Alive() => IsBroken ? throw new ObjectStoreException("Killed here.") : inner;
}

internal static class BrokenStores
{
    public static bool IsBroken(this IServiceProvider services) =>
        services.GetService(typeof(IObjectStore)) is BrokenStore { IsBroken: true };
}
