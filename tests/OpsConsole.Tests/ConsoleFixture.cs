using System.Net;
using System.Text.RegularExpressions;
using LaiChau.Testing;

namespace LaiChau.OpsConsole.Tests;

/// <summary>The console as a process of its own, before a server that speaks the contract.</summary>
public sealed class ConsoleFixture : IAsyncLifetime
{
    private ServiceProcess _console = null!;

    internal ContractServer Server { get; private set; } = null!;
    public Uri Address => _console.Address;

    public async ValueTask InitializeAsync()
    {
        Server = await ContractServer.Start();
        _console = await ServiceProcess.Start(
            "services/OpsConsole",
            new Dictionary<string, string?>
            {
                ["Console:Api"] = Server.Address.ToString(),
                ["Console:Authority"] = Server.Address.ToString(),
                ["Console:MaxUploadBytes"] = "100000",
            }
        );
        Samples.Fill(Server);
    }

    /// <summary>A browser without script that follows redirects and keeps cookies; signed in by the first page it opens.</summary>
    internal ConsoleVisitor SignIn(string name, params string[] roles) =>
        SignIn(new ContractServer.Account(Guid.CreateVersion7(), name, roles));

    internal ConsoleVisitor SignIn(ContractServer.Account account)
    {
        Server.SignsIn = account;
        return new ConsoleVisitor(Address);
    }

    public async ValueTask DisposeAsync()
    {
        await _console.DisposeAsync();
        await Server.DisposeAsync();
    }
}

internal sealed partial class ConsoleVisitor(Uri console) : IDisposable
{
    private readonly HttpClient _http = new(new HttpClientHandler { CookieContainer = new CookieContainer() })
    {
        BaseAddress = console,
    };

    public async Task<(HttpStatusCode Status, string Text)> Open(string path)
    {
        using var response = await _http.GetAsync(path);
        return (response.StatusCode, WebUtility.HtmlDecode(await response.Content.ReadAsStringAsync()));
    }

    public async Task<string> Markup(string path) => await _http.GetStringAsync(path);

    public Task<HttpResponseMessage> Fetch(string path) => _http.GetAsync(path);

    /// <summary>Sends the form of a page as its button would, with the page's own hidden token.</summary>
    public async Task<(HttpStatusCode Status, string Text)> Send(
        string formPage,
        string action,
        params (string, string)[] fields
    )
    {
        return await SendRaw(action, [("__RequestVerificationToken", await Token(formPage)), .. fields]);
    }

    public async Task<(HttpStatusCode Status, string Text)> SendRaw(string action, params (string, string)[] fields)
    {
        using var form = new FormUrlEncodedContent(fields.Select(f => KeyValuePair.Create(f.Item1, f.Item2)));
        using var response = await _http.PostAsync(action, form);
        return (response.StatusCode, WebUtility.HtmlDecode(await response.Content.ReadAsStringAsync()));
    }

    public async Task<(HttpStatusCode Status, string Text)> Upload(
        string formPage,
        string action,
        string field,
        string name,
        string mediaType,
        string content,
        params (string, string)[] fields
    )
    {
        using var form = new MultipartFormDataContent();
        using var file = new StringContent(content);
        file.Headers.ContentType = new(mediaType);
        form.Add(file, field, name);
        foreach (var (key, value) in fields.Append(("__RequestVerificationToken", await Token(formPage))))
        {
            form.Add(new StringContent(value), key);
        }
        using var response = await _http.PostAsync(action, form);
        return (response.StatusCode, WebUtility.HtmlDecode(await response.Content.ReadAsStringAsync()));
    }

    public void Dispose() => _http.Dispose();

    private async Task<string> Token(string page) =>
        HiddenToken().Match(await _http.GetStringAsync(page)).Groups["token"].Value;

    [GeneratedRegex(
        "name=\"__RequestVerificationToken\" value=\"(?<token>[^\"]+)\"",
        RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex HiddenToken();
}
