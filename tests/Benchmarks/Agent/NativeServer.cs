using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using LaiChau.Testing;

namespace LaiChau.Benchmarks.Agent;

/// <summary>A web server compiled ahead, as a process; what it takes to its first page, and what it holds.</summary>
internal sealed class NativeServer : IAsyncDisposable
{
    private readonly Process process;

    private NativeServer(Process process, Uri address, TimeSpan toFirstPage)
    {
        (this.process, ToFirstPage) = (process, toFirstPage);
        Client = new HttpClient { BaseAddress = address };
    }

    public HttpClient Client { get; }

    /// <summary>From the start of the process until a page has come whole.</summary>
    public TimeSpan ToFirstPage { get; }

    public static async Task<NativeServer> Start(string program, params (string Name, string Value)[] settings)
    {
        var address = new Uri($"http://127.0.0.1:{FreePort.Take()}");
        var start = new ProcessStartInfo(program) { UseShellExecute = false, RedirectStandardOutput = true };
        start.Environment["Agent__Urls"] = start.Environment["ASPNETCORE_URLS"] = address.ToString();
        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }
        using var client = new HttpClient { BaseAddress = address };
        var watch = Stopwatch.StartNew();
        var started = Process.Start(start)!;
        _ = started.StandardOutput.ReadToEndAsync();
        await UntilListening(address, started);
        await client.GetStringAsync("/");
        return new NativeServer(started, address, watch.Elapsed);
    }

    /// <summary>Kilobytes of a line of the kernel's account: Rss, Anonymous.</summary>
    public long Memory(string kind) =>
        long.Parse(
            File.ReadLines($"/proc/{process.Id}/smaps_rollup")
                .Single(line => line.StartsWith(kind + ":", StringComparison.Ordinal))
                .Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
            CultureInfo.InvariantCulture
        );

    /// <summary>Until now.</summary>
    public Cost Spent
    {
        get
        {
            process.Refresh();
            return new(process.TotalProcessorTime.TotalSeconds, Measure.PeakBytesOf(process.Id));
        }
    }

    /// <summary>Of disks, not of their cache.</summary>
    public long BytesRead =>
        long.Parse(
            File.ReadLines($"/proc/{process.Id}/io")
                .Single(line => line.StartsWith("read_bytes:", StringComparison.Ordinal))
                .Split(' ')[1],
            CultureInfo.InvariantCulture
        );

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        using (var kill = Process.Start("kill", [process.Id.ToString(CultureInfo.InvariantCulture)]))
        {
            await kill.WaitForExitAsync();
        }
        await process.WaitForExitAsync();
        process.Dispose();
    }

    private static async Task UntilListening(Uri address, Process started)
    {
        while (!started.HasExited)
        {
            try
            {
                using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync("127.0.0.1", address.Port);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(1);
            }
        }
        throw new InvalidOperationException($"It ended with {started.ExitCode}.");
    }
}
