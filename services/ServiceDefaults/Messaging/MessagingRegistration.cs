using LaiChau.Contracts;
using LaiChau.ServiceDefaults.Data;
using LaiChau.ServiceDefaults.Http;
using LaiChau.ServiceDefaults.Identity;
using LaiChau.ServiceDefaults.Messaging;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LaiChau.ServiceDefaults;

public static class MessagingRegistration
{
    /// <summary>
    /// Adds the outbox and inbox of <typeparamref name="TDb"/> and what the service takes from others. The broker is
    /// <c>ConnectionStrings:RabbitMq</c>; without it messages stay in the process (standalone).
    /// </summary>
    public static void AddMessaging<TDb>(
        this IHostApplicationBuilder builder,
        string service,
        Action<Subscriptions<TDb>> subscribe
    )
        where TDb : PlatformDb
    {
        if (builder.Configuration.GetConnectionString("RabbitMq") is { Length: > 0 } broker)
        {
            if (builder.Services.All(s => s.ServiceType != typeof(RabbitMqTransport)))
            {
                builder.Services.AddSingleton(services => new RabbitMqTransport(
                    new Uri(broker),
                    services.GetServices<Subscription>(),
                    services.GetRequiredService<ILoggerFactory>()
                ));
                builder.Services.AddSingleton<IMessageTransport>(s => s.GetRequiredService<RabbitMqTransport>());
                builder.Services.AddHostedService(s => s.GetRequiredService<RabbitMqTransport>());
                builder.Services.AddHealthChecks().AddCheck<RabbitMqTransport>("rabbitmq", tags: ["ready"]);
            }
        }
        else
        {
            builder.Services.TryAddSingleton<IMessageTransport, InProcessTransport>();
        }
        builder.Services.AddHostedService(services =>
            ActivatorUtilities.CreateInstance<OutboxDispatcher<TDb>>(services, service)
        );
        subscribe(new Subscriptions<TDb>(builder.Services, service));
    }

    /// <summary>Parked messages of one service, for the person who looks at 2 a.m.: what they are, and try again.</summary>
    public static void MapParkedMessages<TDb>(this IEndpointRouteBuilder routes, string prefix)
        where TDb : PlatformDb
    {
        routes
            .MapGet(
                $"{prefix}/messages/parked",
                async (TDb db, CancellationToken ct) =>
                    new Page<ParkedMessage>(
                        await db
                            .Outbox.Where(o => o.ParkedAt != null)
                            .OrderBy(o => o.Position)
                            .Take(500)
                            .Select(o => new ParkedMessage(
                                o.Id,
                                o.Type,
                                o.AggregateId,
                                o.CreatedAt,
                                o.ParkedAt!.Value,
                                o.LastError
                            ))
                            .ToListAsync(ct)
                    )
            )
            .RequireAuthorization(Policies.Maintain)
            .WithSummary("Messages that could not be sent and wait for a person");
        routes
            .MapPost(
                $"{prefix}/messages/parked/{{id:guid}}/retry",
                async Task<Results<NoContent, ProblemHttpResult>> (
                    Guid id,
                    TDb db,
                    TimeProvider time,
                    CancellationToken ct
                ) =>
                {
                    var found = await db
                        .Outbox.Where(o => o.Id == id && o.ParkedAt != null)
                        .ExecuteUpdateAsync(
                            set =>
                                set.SetProperty(o => o.ParkedAt, (DateTimeOffset?)null)
                                    .SetProperty(o => o.Attempts, 0)
                                    .SetProperty(o => o.NextAttemptAt, time.GetUtcNow()),
                            ct
                        );
                    if (found == 0)
                    {
                        return Problem.NotFound.With("No such message is parked.");
                    }
                    db.Note("retried", "parked-message", id.ToString());
                    await db.SaveChangesAsync(ct);
                    return TypedResults.NoContent();
                }
            )
            .RequireAuthorization(Policies.Maintain)
            .WithSummary("Send a parked message again");
    }

    internal sealed record ParkedMessage(
        Guid Id,
        string Type,
        Guid AggregateId,
        DateTimeOffset CreatedAt,
        DateTimeOffset ParkedAt,
        string? Error
    );
}

/// <summary>What one service takes from others.</summary>
public sealed class Subscriptions<TDb>(IServiceCollection services, string service)
    where TDb : PlatformDb
{
    /// <summary>The queue is <c>laichau.{service}.{message}</c>, for example <c>laichau.telemetry.release-published</c>.</summary>
    public Subscriptions<TDb> Take<TMessage, THandler>(string message)
        where TMessage : class, IMessage
        where THandler : class, IHandle<TMessage>
    {
        services.AddScoped<THandler>();
        services.AddSingleton<Subscription>(provider => new Subscription<TMessage, THandler, TDb>(
            $"laichau.{service}.{message}",
            provider.GetRequiredService<IServiceScopeFactory>(),
            provider.GetRequiredService<ILogger<THandler>>()
        ));
        return this;
    }
}
