using LaiChau.Testing;

[assembly: AssemblyFixture(typeof(LaiChau.Install.Tests.Package))]

namespace LaiChau.Install.Tests;

/// <summary>The agent's Debian package, as deploy/agent/build.sh makes it.</summary>
public sealed class Package : IAsyncLifetime
{
    public string Current { get; private set; } = "";

    /// <summary>The same program under the next version's number.</summary>
    public string Newer { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        // An old engine does not know what a new client says.
        if (Environment.GetEnvironmentVariable("DOCKER_API_VERSION") is null)
            Environment.SetEnvironmentVariable(
                "DOCKER_API_VERSION",
                (await Shell("docker version --format '{{.Server.APIVersion}}'")).Trim()
            );
        // tests/run.sh has built it already.
        if (Environment.GetEnvironmentVariable("LCP_TEST_RUN") is null)
        {
            await Shell($"{Repository.Root}/deploy/agent/build.sh linux-x64", TimeSpan.FromMinutes(20));
            await Shell($"{Repository.Root}/tests/infra/build-images.sh systemd", TimeSpan.FromMinutes(10));
        }
        Current = Assert.Single(Directory.GetFiles(Path.Combine(Repository.Root, "deploy/agent/out"), "*_amd64.deb"));
        Newer = Path.Combine(Repository.Results, "point-agent-newer.deb");
        var tree = Path.Combine(Repository.Results, "newer");
        await Shell(
            $"""
            rm -rf {tree}
            dpkg-deb -R {Current} {tree}
            sed -i 's/^Version: .*/&+1/' {tree}/DEBIAN/control
            dpkg-deb --build --root-owner-group {tree} {Newer}
            """
        );
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static async Task<string> Shell(string script, TimeSpan? timeout = null)
    {
        var run = await ProgramRun.OfCommand(["bash", "-ec", script], timeout: timeout);
        Assert.True(run.ExitCode == 0, run.Output + run.Errors);
        return run.Output;
    }
}
