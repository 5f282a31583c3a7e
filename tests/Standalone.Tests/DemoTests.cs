using System.Net;
using System.Net.Sockets;
using LaiChau.Testing;
using Xunit;

namespace LaiChau.Standalone.Tests;

/// <summary>The README's first command, as its reader runs it.</summary>
public sealed class DemoTests
{
    private static readonly string Data = Path.Combine(Repository.Results, $"demo-{Guid.CreateVersion7():N}");

    [Fact]
    public async Task Takes_content_the_whole_way_and_goes_on_with_its_data_at_another_address()
    {
        var first = await Demo();
        Assert.True(first.ExitCode == 0, first.Output + first.Errors);
        Assert.Contains("release 1 of nong-nghiep/che-shan", first.Output, StringComparison.Ordinal);
        Assert.Contains("Every step held.", first.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("fail:", first.Output, StringComparison.Ordinal);

        var second = await Demo();
        Assert.True(second.ExitCode == 0, second.Output + second.Errors);
        Assert.Contains("release 2 of nong-nghiep/che-shan", second.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("fail:", second.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(await Password("admin"), first.Output + second.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ends_with_a_fault_when_its_port_is_taken()
    {
        using var taken = new TcpListener(IPAddress.Loopback, FreePort.Take());
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;

        var run = await ProgramRun.Of(
            "deploy/Standalone",
            ["demo", "--once", "--data", Data + "-taken", "--port", $"{port}"]
        );

        Assert.Equal(1, run.ExitCode);
        Assert.Contains($"{port}", run.Errors, StringComparison.Ordinal);
        Assert.Contains("--port", run.Errors, StringComparison.Ordinal);
    }

    private static Task<string> Password(string account) =>
        File.ReadAllTextAsync(Path.Combine(Data, "passwords", account));

    private static Task<ProgramRun> Demo() =>
        ProgramRun.Of(
            "deploy/Standalone",
            ["demo", "--once", "--data", Data, "--port", $"{FreePort.Take()}", "--point-port", $"{FreePort.Take()}"],
            timeout: TimeSpan.FromMinutes(10)
        );
}
