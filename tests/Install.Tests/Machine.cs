using LaiChau.PointAgent.Tests;
using LaiChau.Testing;

namespace LaiChau.Install.Tests;

/// <summary>A PC with Debian, in a container with this machine's network: started as PCs are, or without systemd as in an installer.</summary>
internal sealed class Machine : IAsyncDisposable
{
    private readonly string _id;

    private Machine(string id) => _id = id;

    public HttpClient Screen { get; } = new() { BaseAddress = new Uri($"http://127.0.0.1:{FreePort.Take()}") };

    public static async Task<Machine> Boot()
    {
        var machine = await Start([]);
        await Eventually.Holds(
            async () => (await machine.Try("systemctl is-system-running")).Output.Trim() is "running" or "degraded",
            TimeSpan.FromSeconds(120)
        );
        return machine;
    }

    public static Task<Machine> WithoutSystemd() => Start(["sleep", "infinity"]);

    /// <summary>As root; it must end well.</summary>
    /// <returns>What it said.</returns>
    public async Task<string> Run(string script)
    {
        var run = await Try(script);
        return run.ExitCode == 0
            ? run.Output + run.Errors
            : throw new InvalidOperationException($"{script}\nended with {run.ExitCode}: {run.Output}{run.Errors}");
    }

    public Task<ProgramRun> Try(string script) => Docker("exec", _id, "bash", "-ec", script);

    public async Task Copy(string from, string to) =>
        Assert.Equal(0, (await Docker("cp", from, $"{_id}:{to}")).ExitCode);

    /// <returns>What dpkg said.</returns>
    public async Task<string> Install(string package)
    {
        await Copy(package, "/root/agent.deb");
        return await Run("dpkg -i /root/agent.deb");
    }

    /// <summary>Installs it, and gives it a screen that no other machine of the tests has.</summary>
    public async Task InstallAndSet(string package)
    {
        await Install(package);
        await Set();
    }

    public async Task Set()
    {
        var screen = Screen.BaseAddress!.GetLeftPart(UriPartial.Authority);
        await Run(
            $"sed -i 's#http://\\*:8080#{screen}#' /etc/point-agent/appsettings.json; systemctl restart point-agent"
        );
    }

    public async Task Enrol(Headquarters headquarters) =>
        Assert.Contains(
            "Đã ghi danh",
            await Run($"point-agent enrol MAU-0001 --server {headquarters.Address}"),
            StringComparison.Ordinal
        );

    public Task Shows(string text) =>
        Eventually.Passes(
            async () =>
                Assert.Contains(text, await Screen.GetStringAsync("/r/a/b/index.html"), StringComparison.Ordinal),
            TimeSpan.FromSeconds(120)
        );

    public async Task<string> Property(string name) =>
        (await Run($"systemctl show --value -p {name} point-agent.service")).Trim();

    public async ValueTask DisposeAsync()
    {
        var said = await Try("journalctl -u point-agent --no-pager | tail -40");
        TestContext.Current.TestOutputHelper?.WriteLine(said.Output);
        await Docker("rm", "-f", "-v", _id);
        Screen.Dispose();
    }

    private static async Task<Machine> Start(string[] command)
    {
        var run = await Docker([
            "run",
            "--detach",
            "--label",
            $"laichau.testing={Environment.GetEnvironmentVariable("LCP_TEST_RUN") ?? "shared"}",
            "--network=host",
            // What systemd needs of its own: mounts, groups of processes; and strace of a process of another account.
            "--cap-add=SYS_ADMIN",
            "--cap-add=SYS_PTRACE",
            "--security-opt=seccomp=unconfined",
            "--security-opt=apparmor=unconfined",
            "--cgroupns=private",
            "--tmpfs=/run",
            "--tmpfs=/tmp",
            "--volume=/sys/fs/cgroup:/sys/fs/cgroup",
            "local/systemd:12",
            .. command,
        ]);
        Assert.True(run.ExitCode == 0, run.Errors);
        return new Machine(run.Output.Trim());
    }

    private static Task<ProgramRun> Docker(params string[] arguments) =>
        ProgramRun.OfCommand(["docker", .. arguments], timeout: TimeSpan.FromMinutes(5));
}
