using LaiChau.ServiceDefaults.Objects;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace LaiChau.ServiceDefaults;

public static class ObjectStoreRegistration
{
    /// <summary>Adds <see cref="IObjectStore"/> from the settings <c>ObjectStore:*</c>; its buckets are made when first needed at start.</summary>
    public static void AddObjectStore(this IHostApplicationBuilder builder)
    {
        var settings = builder.Configuration.GetSection("ObjectStore");
        if (builder.Services.Any(s => s.ServiceType == typeof(IObjectStore)))
        {
            return;
        }
        builder.Services.Configure<ObjectStoreOptions>(settings);
        if (settings["Endpoint"] is { Length: > 0 })
        {
            builder.Services.AddSingleton<IObjectStore, S3ObjectStore>();
        }
        else
        {
            builder.Services.AddSingleton<IObjectStore, FolderObjectStore>();
        }
        builder.Services.AddHealthChecks().AddCheck<ObjectStoreCheck>("object-store", tags: ["ready"]);
        builder.Services.AddHostedService<MakeBuckets>();
    }

    private sealed class ObjectStoreCheck(IObjectStore store, IOptions<ObjectStoreOptions> options) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(
            HealthCheckContext context,
            CancellationToken cancellationToken = default
        )
        {
            try
            {
                await store.Find(options.Value.Content, "readyz", cancellationToken);
                return HealthCheckResult.Healthy();
            }
            catch (ObjectStoreException fault)
            {
                return HealthCheckResult.Unhealthy(fault.Message);
            }
        }
    }

    /// <summary>Tries until the store is there: services start in any order.</summary>
    private sealed class MakeBuckets(IObjectStore store, IOptions<ObjectStoreOptions> options, TimeProvider time)
        : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            while (true)
            {
                try
                {
                    await store.EnsureBucket(options.Value.Content, stoppingToken);
                    await store.EnsureBucket(options.Value.Media, stoppingToken);
                    return;
                }
                catch (ObjectStoreException)
                {
                    await Task.Delay(TimeSpan.FromSeconds(2), time, stoppingToken);
                }
            }
        }
    }
}
