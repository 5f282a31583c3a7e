using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Headers;
using Xunit;

namespace LaiChau.Testing;

/// <summary>
/// A built service as a process of its own, so that a test can kill it. Its output goes to a file under TestResults, and
/// its last lines to the output of the test in which it ends.
/// </summary>
public sealed class ServiceProcess : IAsyncDisposable
{
    private static readonly ConcurrentDictionary<int, Process> Running = new();
    private static int count;

    private readonly string program;
    private readonly string[] arguments;
    private readonly Dictionary<string, string?> settings;
    private readonly string readyPath;
    private readonly StreamWriter log;
    private readonly Lock logLock = new();
    private Process? process;

    static ServiceProcess() =>
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            foreach (var left in Running.Values)
            {
                left.Kill(entireProcessTree: true);
            }
        };

    private ServiceProcess(
        string project,
        IEnumerable<KeyValuePair<string, string?>> settings,
        string[] arguments,
        string readyPath,
        int? port
    )
    {
        program = Repository.Program(project);
        this.arguments = arguments;
        this.settings = new(settings, StringComparer.Ordinal);
        this.readyPath = readyPath;
        Address = new Uri($"http://127.0.0.1:{port ?? FreePort.Take()}");
        this.settings.TryAdd("ASPNETCORE_URLS", Address.ToString());
        Client = new HttpClient { BaseAddress = Address };
        LogFile = Path.Combine(
            Repository.Results,
            $"{Path.GetFileName(project)}-{Environment.ProcessId}-{Interlocked.Increment(ref count)}.log"
        );
        log = new StreamWriter(LogFile) { AutoFlush = true };
    }

    public Uri Address { get; }

    /// <summary>An anonymous client; the service's address is its base.</summary>
    public HttpClient Client { get; }

    public string LogFile { get; }

    public bool IsRunning => process is { HasExited: false };

    public int ProcessId => process!.Id;

    /// <summary>The whole platform in one process. What is set comes before what standalone would set: its port is the process's here.</summary>
    /// <param name="data">Where it keeps everything.</param>
    /// <param name="more">Other settings.</param>
    public static Task<ServiceProcess> StartStandalone(
        string data,
        IReadOnlyDictionary<string, string?>? more = null
    ) =>
        Start(
            "deploy/Standalone",
            new Dictionary<string, string?>(more ?? new Dictionary<string, string?>())
            {
                ["Auth:Issuer"] = "{url}/",
                ["Auth:KeysAddress"] = "{url}/.well-known/jwks",
                ["Identity:ConsoleRedirectUris:0"] = "{url}/console/signin-oidc",
                ["Console:Api"] = "{url}/",
                ["Console:Authority"] = "{url}/",
                ["Console:MetadataAddress"] = "{url}/.well-known/openid-configuration",
            },
            ["run", "--data", data]
        );

    /// <summary>
    /// Starts the program of a project, e.g. "services/Catalog", with settings as in appsettings ("Auth:Issuer"), and waits
    /// until it is ready. "{url}" in a setting stands for the process's own address; <paramref name="port"/> is one taken
    /// before, for those that must know it earlier.
    /// </summary>
    public static async Task<ServiceProcess> Start(
        string project,
        IEnumerable<KeyValuePair<string, string?>> settings,
        string[]? arguments = null,
        string readyPath = "/readyz",
        int? port = null
    )
    {
        var service = new ServiceProcess(project, settings, arguments ?? [], readyPath, port);
        try
        {
            await service.Start();
            return service;
        }
        catch
        {
            await service.DisposeAsync();
            throw;
        }
    }

    /// <summary>A client that presents a token of <see cref="TestTokens"/> (or any other).</summary>
    public HttpClient ClientWith(string token)
    {
        var client = new HttpClient { BaseAddress = Address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    /// <summary>Starts the process again on the same port, with some settings changed where given.</summary>
    public async Task Start(IEnumerable<KeyValuePair<string, string?>>? changed = null)
    {
        foreach (var (name, value) in changed ?? [])
        {
            settings[name] = value;
        }
        StartProcess();
        await Eventually.Passes(
            async () =>
            {
                if (!IsRunning)
                {
                    return;
                }
                using var response = await Client.GetAsync(readyPath);
                Assert.True(
                    response.IsSuccessStatusCode,
                    $"{readyPath} answers {(int)response.StatusCode}: {await response.Content.ReadAsStringAsync()}"
                );
            },
            TimeSpan.FromMinutes(3),
            $"{Path.GetFileName(program)} is ready; see {LogFile}"
        );
        Assert.True(IsRunning, $"{Path.GetFileName(program)} ended while starting:\n{LastLines()}");
    }

    /// <summary>SIGKILL: no chance to finish anything.</summary>
    public async Task Kill()
    {
        if (process is null)
        {
            return;
        }
        process.Kill(entireProcessTree: true);
        await Ended();
    }

    /// <summary>SIGTERM, as an orchestrator stops it; answers the exit code.</summary>
    public async Task<int> Stop()
    {
        using (var signal = System.Diagnostics.Process.Start("kill", ["-TERM", $"{ProcessId}"]))
        {
            await signal.WaitForExitAsync();
        }
        var ended = process!;
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(45));
        await ended.WaitForExitAsync(limit.Token);
        var code = ended.ExitCode;
        await Ended();
        return code;
    }

    public async Task Restart()
    {
        await Kill();
        await Start();
    }

    public string LastLines(int lines = 60)
    {
        using var reader = new StreamReader(
            new FileStream(LogFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite)
        );
        return string.Join('\n', reader.ReadToEnd().Split('\n').TakeLast(lines));
    }

    public async ValueTask DisposeAsync()
    {
        await Kill();
        await log.DisposeAsync();
        TestContext.Current.TestOutputHelper?.WriteLine($"— {LogFile}, last lines:\n{LastLines()}");
        Client.Dispose();
    }

    private void StartProcess()
    {
        var start = new ProcessStartInfo("dotnet", ["exec", program, .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetDirectoryName(program)!,
        };
        foreach (var (name, value) in settings)
        {
            start.Environment[name.Replace(":", "__", StringComparison.Ordinal)] = value?.Replace(
                "{url}",
                Address.ToString().TrimEnd('/'),
                StringComparison.Ordinal
            );
        }
        process = System.Diagnostics.Process.Start(start)!;
        Running[process.Id] = process;
        process.OutputDataReceived += (_, line) => Write(line.Data);
        process.ErrorDataReceived += (_, line) => Write(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    private async Task Ended()
    {
        await process!.WaitForExitAsync();
        Running.TryRemove(process.Id, out _);
        process.Dispose();
        process = null;
    }

    private void Write(string? line)
    {
        if (line is null)
        {
            return;
        }
        lock (logLock)
        {
            log.WriteLine(line);
        }
    }
}
