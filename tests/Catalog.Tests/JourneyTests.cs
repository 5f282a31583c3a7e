using System.Net;
using LaiChau.Contracts.Catalog;
using LaiChau.Testing;
using static LaiChau.Catalog.Tests.Talk;

namespace LaiChau.Catalog.Tests;

/// <summary>The whole way, on both kinds of place: push, approve, a plane that a point verifies, recall.</summary>
public sealed class JourneyTests
{
    [Fact]
    public async Task A_pushed_package_reaches_a_point_and_is_recalled_on_real_servers()
    {
        await using var place = await Place.Cluster();
        await Walk(place);
    }

    [Fact]
    public async Task A_pushed_package_reaches_a_point_and_is_recalled_in_standalone()
    {
        await using var place = Place.Standalone();
        await Walk(place);
    }

    private static async Task Walk(Place place)
    {
        await using var host = await CatalogHost.Start(place);
        var point = new PointReader();
        var package = NewPackage();
        var files = Files();

        var first = await host.Published(package, files);
        var feed = await point.Read(host.Plane());
        var current = Assert.Single(feed.Current);
        Assert.Equal(package, current.Release.Package);
        Assert.Equal(files, await PointReader.Rebuild(host.Plane(), current));

        var newer = new Dictionary<string, byte[]>(files) { ["index.html"] = "Bản mới"u8.ToArray() };
        var second = await host.Published(package, newer);
        Assert.Equal(2, second.GetProperty("version").GetInt32());
        current = Assert.Single((await point.Read(host.Plane())).Releases);
        Assert.Equal(second.Id(), current.Release.ReleaseId.ToString());
        Assert.Equal(newer, await PointReader.Rebuild(host.Plane(), current));
        using var reviewer = host.Reviewer();
        Assert.Equal("superseded", (await reviewer.Release(first.Id())).State());

        // Or the news of it may be overtaken by those of the recall, and count for nothing.
        await Eventually.Holds(() => Task.FromResult(place.Heard.Count == 2));
        await Ok(await reviewer.Recall(second.Id()), HttpStatusCode.Accepted);
        await reviewer.Reaches(second.Id(), "recalled");
        feed = await point.Read(host.Plane());
        Assert.Empty(feed.Current);
        var recall = Assert.Single(feed.Recalls);
        Assert.Equal("Đã thu hồi (mẫu).", recall.Message["vi"]);
        Assert.Equal("recalled", recall.Reason);

        await Eventually.Passes(() =>
        {
            Assert.Equal(3, place.Heard.Count);
            return Task.CompletedTask;
        });
        var published = place.Heard.OfType<ReleasePublished>().OrderBy(m => m.Version).ToList();
        Assert.Equal([1, 2], published.Select(m => m.Version));
        Assert.Equal(Guid.Parse(first.Id()), published[1].Supersedes);
        var recalled = Assert.Single(place.Heard.OfType<ReleaseRecalled>());
        Assert.Equal("Nội dung sai (mẫu)", recalled.Reason);
        Assert.True(recalled.AggregateVersion > published[1].AggregateVersion);
    }
}
