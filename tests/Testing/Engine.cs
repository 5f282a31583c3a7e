using System.Diagnostics;
using Docker.DotNet;
using DotNet.Testcontainers.Builders;
using DotNet.Testcontainers.Configurations;
using DotNet.Testcontainers.Containers;
using Testcontainers.PostgreSql;
using Testcontainers.RabbitMq;

namespace LaiChau.Testing;

/// <summary>The Docker engine and the images at hand: official ones, or local/* built by tests/infra/build-images.sh.</summary>
internal static class Engine
{
    /// <summary>Set by tests/run.sh where no engine can run: servers are then started by the scripts in tests/infra.</summary>
    public static bool IsNative => Environment.GetEnvironmentVariable("LCP_TEST_NATIVE") is not null;

    /// <summary>tests/run.sh removes what its own run left behind by this label.</summary>
    private static string Run => Environment.GetEnvironmentVariable("LCP_TEST_RUN") ?? "shared";

    private static readonly Lazy<bool> Prepared = new(Prepare);

    public static PostgreSqlBuilder Postgres() =>
        new PostgreSqlBuilder(Image("LCP_TEST_POSTGRES_IMAGE", "local/postgres:15", "postgres:17"))
            .WithLabel("laichau.testing", Run)
            // The builder switches fsync off, which is what makes it fast; a killed server must not forget what it committed.
            .WithCommand("-c", "synchronous_commit=on", "-c", "max_connections=500");

    public static RabbitMqBuilder RabbitMq() =>
        new RabbitMqBuilder(Image("LCP_TEST_RABBITMQ_IMAGE", "local/rabbitmq:3.10", "rabbitmq:4-management"))
            .WithLabel("laichau.testing", Run)
            .WithUsername("test")
            .WithPassword("test");

    public static ContainerBuilder S3()
    {
        var image = Image("LCP_TEST_S3_IMAGE", "local/s3:16", "minio/minio");
        var builder = new ContainerBuilder(image)
            .WithLabel("laichau.testing", Run)
            .WithEnvironment("MINIO_ROOT_USER", "minioadmin")
            .WithEnvironment("MINIO_ROOT_PASSWORD", "minioadmin")
            .WithWaitStrategy(
                Wait.ForUnixContainer()
                    .UntilHttpRequestIsSucceeded(request => request.ForPort(9000).ForStatusCodeMatching(_ => true))
            );
        return image.Contains("minio", StringComparison.Ordinal) ? builder.WithCommand("server", "/data") : builder;
    }

    /// <summary>SIGKILL, which Testcontainers itself does not offer.</summary>
    public static async Task Kill(IContainer container)
    {
        using var client = TestcontainersSettings
            .OS.DockerEndpointAuthConfig.GetDockerClientBuilder(Guid.Empty)
            .Build();
        await client.Containers.KillContainerAsync(container.Id, new());
        await Eventually.Holds(async () =>
            !(await client.Containers.InspectContainerAsync(container.Id)).State!.Running
        );
    }

    private static string Image(string setting, string local, string official)
    {
        _ = Prepared.Value;
        return Environment.GetEnvironmentVariable(setting) is { Length: > 0 } image ? image
            : Docker("image", "inspect", local) is not null ? local
            : official;
    }

    private static bool Prepare()
    {
        var version =
            Docker("version", "--format", "{{.Server.APIVersion}}")
            ?? throw new InvalidOperationException(
                "No Docker engine answers. Start one, or run the tests by tests/run.sh."
            );
        Default("DOCKER_API_VERSION", version);
        if (Docker("image", "inspect", "local/postgres:15") is not null)
        {
            // Local images stand in because none can be pulled; the reaper's cannot be either.
            Default("TESTCONTAINERS_RYUK_DISABLED", "true");
        }
        return true;

        static void Default(string name, string value)
        {
            if (Environment.GetEnvironmentVariable(name) is not { Length: > 0 })
            {
                Environment.SetEnvironmentVariable(name, value);
            }
        }
    }

    private static string? Docker(params string[] arguments)
    {
        using var docker = Process.Start(
            new ProcessStartInfo("docker", arguments)
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                UseShellExecute = false,
            }
        )!;
        var errors = docker.StandardError.ReadToEndAsync();
        var output = docker.StandardOutput.ReadToEnd().Trim();
        docker.WaitForExit();
        _ = errors.GetAwaiter().GetResult();
        return docker.ExitCode == 0 ? output : null;
    }
}
