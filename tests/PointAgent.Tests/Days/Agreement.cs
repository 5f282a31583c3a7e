using System.Net;
using System.Text.RegularExpressions;
using LaiChau.Testing;

namespace LaiChau.PointAgent.Tests.Days;

/// <summary>What headquarters' signed list says is what the store holds, what the screen shows, and what the platform believes.</summary>
internal sealed partial class Agreement(HeadOffice office, Screen screen, ServiceProcess agent, string folder)
{
    public async Task Holds()
    {
        var now = TimeProvider.System.GetUtcNow();
        var current = (await office.Feed()).ShownAt(now).Select(r => r.Release.ReleaseId).ToHashSet();
        var expected = screen.Known.Where(k => current.Contains(k.Id)).ToList();
        Assert.Equal(current.Order(), expected.Select(e => e.Id).Order());
        Assert.Equal(Meant(now).Order(), current.Order());

        IsOnTheScreen(await screen.Look(), expected);
        await IsListed(expected);
        IsInTheStore(expected);
        await IsKnown(expected);
    }

    /// <summary>The newest of each package, unless it is over: what was ordered, whatever the list says.</summary>
    private IEnumerable<Guid> Meant(DateTimeOffset now) =>
        screen
            .Known.GroupBy(k => k.Package)
            .Select(p => p.MaxBy(k => k.Version)!)
            .Where(k => !k.IsRecalled && !(k.ValidUntil <= now) && !(k.ValidFrom > now))
            .Select(k => k.Id);

    private static void IsOnTheScreen(IReadOnlyList<GivenOut> shown, List<GivenOut> expected) =>
        Assert.Equal(Names(expected), Names(shown));

    /// <summary>The pages lead to these and no others, and those others are not there.</summary>
    private async Task IsListed(List<GivenOut> expected)
    {
        var home = await agent.Client.GetStringAsync("/");
        var topic = await agent.Client.GetStringAsync("/chu-de/smart-farming");
        Assert.Equal(expected.Select(e => e.Package).Order(), Packages(topic).Order());
        Assert.Subset(Packages(topic).ToHashSet(), Packages(home).ToHashSet());
        foreach (var package in screen.Known.Select(k => k.Package).Distinct())
        {
            using var page = await agent.Client.GetAsync($"/r/{package}");
            Assert.Equal(
                expected.Exists(e => e.Package == package) ? HttpStatusCode.OK : HttpStatusCode.NotFound,
                page.StatusCode
            );
        }
    }

    private void IsInTheStore(List<GivenOut> expected)
    {
        var files = new DirectoryInfo(Path.Combine(folder, "files")).GetFiles("*", SearchOption.AllDirectories);
        Assert.Equal(expected.SelectMany(e => e.Files.Values).Distinct().Order(), files.Select(f => f.Name).Order());
        foreach (var file in files)
            Assert.Equal(file.Name, Screen.Hash(File.ReadAllBytes(file.FullName)));
        Assert.Empty(Directory.GetFiles(Path.Combine(folder, "pulls")));
    }

    private async Task IsKnown(List<GivenOut> expected)
    {
        foreach (var release in screen.Known)
        {
            var isShowing = await office.Standing(release.Id) is "showing" or "mayStillShow";
            Assert.True(
                isShowing == expected.Contains(release),
                $"{release.Package} {release.Version}: the platform believes {(isShowing ? "that it is shown" : "that it is not")}"
            );
            if (release.IsRecalled)
                Assert.Equal(0, await office.MayStillShow(release.Id));
        }
    }

    private static IEnumerable<string> Names(IEnumerable<GivenOut> releases) =>
        releases.Select(r => $"{r.Package} {r.Version}").Order();

    private static IEnumerable<string> Packages(string page) =>
        Address().Matches(page).Select(m => m.Groups["package"].Value).Distinct();

    [GeneratedRegex("href=\"/r/(?<package>[^\"]+)\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Address();
}
