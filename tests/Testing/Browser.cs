using System.Reflection;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Xunit;

namespace LaiChau.Testing;

/// <summary>A headless Chromium, one for the test process; every page gets a context (cookies, storage) of its own.</summary>
public sealed class Browser : IAsyncDisposable
{
    private static readonly Lazy<Task<IBrowser>> Chromium = new(Launch);

    private readonly IBrowserContext context;

    private Browser(IBrowserContext context) => this.context = context;

    /// <summary>A fresh profile, Vietnamese, on a desktop screen or, with <paramref name="phone"/>, on a small phone's.</summary>
    public static async Task<Browser> Open(bool phone = false, bool javaScript = true)
    {
        var chromium = await Chromium.Value;
        var opened = await chromium.NewContextAsync(
            new()
            {
                Locale = "vi-VN",
                TimezoneId = "Asia/Ho_Chi_Minh",
                JavaScriptEnabled = javaScript,
                ViewportSize = phone ? new() { Width = 360, Height = 740 } : new() { Width = 1280, Height = 800 },
            }
        );
        opened.SetDefaultTimeout(60_000);
        return new Browser(opened);
    }

    public Task<IPage> NewPage() => context.NewPageAsync();

    public async Task<IPage> NewPage(Uri address)
    {
        var page = await context.NewPageAsync();
        await page.GotoAsync(address.ToString());
        return page;
    }

    public async ValueTask DisposeAsync() => await context.DisposeAsync();

    private static async Task<IBrowser> Launch()
    {
        var package = typeof(Browser)
            .Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(metadata => metadata.Key == "PlaywrightPackage")
            .Value!;
        Environment.SetEnvironmentVariable("PLAYWRIGHT_DRIVER_SEARCH_PATH", package);
        if (!OperatingSystem.IsWindows())
        {
            // NuGet unpacks without the executable bit.
            foreach (
                var node in Directory.GetFiles(
                    Path.Combine(package, ".playwright", "node"),
                    "node",
                    SearchOption.AllDirectories
                )
            )
            {
                File.SetUnixFileMode(node, File.GetUnixFileMode(node) | UnixFileMode.UserExecute);
            }
        }
        var installed = new[] { "/usr/bin/chromium", "/usr/bin/google-chrome" }.FirstOrDefault(File.Exists);
        var playwright = await Playwright.CreateAsync();
        return await playwright.Chromium.LaunchAsync(
            new()
            {
                ExecutablePath = Environment.GetEnvironmentVariable("LCP_TEST_CHROMIUM") ?? installed,
                Args =
                [
                    "--no-sandbox",
                    "--disable-background-networking",
                    "--disable-component-update",
                    "--disable-sync",
                    "--no-first-run",
                    "--disable-quic",
                ],
            }
        );
    }
}

public static class BrowserPages
{
    /// <summary>Saves what the page shows as TestResults/…/<paramref name="name"/>.png and answers the file.</summary>
    public static async Task<string> Shot(this IPage page, string name)
    {
        var file = Path.Combine(Repository.Results, $"{name}.png");
        for (var refused = 0; ; refused++)
        {
            try
            {
                await page.ScreenshotAsync(new() { Path = file, FullPage = true });
                break;
            }
            // A busy Chromium now and then answers so and takes the very same picture when it is asked again.
            catch (PlaywrightException e)
                when (refused < 3 && e.Message.Contains("Unable to capture screenshot", StringComparison.Ordinal))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(250), TestContext.Current.CancellationToken);
            }
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"— {file}");
        return file;
    }

    /// <summary>Takes a shot and asserts that axe finds no serious or critical fault.</summary>
    public static async Task AssertAccessible(this IPage page, string name)
    {
        await page.Shot(name);
        var result = await page.RunAxe();
        var faults = result
            .Violations.Where(violation => violation.Impact is "serious" or "critical")
            .Select(violation =>
                $"{violation.Impact}: {violation.Id}: {violation.Help}\n"
                + string.Join('\n', violation.Nodes.Select(node => $"    {node.Html}"))
            )
            .ToList();
        Assert.True(faults.Count == 0, $"{page.Url} is not accessible:\n{string.Join('\n', faults)}");
    }
}
