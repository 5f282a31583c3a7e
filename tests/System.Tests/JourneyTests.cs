using System.Diagnostics;
using System.Net;
using LaiChau.Testing;
using Microsoft.Playwright;
using Xunit;

namespace LaiChau.System.Tests;

/// <summary>One push reaches one screen, by the same programs and pages that its people use.</summary>
public sealed class JourneyTests(Platform platform)
{
    private const string Samples = "deploy/samples";

    [Fact]
    public async Task A_pushed_folder_reaches_the_screen_and_a_recall_takes_it_off()
    {
        const string Package = "nong-nghiep/che-shan";
        var pushed = await platform.LcpJson("bientap", [.. Push(Package), $"{Samples}/che-shan"]);
        var release = pushed.GetProperty("id").GetGuid();
        Assert.Equal("awaitingApproval", pushed.GetProperty("state").GetString());
        var again = await platform.LcpJson("bientap", [.. Push(Package), $"{Samples}/che-shan"]);
        Assert.Equal(release, again.GetProperty("id").GetGuid());

        var refused = await platform.Lcp("bientap", "approve", $"{release}");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("forbidden", refused.Errors, StringComparison.Ordinal);
        await platform.LcpJson("duyet", "approve", $"{release}");

        await Eventually.Holds(() => platform.Shows($"r/{Package}", "chè Shan"));
        await Eventually.Holds(async () => await platform.StandingAtPoint(release) == "showing");
        await LookAtTheScreen(Package);
        await LookAtTheConsole(release);

        await platform.LcpJson("vanhanh", "recall", $"{release}", "--reason", "Thử thu hồi (mẫu)");
        await Eventually.Holds(async () =>
        {
            using var page = await platform.Agent.Client.GetAsync(new Uri($"r/{Package}", UriKind.Relative));
            return page.StatusCode == HttpStatusCode.NotFound;
        });
        await Eventually.Holds(async () => await platform.StandingAtPoint(release) == "removed");
        Assert.Equal(0, (await platform.Ops.GetCoverage(release)).MayStillShow);
    }

    [Fact]
    public async Task The_console_names_the_points_that_may_still_show_what_was_recalled()
    {
        const string Package = "mau/thu-hoi-khi-mat-mang";
        var pushed = await platform.LcpJson("bientap", [.. Push(Package), $"{Samples}/che-shan"]);
        var release = pushed.GetProperty("id").GetGuid();
        await platform.LcpJson("duyet", "approve", $"{release}");
        await Eventually.Holds(async () => await platform.StandingAtPoint(release) == "showing");
        await platform.Agent.Kill();

        await platform.LcpJson("vanhanh", "recall", $"{release}", "--reason", "Thử thu hồi (mẫu)");
        await Eventually.Holds(async () => await platform.StandingAtPoint(release) == "mayStillShow");
        await using (var browser = await Browser.Open())
        {
            var page = await browser.NewPage();
            await platform.SignIn(page, "vanhanh");
            await page.GotoAsync($"{platform.Address}console/phu-song/{release}");
            Assert.Contains(
                "Điểm có thể còn đang hiển thị",
                await page.InnerTextAsync("main"),
                StringComparison.Ordinal
            );
            Assert.Contains(Platform.PointName, await page.InnerTextAsync("main"), StringComparison.Ordinal);
            await page.AssertAccessible("console-may-still-show");
        }

        await platform.Agent.Start();
        await Eventually.Holds(async () => await platform.StandingAtPoint(release) == "removed");
    }

    [Fact]
    public async Task A_bulletin_in_two_languages_with_a_sound_reaches_the_screen()
    {
        var created = await platform.LcpJson("bientap", ["bulletin", "create", $"{Samples}/ban-tin/ban-tin.json"]);
        var id = created.GetProperty("id").GetGuid();
        await platform.LcpJson(
            "bientap",
            ["bulletin", "attach", $"{id}", $"{Samples}/ban-tin/giu-am-cho-trau-bo.mp3", "--language", "vi"]
        );
        await platform.LcpJson("bientap", "bulletin", "submit", $"{id}");
        await platform.LcpJson("duyet", "bulletin", "approve", $"{id}");

        var bulletin = await Eventually.Passes(async () =>
        {
            var now = await platform.Editor.GetBulletin(id);
            Assert.NotNull(now.Release?.PublishedAt);
            return now;
        });
        var release = await platform.Editor.GetRelease(bulletin.Release!.Id);
        await Eventually.Holds(() => platform.Shows($"r/{release.Package}", "trâu"));
        var sound = release.Files!.Single(f => f.MediaType == "audio/mpeg");
        using var played = await platform.Agent.Client.GetAsync(
            new Uri($"r/{release.Package}/{sound.Path}", UriKind.Relative)
        );
        Assert.Equal(sound.Size, (await played.Content.ReadAsByteArrayAsync()).Length);
    }

    [Fact]
    public async Task An_archive_pushed_by_curl_is_a_release()
    {
        var archive = Path.Combine(Repository.Results, $"che-shan-{Guid.CreateVersion7():N}.tar.gz");
        await Shell("tar", "-czf", archive, "-C", Path.Combine(Repository.Root, Samples, "che-shan"), ".");
        var token = await Shell(
            "curl",
            "-sSf",
            $"{platform.Address}connect/token",
            "-d",
            "grant_type=client_credentials",
            "-d",
            "client_id=bientap",
            "-d",
            "client_secret=mot-mat-khau-mau-4821"
        );
        var access = global::System.Text.Json.JsonElement.Parse(token).GetProperty("access_token").GetString();
        var answer = await Shell(
            "curl",
            "-sS",
            "--fail-with-body",
            $"{platform.Address}api/catalog/releases?package=mau/qua-curl&title.vi=G%C3%B3i%20m%E1%BA%ABu&language=vi&category=smart-farming",
            "-H",
            $"Authorization: Bearer {access}",
            "-H",
            "Content-Type: application/gzip",
            "--data-binary",
            $"@{archive}"
        );
        var release = global::System.Text.Json.JsonElement.Parse(answer);
        Assert.Equal("awaitingApproval", release.GetProperty("state").GetString());
        Assert.Equal(7, release.GetProperty("files").GetArrayLength());
    }

    private static string[] Push(string package) =>
        [
            "push",
            "--package",
            package,
            "--title",
            "vi=Chăm sóc nương chè Shan (mẫu)",
            "--language",
            "vi",
            "--category",
            "smart-farming",
        ];

    private async Task LookAtTheScreen(string package)
    {
        await using (var plain = await Browser.Open(javaScript: false))
        {
            var home = await plain.NewPage(platform.Agent.Address);
            await home.GetByText("Chăm sóc nương chè Shan").First.ClickAsync();
            Assert.EndsWith($"/r/{package}", home.Url, StringComparison.Ordinal);
        }
        await using var browser = await Browser.Open();
        var page = await browser.NewPage(platform.Agent.Address);
        await page.AssertAccessible("screen-home");
        await page.GotoAsync($"{platform.Agent.Address}r/{package}");
        await page.AssertAccessible("screen-package");
    }

    private async Task LookAtTheConsole(Guid release)
    {
        await using var browser = await Browser.Open();
        var page = await browser.NewPage();
        await platform.SignIn(page, "vanhanh");
        await page.AssertAccessible("console-overview");
        // No part is away for longer than it takes to start, and none refuses what another asks it.
        await Eventually.Passes(async () =>
        {
            await page.GotoAsync($"{platform.Address}console");
            Assert.Equal(0, await page.GetByRole(AriaRole.Alert).CountAsync());
        });
        var visits = await page.InnerTextAsync(".visits");
        Assert.Contains("Đang truy cập", visits, StringComparison.Ordinal);
        Assert.Contains("Tổng số lượt truy cập", visits, StringComparison.Ordinal);
        await Eventually.Passes(async () =>
        {
            await page.GotoAsync($"{platform.Address}console/phu-song/{release}");
            Assert.Contains(Platform.PointName, await page.InnerTextAsync("main"), StringComparison.Ordinal);
            Assert.Contains("Đang hiển thị", await page.InnerTextAsync("main"), StringComparison.Ordinal);
        });
        await page.AssertAccessible("console-coverage");
        await Eventually.Passes(async () =>
        {
            await page.GotoAsync($"{platform.Address}console/diem");
            Assert.Contains(Platform.PointName, await page.InnerTextAsync("main"), StringComparison.Ordinal);
        });
        await page.AssertAccessible("console-points");
    }

    private static async Task<string> Shell(string program, params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(program, arguments)
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{program}: {output}\n{await errors}");
        return output;
    }
}
