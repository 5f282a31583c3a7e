using LaiChau.Distribution;
using LaiChau.Distribution.Trust;
using static LaiChau.Catalog.Tests.Talk;

namespace LaiChau.Catalog.Tests.Plane;

/// <summary>What a point is offered in the place of plain metadata files.</summary>
public sealed class NewsTests
{
    [Fact]
    public async Task A_point_that_polls_follows_in_two_requests_a_step_also_when_the_publisher_was_stopped()
    {
        await using var place = Place.Standalone();
        var point = new PointReader();
        TufClient client;
        await using (var host = await CatalogHost.Start(place))
        {
            await host.Published(NewPackage(), Files(1));
            await point.Read(host.Plane());
            client = new TufClient(point);
            await client.LoadTrusted();
            await client.Refresh(host.Plane(), point.Now);

            await host.Published(NewPackage(), Files(2));

            await Follow(client, host.Plane(), point.Now, "3.news.2");
        }
        // Stopped when everything but news and timestamp is written.
        string release;
        await using (
            var killed = await CatalogHost.Start(place, b => BrokenStore.Use(b, failAt: 6, writeIsDone: false))
        )
        {
            using var editor = killed.Editor();
            using var reviewer = killed.Reviewer();
            release = (await editor.Push(NewPackage(), Files(3))).Id();
            await Ok(await reviewer.Approve(release), System.Net.HttpStatusCode.Accepted);
            await Testing.Eventually.Holds(() =>
                Task.FromResult(
                    killed.Services.GetService(typeof(ServiceDefaults.Objects.IObjectStore))
                        is BrokenStore { IsBroken: true }
                )
            );
        }
        await using var last = await CatalogHost.Start(place);
        using var reader = last.Reviewer();
        await reader.Reaches(release, "published");
        await Follow(client, last.Plane(), point.Now, "4.news.3");

        for (var step = 5; step <= 12; step++)
        {
            await last.Published(NewPackage(), Files(step));
        }
        await Follow(client, last.Plane(), point.Now, "12.news.4");
        Assert.Equal(
            [
                .. Enumerable.Range(4, 8).Select(from => $"12.news.{from}"),
                .. Enumerable.Range(3, 8).Select(from => $"11.news.{from}"),
            ],
            await Existing(last.Plane(), 12)
        );
    }

    private static async Task Follow(TufClient client, IMirror plane, DateTimeOffset now, string news)
    {
        var counted = new CountedMirror(plane);
        Assert.Equal(RefreshOutcome.Updated, await client.Poll(counted, now));
        await client.LoadFeed("tinh", counted, now);
        Assert.Equal(["timestamp.json", news], counted.Requests);
        Assert.Null(client.RefusedNews);
    }

    private static async Task<List<string>> Existing(IMirror plane, int newest)
    {
        var found = new List<string>();
        for (var to = newest; to >= 1; to--)
        {
            for (var from = 1; from < to; from++)
            {
                var name = PlaneLayout.NewsName(from, to);
                if (await plane.FetchMetadata(name, 1 << 20, default) is not null)
                {
                    found.Add(name);
                }
            }
        }
        return found;
    }

    private sealed class CountedMirror(IMirror plane) : IMirror
    {
        public List<string> Requests { get; } = [];

        public Task<byte[]?> FetchMetadata(string name, int maxLength, CancellationToken ct)
        {
            Requests.Add(name);
            return plane.FetchMetadata(name, maxLength, ct);
        }

        public Task<Stream?> OpenContent(string path, ByteRange? range, CancellationToken ct)
        {
            Requests.Add(path);
            return plane.OpenContent(path, range, ct);
        }
    }
}
