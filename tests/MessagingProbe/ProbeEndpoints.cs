using System.Diagnostics;
using LaiChau.Contracts.Points;
using LaiChau.Contracts.Telemetry;
using LaiChau.ServiceDefaults;
using LaiChau.ServiceDefaults.Messaging;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.MessagingProbe;

internal static class ProbeEndpoints
{
    public static void Subscribe(Subscriptions<ProbeDb> subscriptions) =>
        subscriptions.Take<PointSilent, CountEffect>("point-silent");

    public static async Task CreateProbeTables(this WebApplication app)
    {
        await using var scope = app.Services.CreateAsyncScope();
        await scope
            .ServiceProvider.GetRequiredService<ProbeDb>()
            .Database.EnsureCreatedAsync(app.Lifetime.ApplicationStopping);
    }

    public static void MapProbe(this WebApplication app)
    {
        app.MapPost("/say", Say);
        app.MapPost("/say-versions", SayVersions);
        app.MapPost("/say-to-nobody", SayToNobody);
        app.MapGet("/said", (ProbeDb db, CancellationToken ct) => db.Statements.CountAsync(ct));
        app.MapGet("/effects", (ProbeDb db, CancellationToken ct) => db.Effects.AsNoTracking().ToListAsync(ct));
        app.MapGet(
            "/waiting",
            async (ProbeDb db, CancellationToken ct) =>
                (await db.Database.SqlQuery<int>($"SELECT COUNT(*) AS \"Value\" FROM outbox").ToListAsync(ct))[0]
        );
        app.MapGet(
            "/parked",
            async (ProbeDb db, CancellationToken ct) =>
                await db
                    .Database.SqlQuery<string>(
                        $"SELECT last_error AS \"Value\" FROM outbox WHERE parked_at IS NOT NULL"
                    )
                    .ToListAsync(ct)
        );
    }

    /// <summary>So many aggregates, each with its state row and one message, one transaction each.</summary>
    private static async Task Say(int count, IServiceScopeFactory scopes, TimeProvider time, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<ProbeDb>();
        for (var i = 0; i < count; i++)
        {
            var id = Guid.CreateVersion7();
            db.Add(new Statement { Id = id });
            db.Publish(Silent(id, 1, time), time);
            await db.SaveChangesAsync(ct);
            db.ChangeTracker.Clear();
        }
    }

    /// <summary>Messages of one aggregate in the order of <paramref name="versions"/>.</summary>
    private static async Task SayVersions(
        Guid id,
        [FromQuery] long[] versions,
        ProbeDb db,
        TimeProvider time,
        CancellationToken ct
    )
    {
        foreach (var version in versions)
        {
            db.Publish(Silent(id, version, time), time);
            await db.SaveChangesAsync(ct);
        }
    }

    /// <summary>A message that this deployment has no queue for.</summary>
    private static async Task SayToNobody(ProbeDb db, TimeProvider time, CancellationToken ct)
    {
        db.Publish(
            new PointBack
            {
                PointId = Guid.CreateVersion7(),
                ContactAt = time.GetUtcNow(),
                AggregateVersion = 1,
            },
            time
        );
        await db.SaveChangesAsync(ct);
    }

    private static PointSilent Silent(Guid id, long version, TimeProvider time) =>
        new()
        {
            PointId = id,
            LastContactAt = time.GetUtcNow(),
            NoticedAt = time.GetUtcNow(),
            AggregateVersion = version,
        };

    private sealed class CountEffect(ProbeDb db) : IHandle<PointSilent>
    {
        public async Task Handle(PointSilent message, CancellationToken ct)
        {
            var effect = await db.Effects.FindAsync([message.PointId], ct);
            if (effect is null)
            {
                effect = new Effect { Id = message.PointId };
                db.Add(effect);
            }
            effect.Applied++;
            effect.Version = message.AggregateVersion;
            effect.TraceId = Activity.Current?.TraceId.ToString();
        }
    }
}
