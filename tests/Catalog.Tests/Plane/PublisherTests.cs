using System.Net;
using LaiChau.Catalog.Packages;
using LaiChau.Contracts.Catalog;
using LaiChau.Distribution.Feeds;
using LaiChau.Testing;
using Microsoft.EntityFrameworkCore;
using static LaiChau.Catalog.Tests.Plane.MakeDeltasTests;
using static LaiChau.Catalog.Tests.Talk;

namespace LaiChau.Catalog.Tests.Plane;

/// <summary>Wherever the publisher is stopped: points read the old state or the new one, and the next start finishes the work, once.</summary>
public sealed class PublisherTests
{
    /// <summary>From the pack to the timestamp that names the deltas: every write there is, until a run is through unbroken.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Stopped_at_any_write_it_leaves_a_readable_plane_and_finishes_later(bool isDone)
    {
        await using var before = Place.Standalone();
        var package = NewPackage();
        var held = new List<Held>();
        var written = 0;
        await using (var first = await CatalogHost.Start(before))
        {
            for (var version = 1; version <= 2; version++)
            {
                await first.WithDeltas(package, Edition(version));
                var current = Assert.Single((await new PointReader().Read(first.Plane())).Current);
                held.Add(await PointReader.Install(first.Plane(), current));
            }
            written = (await first.Objects()).Count;
        }
        for (var write = 1; ; write++)
        {
            await using var place = before.Copy();
            var (isBroken, release) = await Break(place, package, write, isDone);
            await using var host = await CatalogHost.Start(place);
            await Recovers(host, release, held);
            await Eventually.Holds(() => Task.FromResult(Heard(place) >= 1));
            Assert.Equal([3], place.Heard.OfType<ReleasePublished>().Select(m => m.Version));
            // One pack, two deltas, and the manifest twice: what was done again came out the same, under the same names.
            Assert.Equal(written + 5, (await host.Objects()).Count);
            if (!isBroken)
            {
                Assert.True(write > 11, $"Only {write - 1} writes were broken.");
                return;
            }
        }
    }

    private static async Task<(bool IsBroken, string Release)> Break(
        Place place,
        string package,
        int write,
        bool isDone
    )
    {
        await using var killed = await CatalogHost.Start(place, b => BrokenStore.Use(b, write, isDone));
        using var editor = killed.Editor();
        using var reviewer = killed.Reviewer();
        var release = (await editor.Push(package, Edition(3))).Id();
        await Ok(await reviewer.Approve(release), HttpStatusCode.Accepted);
        await Eventually.Holds(async () =>
            killed.Services.IsBroken() || (await reviewer.Release(release)).GetProperty("deltas").GetArrayLength() == 2
        );
        // Listed or broken: one of them comes.
        await Eventually.Holds(async () =>
            killed.Services.IsBroken()
            || await killed.Query(db => db.Releases.AllAsync(r => r.FollowUp == FollowUp.None))
        );
        return (killed.Services.IsBroken(), release);
    }

    private static async Task Recovers(CatalogHost host, string release, List<Held> held)
    {
        var point = new PointReader();
        await Reads(await point.Read(host.Plane()));
        using var reader = host.Reviewer();
        await reader.Reaches(release, "published");
        await Eventually.Holds(() => host.Query(db => db.Releases.AllAsync(r => r.FollowUp == FollowUp.None)));
        var after = await point.Read(host.Plane());
        Assert.Equal(release, Assert.Single(after.Releases).Release.ReleaseId.ToString());
        Assert.Equal(2, after.Current[0].Deltas.Count);
        Assert.Null(after.Current[0].DeltasBy);
        await Reads(after);

        async Task Reads(FeedView feed)
        {
            var current = Assert.Single(feed.Releases);
            var wanted = Edition(current.Release.Version);
            Assert.Equal(wanted, await PointReader.Rebuild(host.Plane(), current));
            foreach (var delta in current.Deltas)
            {
                var from = held.Single(h => h.Manifest.Release.ReleaseId == delta.From);
                Assert.Equal(wanted, (await PointReader.Update(host.Plane(), current, from)).Files);
            }
        }
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
