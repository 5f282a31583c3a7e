using System.Diagnostics;
using DotNet.Testcontainers.Builders;
using DotNet.Testcontainers.Containers;
using Npgsql;

namespace LaiChau.Testing;

/// <summary>
/// A database, broker or object store of one test's own, on a port that stays the same, that may be killed and started
/// again; it keeps its data.
/// </summary>
public sealed class PrivateServer : IAsyncDisposable
{
    private readonly Func<Task> start;
    private readonly Func<Task> kill;
    private readonly Func<Task> remove;
    private readonly Func<Task> answers;

    private PrivateServer(string address, Func<Task> start, Func<Task> kill, Func<Task> remove, Func<Task> answers)
    {
        Address = address;
        this.start = start;
        this.kill = kill;
        this.remove = remove;
        this.answers = answers;
    }

    /// <summary>A connection string (PostgreSQL), amqp://user:password@host:port/ or http://access:secret@host:port (S3).</summary>
    public string Address { get; }

    public static Task<PrivateServer> Postgres()
    {
        var port = FreePort.Take();
        var address = $"Host=127.0.0.1;Port={port};Username=postgres;Password=postgres;Database=postgres";
        return Started(
            address,
            port,
            "pg.sh",
            () => Engine.Postgres().WithPortBinding(port, 5432).Build(),
            async () =>
            {
                await using var connection = new NpgsqlConnection(address + ";Pooling=false;Timeout=2");
                await connection.OpenAsync();
            }
        );
    }

    public static Task<PrivateServer> RabbitMq()
    {
        var port = FreePort.TakeRange(4);
        return Started(
            $"amqp://test:test@127.0.0.1:{port}/",
            port,
            "rmq.sh",
            () => Engine.RabbitMq().WithPortBinding(port, 5672).Build(),
            () => AmqpAnswers(port)
        );
    }

    public static Task<PrivateServer> S3()
    {
        var port = FreePort.TakeRange(41);
        return Started(
            $"http://minioadmin:minioadmin@127.0.0.1:{port}",
            port,
            "rgw.sh",
            () => Engine.S3().WithEnvironment("STORE", "bluestore").WithPortBinding(port, 9000).Build(),
            async () =>
            {
                using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(2) };
                using var response = await client.GetAsync(new Uri($"http://127.0.0.1:{port}/"));
            }
        );
    }

    /// <summary>SIGKILL.</summary>
    public Task KillAsync() => kill();

    /// <summary>Starts it again after <see cref="KillAsync"/> and waits until it answers.</summary>
    public async Task StartAsync()
    {
        await start();
        await Eventually.Passes(answers, TimeSpan.FromSeconds(90), $"{Address} answers");
    }

    public async ValueTask DisposeAsync() => await remove();

    private static async Task<PrivateServer> Started(
        string address,
        int port,
        string script,
        Func<IContainer> build,
        Func<Task> answers
    )
    {
        PrivateServer server;
        if (Engine.IsNative)
        {
            var folder = Directory.CreateTempSubdirectory("laichau-private-").FullName;
            server = new PrivateServer(
                address,
                () => Script(script, "start", folder, $"{port}"),
                () => Script(script, "kill", folder),
                async () =>
                {
                    await Script(script, "kill", folder);
                    Directory.Delete(folder, recursive: true);
                },
                answers
            );
        }
        else
        {
            var container = build();
            server = new PrivateServer(
                address,
                () => container.StartAsync(),
                () => Engine.Kill(container),
                async () => await container.DisposeAsync(),
                answers
            );
        }
        await server.StartAsync();
        return server;
    }

    private static async Task AmqpAnswers(int port)
    {
        using var client = new System.Net.Sockets.TcpClient();
        await client.ConnectAsync("127.0.0.1", port);
        var stream = client.GetStream();
        await stream.WriteAsync("AMQP\0\0\u0009\u0001"u8.ToArray());
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        await stream.ReadExactlyAsync(new byte[7], limit.Token);
    }

    private static async Task Script(string name, params string[] arguments)
    {
        var command = new ProcessStartInfo(
            "bash",
            [Path.Combine(Repository.Root, "tests", "infra", name), .. arguments]
        );
        command.Environment["STORE"] = "bluestore";
        using var script = Process.Start(command)!;
        await script.WaitForExitAsync();
        if (script.ExitCode != 0)
        {
            throw new InvalidOperationException($"tests/infra/{name} {string.Join(' ', arguments)} failed.");
        }
    }
}
