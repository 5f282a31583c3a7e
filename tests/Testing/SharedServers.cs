using DotNet.Testcontainers.Containers;
using Testcontainers.RabbitMq;

namespace LaiChau.Testing;

/// <summary>
/// One PostgreSQL, one RabbitMQ and one S3 server for all tests. tests/run.sh starts them once and passes their
/// addresses; otherwise they are started here on first use and kept running for the next process.
/// </summary>
internal static class SharedServers
{
    private static readonly Lazy<Task<string>> PostgresServer = new(async () =>
        Given("LCP_TEST_POSTGRES")
        ?? (await Once("postgres", () => Engine.Postgres().WithReuse(true).Build())).GetConnectionString()
    );

    private static readonly Lazy<Task<RabbitMqServer>> RabbitMqServer = new(async () =>
    {
        if (Given("LCP_TEST_RABBITMQ") is { } given)
        {
            return new RabbitMqServer(new Uri(given), new Uri(Given("LCP_TEST_RABBITMQ_MANAGEMENT")!));
        }
        var container = await Once(
            "rabbitmq",
            () => Engine.RabbitMq().WithPortBinding(15672, assignRandomHostPort: true).WithReuse(true).Build()
        );
        return new RabbitMqServer(
            new Uri(container.GetConnectionString()),
            new Uri($"http://{container.Hostname}:{container.GetMappedPublicPort(15672)}")
        );
    });

    private static readonly Lazy<Task<Uri>> S3Server = new(async () =>
    {
        if (Given("LCP_TEST_S3") is { } given)
        {
            return new Uri(given);
        }
        var container = await Once("s3", () => Engine.S3().WithPortBinding(9000, true).WithReuse(true).Build());
        return new Uri($"http://minioadmin:minioadmin@{container.Hostname}:{container.GetMappedPublicPort(9000)}");
    });

    public static Task<string> Postgres => PostgresServer.Value;

    public static Task<RabbitMqServer> RabbitMq => RabbitMqServer.Value;

    public static Task<Uri> S3 => S3Server.Value;

    private static string? Given(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    private static async Task<T> Once<T>(string name, Func<T> build)
        where T : IContainer
    {
        // Two test projects that start together must not start two servers.
        await using var turn = await Eventually.Passes(
            () =>
                Task.FromResult(
                    new FileStream(
                        Path.Combine(Path.GetTempPath(), $"laichau-testing-{name}.lock"),
                        FileMode.OpenOrCreate,
                        FileAccess.ReadWrite,
                        FileShare.None
                    )
                ),
            TimeSpan.FromMinutes(3)
        );
        var container = build();
        await container.StartAsync();
        return container;
    }
}

internal sealed record RabbitMqServer(Uri Amqp, Uri Management);
