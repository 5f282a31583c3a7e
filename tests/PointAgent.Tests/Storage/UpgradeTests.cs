using System.Text.Json;
using LaiChau.Distribution;
using LaiChau.PointAgent.Library;
using LaiChau.PointAgent.Storage;
using LaiChau.PointAgent.Tests.Pull;
using Microsoft.Data.Sqlite;

namespace LaiChau.PointAgent.Tests.Storage;

public sealed class UpgradeTests
{
    [Fact]
    public async Task What_the_first_version_held_stays_on_the_screen_and_serves_as_a_source_of_chunks()
    {
        await using var headquarters = await Headquarters.Open();
        var film = Made.Noise(1, 2_000_000);
        var page = Made.Page("một");
        var first = await headquarters.Build("a/b", 1, [page, Made.Film(film)]);
        await using var point = Point.Prepare(headquarters);
        await Held(point, first.Release.ReleaseId, page, Made.Film(film));
        await point.Start(new Uri("http://127.0.0.1:9"));

        Assert.Equal(1, point.Shelf.Find("a/b")?.Version);
        Assert.Equal(film, await point.File("/r/a/b/phim.mp4"));
        await point.Stop();

        // Its manifest is in a format that is read no more, so no delta can start from it; its files can still be cut.
        film[1_000_000] ^= 1;
        var second = await headquarters.Publish("a/b", 2, [page, Made.Film(film)], deltasFrom: [first]);
        await point.Start();
        await point.Shows("a/b", 2);
        Assert.Equal(film, await point.File("/r/a/b/phim.mp4"));
        Assert.InRange(headquarters.BytesServed("objects/"), 1, 200_000);
        await point.Keeps(second.Files.Sum(f => f.Size));
        await WaysTests.Tells(headquarters, second, "in files held");
    }

    /// <summary>A data folder as the first version of this program left it.</summary>
    private static async Task Held(
        Point point,
        Guid release,
        params (string Path, string MediaType, byte[] Content)[] files
    )
    {
        foreach (var file in files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(point.Stored(file.Content))!);
            await File.WriteAllBytesAsync(point.Stored(file.Content), file.Content);
        }
        Directory.CreateDirectory(Path.Combine(point.Folder, "pulls"));
        await File.WriteAllBytesAsync(Path.Combine(point.Folder, "pulls", $"{Guid.CreateVersion7()}"), new byte[500]);
        var document = new Release
        {
            Id = release,
            Package = "a/b",
            Version = 1,
            Title = new() { ["vi"] = "Mẫu" },
            Category = "smart-farming",
            Languages = ["vi"],
            Files =
            [
                .. files.Select(f => new ReleaseFile(
                    f.Path,
                    f.Content.Length,
                    Sha256Digest.Of(f.Content).ToString(),
                    f.MediaType
                )),
            ],
        };
        var address = new SqliteConnectionStringBuilder
        {
            DataSource = Path.Combine(point.Folder, "agent.db"),
            Pooling = false,
        };
        await using var db = new SqliteConnection(address.ConnectionString);
        await db.OpenAsync();
        db.Execute(Schema.Steps[0]);
        db.Execute("PRAGMA user_version=1");
        db.Execute(
            "INSERT INTO release VALUES ($id, 'a/b', 1, $document, $manifest, $contents, '2026-01-01T00:00:00Z')",
            ("$id", release.ToString()),
            ("$document", JsonSerializer.Serialize(document, AgentJson.Default.Release)),
            ("$manifest", """{"format":1,"files":[]}"""u8.ToArray()),
            ("$contents", "LCPX\u0001"u8.ToArray())
        );
        db.Execute(
            "INSERT INTO pull VALUES ($id, $manifest, NULL)",
            ("$id", $"{Guid.CreateVersion7()}"),
            ("$manifest", """{"format":1,"files":[]}"""u8.ToArray())
        );
    }
}
