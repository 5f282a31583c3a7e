using System.Collections.Concurrent;
using LaiChau.Contracts;
using LaiChau.Contracts.Catalog;
using LaiChau.ServiceDefaults;
using LaiChau.ServiceDefaults.Data;
using LaiChau.ServiceDefaults.Messaging;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace LaiChau.Catalog.Tests;

/// <summary>Another service of the platform, as far as messages go: over the same broker, with an outbox and inbox of its own.</summary>
internal sealed class Neighbour
{
    public IServiceProvider Services { get; set; } = null!;

    public static Neighbour Add(WebApplicationBuilder builder, ConcurrentQueue<object> heard)
    {
        builder.AddPlatformDb<NeighbourDb, NeighbourDb>("Neighbour");
        builder.AddMessaging<NeighbourDb>(
            "neighbour",
            take =>
                take.Take<ReleasePublished, Hear>("release-published").Take<ReleaseRecalled, Hear>("release-recalled")
        );
        builder.Services.AddSingleton(heard);
        return new();
    }

    public async Task Say<T>(params T[] messages)
        where T : class, IMessage
    {
        await using var scope = Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<NeighbourDb>();
        foreach (var message in messages)
        {
            db.Publish(message, TimeProvider.System);
        }
        await db.SaveChangesAsync();
    }

    private sealed class Hear(ConcurrentQueue<object> heard) : IHandle<ReleasePublished>, IHandle<ReleaseRecalled>
    {
        public Task Handle(ReleasePublished message, CancellationToken ct) => Keep(message);

        public Task Handle(ReleaseRecalled message, CancellationToken ct) => Keep(message);

        private Task Keep(object message)
        {
            heard.Enqueue(message);
            return Task.CompletedTask;
        }
    }
}

internal sealed class NeighbourDb(DbContextOptions<NeighbourDb> options) : PlatformDb(options)
{
    public override string ServiceName => "neighbour";
}
