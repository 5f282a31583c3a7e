using LaiChau.Distribution.Trust;
using LaiChau.PointAgent.Pull;
using LaiChau.PointAgent.Storage;
using LaiChau.Testing;

namespace LaiChau.PointAgent.Tests.Pull;

/// <summary>What a death in between two steps has left undone.</summary>
public sealed class RestartTests
{
    [Fact]
    public async Task What_is_known_to_be_recalled_is_not_on_the_first_page_that_is_served()
    {
        await using var headquarters = await Headquarters.Open();
        var release = await headquarters.Publish("a/b", 1, [Made.Page("một")]);
        await using var point = await Point.Open(headquarters);
        await point.Shows("a/b", 1);
        await point.Stop();
        headquarters.Recall(release);
        await LearnAndDie(headquarters, point.Folder);
        headquarters.IsCutOff = true;
        await point.Start();
        Assert.Null(await point.File("/r/a/b/index.html"));
    }

    [Fact]
    public async Task A_release_of_very_many_files_is_there_again()
    {
        await using var headquarters = await Headquarters.Open();
        await headquarters.Publish("a/b", 1, Made.Site(600));
        await using var point = await Point.Open(headquarters);
        await point.Shows("a/b", 1);
        await point.Stop();
        headquarters.IsCutOff = true;
        await point.Start();
        Assert.Equal(600, point.Shelf.Find("a/b")?.Files.Length);
        Assert.Equal(Made.Site(600)[599].Item3, await point.File("/r/a/b/trang/599.html"));
    }

    [Fact]
    public async Task What_is_left_of_a_transfer_that_came_to_its_end_goes()
    {
        await using var headquarters = await Headquarters.Open();
        var release = await headquarters.Publish("a/b", 1, [Made.Page("một")]);
        await using var point = await Point.Open(headquarters);
        await point.Shows("a/b", 1);
        await point.Stop();
        var left = Path.Combine(point.Folder, "pulls", $"{release.Release.ReleaseId}.chunks");
        await File.WriteAllBytesAsync(left, new byte[1000]);
        await point.Start();
        await Eventually.Holds(() => Task.FromResult(!File.Exists(left)));
    }

    /// <summary>The metadata is kept, and no more.</summary>
    private static async Task LearnAndDie(Headquarters headquarters, string folder)
    {
        using var db = new AgentDb(folder);
        using var http = new HttpClient();
        var mirror = new HttpMirror(
            http,
            new AgentOptions { Server = headquarters.Address, DataFolder = folder },
            new TrafficMeter()
        );
        var now = TimeProvider.System.GetUtcNow();
        var client = new TufClient(new TrustStore(db));
        await client.LoadTrusted();
        Assert.Equal(RefreshOutcome.Updated, await client.Refresh(mirror, now));
        Assert.NotEmpty((await client.LoadFeed("tinh", mirror, now)).Recalls);
    }
}
