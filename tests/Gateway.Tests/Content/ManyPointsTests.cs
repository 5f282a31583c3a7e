using LaiChau.ManyPoints;
using LaiChau.Testing;

namespace LaiChau.Gateway.Tests.Content;

/// <summary>The product's agents before the product's gateway: what the benchmark <c>points</c> does with a thousand.</summary>
public sealed class ManyPointsTests(GatewayHouse house)
{
    private const int Points = 40;
    private static readonly SampleRelease Small = new(Pages: 8, Pictures: 3, PictureBytes: 30_000, FilmBytes: 150_000);

    [Fact]
    public async Task Points_that_pull_at_once_are_whole_and_cost_the_store_one_reading_of_each_object()
    {
        var work = house.NewFolder();
        await using var buckets = await S3Buckets.Create();
        var release = await PublishedRelease.Make(Small, work, buckets);
        await using var door = await StoreDoor.Before(buckets.Endpoint);
        await using var gateway = await house.Start(
            new([.. buckets.Settings, Rush.Setting]) { ["ObjectStore:Endpoint"] = door.Address.ToString() }
        );
        await using var crowd = new Crowd(Points, gateway.Address, release.Root, Path.Combine(work, "points"));

        var rush = Rush.Hold(door, release.Pack, gateway, Points, limit: TimeSpan.FromMinutes(3));
        var pulled = await crowd.Pull(release.Id, patience: TimeSpan.FromMinutes(5));

        Assert.Equal(Points, await rush);
        Assert.Empty(await crowd.NotWhole(release));
        Assert.Empty(pulled.Troubles);
        Assert.Equal(Points, pulled.Transfers);
        Assert.Equal(1, door.Reads(release.Pack));
        var reads = StoreReads.Of(door, buckets.Content);
        Assert.Empty(reads.Again);
        Assert.Equal(reads.Objects, reads.Reads);
        await OneWrongByteIsSeen(crowd, release);
    }

    /// <summary>Or being whole would mean nothing.</summary>
    private static async Task OneWrongByteIsSeen(Crowd crowd, PublishedRelease release)
    {
        var folder = crowd.Folders[Points / 2];
        var file = Directory.EnumerateFiles(Path.Combine(folder, "files"), "*", SearchOption.AllDirectories).First();
        var bytes = await File.ReadAllBytesAsync(file);
        bytes[^1] ^= 1;
        await File.WriteAllBytesAsync(file, bytes);

        Assert.Equal([folder], await crowd.NotWhole(release));
    }
}
