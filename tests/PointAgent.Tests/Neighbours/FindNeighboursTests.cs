using LaiChau.Testing;

namespace LaiChau.PointAgent.Tests.Neighbours;

public sealed class FindNeighboursTests
{
    [Fact]
    public async Task Another_implementation_of_mDNS_finds_it_and_is_found()
    {
        await using var building = await Building.Open();
        building.StartAvahi(1);
        using var point = building.Start(0);

        await Eventually.Holds(
            () =>
                Task.FromResult(
                    building.Log.Any(line =>
                        line.EndsWith($";{Building.Lan(0)};8085;\"v=1\"", StringComparison.Ordinal)
                    )
                ),
            TimeSpan.FromMinutes(1)
        );
        await Eventually.Holds(
            () =>
                Task.FromResult(
                    building.Log.Any(line =>
                        line.Contains($"The neighbour {Building.Lan(1)}:8085 is there", StringComparison.Ordinal)
                    )
                ),
            TimeSpan.FromMinutes(1)
        );
    }

    [Fact]
    public async Task Nothing_is_taken_from_behind_a_router()
    {
        await using var building = await Building.Open(hasRouter: true);
        var film = Made.Noise(1, 300_000);
        var release = await building.Headquarters.Publish("a/b", 1, [Made.Film(film)]);
        var there = $"{Building.Lan(0)}:8085";
        using var first = building.Start(0);
        await Building.Shows(first, "/r/a/b/phim.mp4", film);
        Assert.True(building.CanAsk(1, there));

        using var second = building.Start(1, neighbours: there);
        await Building.Shows(second, "/r/a/b/phim.mp4", film);
        Assert.Equal(2 * release.Pack.Size, building.Headquarters.BytesServed(release.Pack.PlanePath));
    }

    [Fact]
    public async Task Two_machines_find_each_other_and_one_fetches_for_both()
    {
        await using var building = await Building.Open();
        var (film, next) = (Made.Noise(1, 3_000_000), Made.Noise(2, 3_000_000));
        await building.Headquarters.Publish("a/b", 1, [Made.Film(film)]);
        using var first = building.Start(0);
        await Building.Shows(first, "/r/a/b/phim.mp4", film);
        building.Headquarters.Served.Clear();

        building.Headquarters.IsCutOff = true;
        using var second = building.Start(1);
        await Knows(second, 0);
        building.Headquarters.IsCutOff = false;
        building.Headquarters.Served.Clear();
        await Building.Shows(second, "/r/a/b/phim.mp4", film);
        NextDoor.NothingCameOverTheLink(building.Headquarters);
        Assert.Contains(
            $"{Building.Lan(0)}:8085: đã lấy 2,",
            await second.GetStringAsync("/trang-thai", TestContext.Current.CancellationToken),
            StringComparison.Ordinal
        );

        // The other one has heard of it, too; what both want then comes once.
        await Knows(first, 1);
        var before = building.CameOverLink(0) + building.CameOverLink(1);
        var update = await building.Headquarters.Build("a/c", 1, [Made.Film(next)]);
        BadLink.Crawl(building.Headquarters, update.Pack.PlanePath, milliseconds: 20, () => true);
        building.Headquarters.Announce(update);
        await Eventually.Holds(() => Task.FromResult(building.Headquarters.BytesServed(update.Pack.PlanePath) > 0));
        await Task.WhenAll(
            Eventually.Holds(() => Task.FromResult(Has(first)), TimeSpan.FromMinutes(2)),
            Eventually.Holds(() => Task.FromResult(Has(second)), TimeSpan.FromMinutes(2))
        );
        Assert.Equal(update.Pack.Size, building.Headquarters.BytesServed(update.Pack.PlanePath));
        Assert.InRange(
            building.CameOverLink(0) + building.CameOverLink(1) - before,
            update.Pack.Size,
            update.Pack.Size * 3 / 2
        );

        bool Has(HttpClient point)
        {
            using var head = point.Send(new HttpRequestMessage(HttpMethod.Get, "/r/a/c/phim.mp4"));
            return head.IsSuccessStatusCode;
        }
    }

    /// <summary>It has heard of that machine.</summary>
    private static Task Knows(HttpClient point, int machine) =>
        Eventually.Holds(async () =>
            System
                .Net.WebUtility.HtmlDecode(await point.GetStringAsync("/trang-thai"))
                .Contains($"{Building.Lan(machine)}:8085", StringComparison.Ordinal)
        );
}
