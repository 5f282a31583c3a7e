using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Unicode;
using LaiChau.Cli.Api;
using LaiChau.Cli.Sessions;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace LaiChau.Cli.Output;

/// <summary>Where a command reads its settings and writes its answer: tables for people, <c>--json</c> for machines.</summary>
internal sealed class Shell
{
    private const int WidthOfFiles = 240;
    private static readonly JsonSerializerOptions Indented = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.Create(UnicodeRanges.All),
    };
    private readonly IAnsiConsole console;

    public Shell(TextWriter output, TextWriter error)
    {
        Out = output;
        Error = error;
        console = On(output, Console.IsOutputRedirected || output != Console.Out);
        Progress = On(error, Console.IsErrorRedirected || error != Console.Error);
    }

    public TextWriter Out { get; }
    public TextWriter Error { get; }
    public TimeProvider Time { get; } = TimeProvider.System;

    /// <summary>Progress and prompts: beside the answer, so that the answer can be piped.</summary>
    public IAnsiConsole Progress { get; }

    public Option<bool> Json { get; } =
        new("--json") { Description = "In kết quả dạng JSON cho chương trình đọc.", Recursive = true };

    public static bool IsInteractive => !Console.IsErrorRedirected && !Console.IsInputRedirected;

    /// <summary>Signs in with the stored login or the environment.</summary>
    public async Task<PlatformClient> Connect(CancellationToken ct)
    {
        var login =
            Login.Find()
            ?? throw new CommandRefusedException(
                "Chưa đăng nhập. Chạy «lcp login», hoặc đặt LCP_SERVER, LCP_USER và LCP_PASSWORD hay LCP_KEY_FILE."
            );
        return await Connect(login, ct);
    }

    public async Task<PlatformClient> Connect(Login login, CancellationToken ct)
    {
        var http = new HttpClient(
            new SocketsHttpHandler
            {
                ConnectTimeout = TimeSpan.FromSeconds(15),
                PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            }
        )
        {
            BaseAddress = new Uri(login.Server.AbsoluteUri.TrimEnd('/') + "/"),
            Timeout = TimeSpan.FromMinutes(10),
        };
        var client = new PlatformClient(http, Time);
        await (
            login.ReadKey() is { } key
                ? client.SignIn(login.User, key, ct)
                : client.SignIn(login.User, login.Password!, ct)
        );
        return client;
    }

    public int Answer<T>(ParseResult parsed, T value, Func<T, IRenderable> forPeople)
    {
        if (parsed.GetValue(Json))
        {
            Out.WriteLine(JsonSerializer.Serialize(value, Indented));
        }
        else
        {
            console.Write(forPeople(value));
        }
        return Lcp.Done;
    }

    public void Note(string text) => Error.WriteLine(text);

    public void Complain(string what, params IReadOnlyList<string?> details)
    {
        Error.WriteLine(what);
        foreach (var detail in details.Where(d => !string.IsNullOrWhiteSpace(d)))
        {
            Error.WriteLine($"  {detail}");
        }
    }

    private static IAnsiConsole On(TextWriter writer, bool redirected)
    {
        var made = AnsiConsole.Create(
            new AnsiConsoleSettings
            {
                Out = new AnsiConsoleOutput(writer),
                Ansi = redirected ? AnsiSupport.No : AnsiSupport.Detect,
                Interactive = redirected ? InteractionSupport.No : InteractionSupport.Detect,
            }
        );
        if (redirected)
        {
            // A pipe has no width: ids must not be broken over lines.
            made.Profile.Width = WidthOfFiles;
        }
        return made;
    }
}
