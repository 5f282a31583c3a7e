using System.Net;
using LaiChau.Contracts.Catalog;
using LaiChau.Testing;
using static LaiChau.Catalog.Tests.Talk;

namespace LaiChau.Catalog.Tests.Plane;

/// <summary>Wherever the publisher is stopped: points read the old state or the new one, and the next start finishes the work, once.</summary>
public sealed class PublisherTests
{
    public static TheoryData<int, bool> Stops
    {
        get
        {
            var stops = new TheoryData<int, bool>();
            for (var write = 1; write <= 9; write++)
            {
                stops.Add(write, false);
                stops.Add(write, true);
            }
            return stops;
        }
    }

    [Theory]
    [MemberData(nameof(Stops))]
    public async Task Stopped_at_any_write_it_leaves_a_readable_plane_and_finishes_later(int write, bool isDone)
    {
        await using var place = Place.Standalone();
        var package = NewPackage();
        var point = new PointReader();
        string release;
        await using (var first = await CatalogHost.Start(place))
        {
            await first.Published(package, Files(1));
            await point.Read(first.Plane());
        }
        await using (var killed = await CatalogHost.Start(place, b => BrokenStore.Use(b, write, isDone)))
        {
            using var editor = killed.Editor();
            using var reviewer = killed.Reviewer();
            release = (await editor.Push(package, Files(2))).Id();
            await Ok(await reviewer.Approve(release), HttpStatusCode.Accepted);
            await Eventually.Holds(async () =>
                killed.Services.IsBroken() || (await reviewer.Release(release)).State() == "published"
            );
        }
        await using var host = await CatalogHost.Start(place);
        using var reader = host.Reviewer();

        var between = await point.Read(host.Plane());
        Assert.InRange(Assert.Single(between.Releases).Release.Version, 1, 2);
        await reader.Reaches(release, "published");
        var current = Assert.Single((await point.Read(host.Plane())).Releases);
        Assert.Equal(release, current.Release.ReleaseId.ToString());
        Assert.Equal(Files(2), await PointReader.Rebuild(host.Plane(), current));
        await Eventually.Holds(() => Task.FromResult(Heard(place) >= 2));
        Assert.Equal([1, 2], place.Heard.OfType<ReleasePublished>().Select(m => m.Version));
    }

    [Fact]
    public async Task Two_publishers_on_one_plane_share_the_work_and_double_nothing()
    {
        await using var place = await Place.Cluster();
        await using var one = await CatalogHost.Start(place);
        await using var two = await CatalogHost.Start(place, migrate: false);
        var hosts = new[] { one, two };
        var releases = await Task.WhenAll(
            Enumerable
                .Range(0, 6)
                .Select(async i =>
                {
                    using var editor = hosts[i % 2].Editor();
                    using var reviewer = hosts[(i + 1) % 2].Reviewer();
                    var id = (await editor.Push(NewPackage(), Files(i))).Id();
                    await Ok(await reviewer.Approve(id), HttpStatusCode.Accepted);
                    return id;
                })
        );
        using var reader = one.Reviewer();
        foreach (var id in releases)
        {
            await reader.Reaches(id, "published");
        }
        var feed = await new PointReader().Read(two.Plane());
        Assert.Equal(releases.Order(), feed.Current.Select(r => r.Release.ReleaseId.ToString()).Order());
        await Eventually.Holds(() => Task.FromResult(Heard(place) >= 6));
        Assert.Equal(6, place.Heard.OfType<ReleasePublished>().Select(m => m.ReleaseId).Distinct().Count());
    }

    [Fact]
    public async Task Without_its_keys_it_does_not_start()
    {
        await using var place = Place.Standalone();
        place.Settings["Catalog:Keys:CreateIfMissing"] = "false";
        var refused = await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await using var host = await CatalogHost.Start(place);
        });
        Assert.Contains("snapshot.pem", refused.ToString(), StringComparison.Ordinal);
    }

    private static int Heard(Place place) => place.Heard.OfType<ReleasePublished>().Count();
}

file static class BrokenStores
{
    public static bool IsBroken(this IServiceProvider services) =>
        services.GetService(typeof(LaiChau.ServiceDefaults.Objects.IObjectStore)) is BrokenStore { IsBroken: true };
}
