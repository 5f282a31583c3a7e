using System.Net;
using System.Text;
using System.Text.Json;
using LaiChau.Catalog.Packages;
using LaiChau.Distribution.Feeds;
using LaiChau.ServiceDefaults.Objects;
using LaiChau.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using static LaiChau.Catalog.Tests.Talk;

namespace LaiChau.Catalog.Tests.Plane;

public sealed class MakeDeltasTests
{
    [Fact]
    public async Task A_point_is_brought_on_from_the_last_three_and_by_chains_from_three_more_on_real_servers()
    {
        await using var place = await Place.Cluster();
        await Walk(place);
    }

    [Fact]
    public async Task A_point_is_brought_on_from_the_last_three_and_by_chains_from_three_more_in_standalone()
    {
        await using var place = Place.Standalone();
        await Walk(place);
    }

    private static async Task Walk(Place place)
    {
        await using var host = await CatalogHost.Start(place);
        var (point, package) = (new PointReader(), NewPackage());
        var held = new List<Held>();
        FeedRelease current = null!;
        JsonElement release = default;
        for (var version = 1; version <= 8; version++)
        {
            release = await host.WithDeltas(package, Edition(version));
            current = Assert.Single((await point.Read(host.Plane())).Current);
            held.Add(await PointReader.Install(host.Plane(), current));
        }

        Guid Id(int version) => held[version - 1].Manifest.Release.ReleaseId;
        (Guid, Guid)[] expected =
        [
            (Id(7), Id(8)),
            (Id(6), Id(8)),
            (Id(5), Id(8)),
            (Id(4), Id(7)),
            (Id(3), Id(6)),
            (Id(2), Id(5)),
        ];
        Assert.Equal(expected, current.Deltas.Select(d => (d.From, d.To)));
        for (var version = 2; version < 8; version++)
        {
            var updated = await PointReader.Update(host.Plane(), current, held[version - 1]);
            Assert.Equal(Edition(8), updated.Files);
        }
        var costs = release.GetProperty("deltas").EnumerateArray().ToList();
        Assert.Equal([7, 6, 5, 4, 3, 2], costs.Select(d => d.GetProperty("fromVersion").GetInt32()));
        var direct = current.Deltas.ToDictionary(d => (d.From, d.To), d => d.Delta.Size);
        Assert.Equal(direct[(Id(7), Id(8))], costs[0].GetProperty("bytes").GetInt64());
        Assert.Equal(direct[(Id(4), Id(7))] + direct[(Id(7), Id(8))], costs[3].GetProperty("bytes").GetInt64());
        Assert.All(costs, c => Assert.InRange(c.GetProperty("bytes").GetInt64(), 1, 4_000));
    }

    [Fact]
    public async Task Points_are_asked_to_wait_until_the_deltas_are_there()
    {
        await using var place = Place.Standalone();
        var gate = new Gate();
        await using var host = await CatalogHost.Start(place, b => WatchedStore.Use(b, gate.Watch));
        var (point, package) = (new PointReader(), NewPackage());
        await host.Published(package, Edition(1));
        var first = Assert.Single((await point.Read(host.Plane())).Current);
        Assert.Null(first.DeltasBy);
        var held = await PointReader.Install(host.Plane(), first);

        var before = TimeProvider.System.GetUtcNow().AddSeconds(-1);
        await host.Published(package, Edition(2));
        var waiting = Assert.Single((await point.Read(host.Plane())).Current);
        Assert.InRange(waiting.DeltasBy!.Value, before, TimeProvider.System.GetUtcNow().AddMinutes(10));
        Assert.Empty(waiting.Deltas);

        gate.Open();
        var listed = await host.Listed(point, package);
        Assert.Null(listed.DeltasBy);
        Assert.Equal(Edition(2), (await PointReader.Update(host.Plane(), listed, held)).Files);
    }

    [Theory]
    [InlineData("urgent", 400_000)]
    [InlineData("normal", 100_000)]
    public async Task Nobody_waits_for_deltas_of_what_is_urgent_or_small_but_they_follow(string priority, int size)
    {
        await using var place = Place.Standalone();
        var gate = new Gate();
        await using var host = await CatalogHost.Start(place, b => WatchedStore.Use(b, gate.Watch));
        var (point, package) = (new PointReader(), NewPackage());
        await host.Published(package, Edition(1, size));
        await host.Published(package, Edition(2, size), j => j["priority"] = priority);
        Assert.Null(Assert.Single((await point.Read(host.Plane())).Current).DeltasBy);
        gate.Open();
        Assert.Single((await host.Listed(point, package)).Deltas);
    }

    [Fact]
    public async Task Neither_approvals_nor_recalls_wait_and_what_is_recalled_gets_no_deltas()
    {
        await using var place = Place.Standalone();
        var gate = new Gate();
        await using var host = await CatalogHost.Start(place, b => WatchedStore.Use(b, gate.Watch));
        using var reviewer = host.Reviewer();
        var (point, package, other) = (new PointReader(), NewPackage(), NewPackage());
        await host.Published(package, Edition(1));
        var second = (await host.Published(package, Edition(2))).Id();
        await gate.Reached;

        await host.Published(other, Edition(1));
        await Ok(await reviewer.Recall(second), HttpStatusCode.Accepted);
        await reviewer.Reaches(second, "recalled");

        // The work ends by itself: the gate was never opened for it, and the next is let in.
        gate.Open();
        await host.Published(other, Edition(2));
        await host.Listed(point, other);
        var feed = await point.Read(host.Plane());
        Assert.Equal(other, Assert.Single(feed.Releases).Release.Package);
        Assert.True(feed.IsRecalled(Guid.Parse(second)));
        Assert.Empty((await reviewer.Release(second)).GetProperty("deltas").EnumerateArray());
    }

    [Fact]
    public async Task Work_for_a_release_that_is_superseded_ends_and_the_next_is_taken_up()
    {
        await using var place = Place.Standalone();
        var gates = new Queue<Gate>([new Gate(), new Gate()]);
        var (first, current) = (gates.Peek(), gates.Dequeue());
        await using var host = await CatalogHost.Start(
            place,
            b => WatchedStore.Use(b, (c, k, ct) => current.Watch(c, k, ct))
        );
        var (point, package) = (new PointReader(), NewPackage());
        await host.Published(package, Edition(1));
        await host.Published(package, Edition(2));
        await first.Reached;
        current = gates.Dequeue();
        await host.Published(package, Edition(3));
        // The first gate stays shut: only a work that was cancelled leaves it.
        await current.Reached;
        current.Open();
        Assert.Equal(2, (await host.Listed(point, package)).Deltas.Count);
        await Eventually.Holds(() => host.Query(db => db.Releases.AllAsync(r => r.FollowUp == FollowUp.None)));
    }

    [Fact]
    public async Task Nothing_is_built_on_a_recalled_release_and_no_chain_leads_over_one()
    {
        await using var place = Place.Standalone();
        await using var host = await CatalogHost.Start(place);
        using var reviewer = host.Reviewer();
        var (point, package) = (new PointReader(), NewPackage());
        var ids = new List<string>();
        for (var version = 1; version <= 5; version++)
        {
            ids.Add((await host.WithDeltas(package, Edition(version))).Id());
        }
        var chained = Assert.Single((await point.Read(host.Plane())).Current);
        Assert.Contains(chained.Deltas, d => d.To == Guid.Parse(ids[3]));

        await Ok(await reviewer.Recall(ids[3]), HttpStatusCode.Accepted);
        await reviewer.Reaches(ids[3], "recalled");
        await Eventually.Passes(async () =>
        {
            var without = Assert.Single((await point.Read(host.Plane())).Current);
            Assert.Equal(new[] { ids[3], ids[2], ids[1] }.Select(Guid.Parse), without.Deltas.Select(d => d.From));
            Assert.DoesNotContain(without.Deltas, d => d.To == Guid.Parse(ids[3]));
        });

        await host.WithDeltas(package, Edition(6));
        var next = Assert.Single((await point.Read(host.Plane())).Current);
        Assert.Equal(
            new[] { ids[4], ids[2], ids[1] }.Select(Guid.Parse),
            next.Deltas.Where(d => d.To == next.Release.ReleaseId).Select(d => d.From)
        );
        Assert.DoesNotContain(next.Deltas, d => d.To == Guid.Parse(ids[3]));
    }

    [Fact]
    public async Task A_lost_block_costs_one_delta_that_a_chain_stands_in_for_and_the_release_says_so()
    {
        await using var place = Place.Standalone();
        await using var host = await CatalogHost.Start(place);
        var (point, package) = (new PointReader(), NewPackage());
        var first = (await host.Published(package, Edition(1))).Id();
        var second = (await host.WithDeltas(package, Edition(2))).Id();
        var lost = await host.Query(db =>
            db.Files.SingleAsync(f => f.ReleaseId == Guid.Parse(first) && f.Path == "index.html")
        );
        await host.Delete(o => o.Media, $"blocks/{lost.Sha256[..2]}/{lost.Sha256}");

        var third = await host.WithDeltas(package, Edition(3));

        var listed = Assert.Single((await point.Read(host.Plane())).Current);
        Assert.Equal(
            [(second, third.Id()), (first, second)],
            listed.Deltas.Select(d => (d.From.ToString(), d.To.ToString()))
        );
        Assert.Null(listed.DeltasBy);
        Assert.Contains(lost.Sha256, third.GetProperty("trouble").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_fails_again_and_again_is_given_up_and_nobody_waits_for_it()
    {
        await using var place = Place.Standalone();
        await using var host = await CatalogHost.Start(
            place,
            b =>
                WatchedStore.Use(
                    b,
                    (call, key, _) =>
                        call == "open" && key.EndsWith(".manifest", StringComparison.Ordinal)
                            ? throw new InvalidOperationException("A bug.")
                            : Task.CompletedTask
                )
        );
        using var reviewer = host.Reviewer();
        var (point, package) = (new PointReader(), NewPackage());
        await host.Published(package, Edition(1));
        var second = (await host.Published(package, Edition(2))).Id();
        Assert.NotNull(Assert.Single((await point.Read(host.Plane())).Current).DeltasBy);
        await Eventually.Passes(
            async () =>
            {
                // The pauses between the attempts are not what is looked at here.
                await host.Query(db =>
                    db.Releases.ExecuteUpdateAsync(set => set.SetProperty(r => r.NextAttemptAt, (DateTimeOffset?)null))
                );
                Assert.True(await host.Query(db => db.Releases.AllAsync(r => r.FollowUp == FollowUp.None)));
            },
            TimeSpan.FromMinutes(3)
        );
        var release = Assert.Single((await point.Read(host.Plane())).Current);
        Assert.Null(release.DeltasBy);
        Assert.Empty(release.Deltas);
        Assert.NotNull((await reviewer.Release(second)).GetProperty("trouble").GetString());
        Assert.Equal(Edition(2), await PointReader.Rebuild(host.Plane(), release));
    }

    [Fact]
    public async Task A_store_that_is_away_for_a_while_costs_nothing_but_time()
    {
        await using var place = Place.Standalone();
        var refusals = 3;
        await using var host = await CatalogHost.Start(
            place,
            b =>
                WatchedStore.Use(
                    b,
                    (call, key, _) =>
                        call == "open"
                        && key.EndsWith(".manifest", StringComparison.Ordinal)
                        && Interlocked.Decrement(ref refusals) >= 0
                            ? throw new ObjectStoreException("Away.")
                            : Task.CompletedTask
                )
        );
        var (point, package) = (new PointReader(), NewPackage());
        await host.Published(package, Edition(1));
        var release = await host.WithDeltas(package, Edition(2));
        Assert.Single(release.GetProperty("deltas").EnumerateArray());
        Assert.False(release.TryGetProperty("trouble", out _));
        Assert.Single(Assert.Single((await point.Read(host.Plane())).Current).Deltas);
    }

    [Fact]
    public async Task Of_two_replicas_one_makes_deltas_and_the_other_takes_over_when_it_ends()
    {
        await using var place = await Place.Cluster();
        var (mine, theirs) = (new Gate(), new Gate());
        var point = new PointReader();
        var package = NewPackage();
        await using var two = await CatalogHost.Start(place, b => WatchedStore.Use(b, theirs.Watch));
        await using (var one = await CatalogHost.Start(place, b => WatchedStore.Use(b, mine.Watch), migrate: false))
        {
            await one.Published(package, Edition(1));
            await one.Published(package, Edition(2));
            await Task.WhenAny(mine.Reached, theirs.Reached);
            // Whoever has it, it is one; the other goes on publishing.
            await one.Published(NewPackage(), Edition(1));
            Assert.NotEqual(mine.IsReached, theirs.IsReached);
        }
        theirs.Open();
        Assert.Single((await two.Listed(point, package)).Deltas);
    }

    [Fact]
    public async Task A_process_killed_while_it_makes_deltas_makes_them_when_it_is_back()
    {
        await using var place = await Place.Cluster();
        await using var service = await ServiceProcess.Start(
            "services/Catalog",
            place.Settings.Append(new("Database:MigrateOnStart", "true"))
        );
        var package = NewPackage();
        using var editor = service.ClientWith(TestTokens.Create(Person.Editor, "Biên tập viên mẫu", "editor"));
        using var reviewer = service.ClientWith(TestTokens.Create(Person.Reviewer, "Người duyệt mẫu", "reviewer"));
        string id = "";
        for (var version = 1; version <= 2; version++)
        {
            id = (await editor.Push(package, Edition(version, 20_000_000))).Id();
            await Ok(await reviewer.Approve(id), HttpStatusCode.Accepted);
            await reviewer.Reaches(id, "published");
        }
        await service.Kill();
        await service.Start();
        await Eventually.Passes(
            async () => Assert.Single((await reviewer.Release(id)).GetProperty("deltas").EnumerateArray()),
            TimeSpan.FromMinutes(3)
        );
    }

    /// <summary>A package whose versions differ by some bytes of a film, a page and a file more.</summary>
    internal static Dictionary<string, byte[]> Edition(int version, int size = 400_000)
    {
        var film = Noise(size);
        Encoding.UTF8.GetBytes($"Cảnh {version}").CopyTo(film, size / 3);
        return new()
        {
            ["index.html"] = Encoding.UTF8.GetBytes($"<h1>Chăm sóc chè Shan (mẫu), bản {version}</h1>"),
            ["phim/chè.mp4"] = film,
            [$"phụ lục/{version}.txt"] = Encoding.UTF8.GetBytes($"Phụ lục{new string('!', version)} (mẫu)"),
        };
    }
}
