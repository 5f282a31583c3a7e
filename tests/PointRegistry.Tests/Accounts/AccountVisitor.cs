using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Web;
using Xunit;

namespace LaiChau.PointRegistry.Tests.Accounts;

/// <summary>A person before a browser: opens the pages of an account, fills in their forms, and comes to the console's tokens.</summary>
internal sealed partial class AccountVisitor : IDisposable
{
    private readonly RegistryHouse house;
    private readonly HttpClient browser;
    private readonly string verifier = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    public AccountVisitor(RegistryHouse house)
    {
        this.house = house;
        browser = new HttpClient(
            new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() }
        )
        {
            BaseAddress = house.Process.Address,
        };
    }

    /// <summary>The page before the visitor, as text.</summary>
    public string Page { get; private set; } = "";
    public HttpStatusCode Status { get; private set; }

    /// <summary>Where the last answer sends the browser, if it does.</summary>
    public Uri? Location { get; private set; }

    /// <summary>The key that the page of the set-up shows.</summary>
    public string SecondFactorKey =>
        KeyText().Match(Page).Groups["key"].Value.Replace(" ", "", StringComparison.Ordinal);

    private Uri Authorize =>
        new(
            "/connect/authorize?client_id=console&response_type=code&scope=openid%20profile%20offline_access"
                + $"&redirect_uri={Uri.EscapeDataString(RegistryHouse.Redirect)}&code_challenge_method=S256&state=s"
                + $"&code_challenge={Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)))}",
            UriKind.Relative
        );

    public void Dispose() => browser.Dispose();

    public async Task Open(string path) =>
        await Read(await browser.GetAsync(new Uri(path, UriKind.RelativeOrAbsolute)));

    /// <summary>Fills in the form of the page.</summary>
    public async Task Submit(params (string Name, string Value)[] typed)
    {
        var form = FormTag().Match(Page);
        Assert.True(form.Success, Page);
        var hidden = HiddenField()
            .Matches(Page)
            .DistinctBy(m => m.Groups["name"].Value)
            .Select(m => KeyValuePair.Create(m.Groups["name"].Value, HttpUtility.HtmlDecode(m.Groups["value"].Value)));
        await Read(
            await browser.PostAsync(
                new Uri(form.Groups["action"].Value, UriKind.Relative),
                new FormUrlEncodedContent([.. hidden, .. typed.Select(t => KeyValuePair.Create(t.Name, t.Value))])
            )
        );
    }

    /// <summary>From the console to the sign-in page, and through it with the password.</summary>
    public async Task SignIn(string userName, string password = RegistryHouse.Password)
    {
        await Read(await browser.GetAsync(Authorize));
        Assert.Equal(HttpStatusCode.Found, Status);
        await Open(Location!.ToString());
        await Submit(("userName", userName), ("password", password));
    }

    /// <summary>What the console gets for the person whom this browser remembers.</summary>
    public async Task<JsonElement> Tokens()
    {
        await Read(await browser.GetAsync(Authorize));
        Assert.StartsWith(RegistryHouse.Redirect, Location!.ToString(), StringComparison.Ordinal);
        return await RegistryHouse.Ok(
            await house.Token(
                ("grant_type", "authorization_code"),
                ("client_id", "console"),
                ("code", HttpUtility.ParseQueryString(Location.Query)["code"]!),
                ("redirect_uri", RegistryHouse.Redirect),
                ("code_verifier", verifier)
            )
        );
    }

    /// <summary>Whether the console would have to ask who is there.</summary>
    public async Task<bool> IsForgotten()
    {
        await Read(await browser.GetAsync(Authorize));
        return Location!.ToString().StartsWith("/account/sign-in", StringComparison.Ordinal);
    }

    /// <summary>Where the browser is sent when the console asks without showing anything.</summary>
    public async Task<string> AskSilently()
    {
        await Read(await browser.GetAsync(new Uri($"{Authorize}&prompt=none", UriKind.Relative)));
        return Location!.ToString();
    }

    public void Sees(string text) => Assert.Contains(text, Page, StringComparison.Ordinal);

    private async Task Read(HttpResponseMessage answer)
    {
        using (answer)
        {
            Status = answer.StatusCode;
            Location = answer.Headers.Location;
            Page = HttpUtility.HtmlDecode(await answer.Content.ReadAsStringAsync());
        }
    }

    [GeneratedRegex(
        "<input type=\"hidden\" name=\"(?<name>[^\"]*)\" value=\"(?<value>[^\"]*)\"",
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture
    )]
    private static partial Regex HiddenField();

    [GeneratedRegex("<code id=\"key\">(?<key>[A-Z2-7 ]+)</code>", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex KeyText();

    [GeneratedRegex(
        "<form method=\"post\" action=\"(?<action>[^\"]*)\"",
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture
    )]
    private static partial Regex FormTag();
}
