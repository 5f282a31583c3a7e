using System.Text;
using System.Text.Json.Nodes;
using LaiChau.Distribution.Content;

namespace LaiChau.Distribution.Tests.Content;

public sealed class ReleaseManifestTests
{
    [Fact]
    public async Task Everything_comes_back_as_it_was()
    {
        var release = Sample.Description() with
        {
            Kind = ReleaseKind.Bulletin,
            Priority = ReleasePriority.Urgent,
            ValidFrom = Repository.Start,
            ValidUntil = Repository.Start.AddDays(3),
        };
        var sample = await Sample.Build(release, ("a.txt", Sample.Text(1, 100)), ("ảnh/b.jpg", [1, 2, 3]));
        var manifest = sample.Manifest with
        {
            Files =
            [
                sample.Manifest.Files[0] with
                {
                    Language = "vi",
                    Alt = "Ảnh \"mẫu\"\n",
                    Caption = "Chú thích",
                },
                sample.Manifest.Files[1],
            ],
        };

        var read = ReleaseManifest.Parse(manifest.ToBytes());

        Assert.Equal(manifest.ToBytes(), read.ToBytes());
        Assert.Equal((ReleaseKind.Bulletin, ReleasePriority.Urgent), (read.Release.Kind, read.Release.Priority));
        Assert.Equal("Ảnh \"mẫu\"\n", read.Files[0].Alt);
        Assert.Equal(release.ValidUntil, read.Release.ValidUntil);
        Assert.Equal(release.Title, read.Release.Title);
        Assert.Equal(103, read.Size);
    }

    [Fact]
    public async Task Refuses_what_is_not_of_format_1()
    {
        var sample = await Sample.Build(("a.txt", [1]), ("b.txt", [2]));
        foreach (
            var (change, code) in new (Action<JsonObject>, string)[]
            {
                (m => m["format"] = 2, ContentException.UnknownFormat),
                (m => m.Remove("format"), ContentException.Malformed),
                (m => m["release"]!["package"] = "../x", ContentException.Malformed),
                (m => m["release"]!["package"] = "Chè", ContentException.Malformed),
                (m => m["release"]!["releaseId"] = "1", ContentException.Malformed),
                (m => m["release"]!["version"] = 0, ContentException.Malformed),
                (m => m["release"]!["title"] = "x", ContentException.Malformed),
                (m => m["release"]!["validUntil"] = "hôm nay", ContentException.Malformed),
                (m => m["files"]![0]!["size"] = -1, ContentException.Malformed),
                (m => m["files"]![0]!["size"] = long.MaxValue, ContentException.Malformed),
                (m => m["files"]![0]!["sha256"] = "abc", ContentException.Malformed),
                (m => m["files"]![0]!["chunks"] = new JsonArray(1, 2), ContentException.Malformed),
                (m => m["files"]![0]!["chunks"] = new JsonArray(new JsonArray(-1, 2)), ContentException.Malformed),
                (m => m["files"]![0]!["chunks"] = new JsonArray(new JsonArray(0, 0)), ContentException.Malformed),
                (
                    m => m["files"]![0]!["chunks"] = new JsonArray(new JsonArray(int.MaxValue, 2)),
                    ContentException.Malformed
                ),
                (m => m["files"]![0]!["path"] = "c.txt", ContentException.Malformed),
                (m => m["files"]![1]!["path"] = "a.txt", ContentException.Malformed),
                (m => m["files"]![1]!["path"] = "a.txt/b", ContentException.BadPath),
                (m => m["files"]![1]!["path"] = "../b.txt", ContentException.BadPath),
                (m => m["files"]![1]!["path"] = "e\u0302.txt", ContentException.BadPath),
                (m => m["pack"] = null, ContentException.Malformed),
            }
        )
        {
            var json = JsonNode.Parse(sample.Manifest.ToBytes())!.AsObject();
            change(json);
            var refused = Assert.Throws<ContentException>(() =>
                ReleaseManifest.Parse(Encoding.UTF8.GetBytes(json.ToJsonString()))
            );
            Assert.Equal(code, refused.Code);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("/etc/passwd")]
    [InlineData("a/../../b")]
    [InlineData("..")]
    [InlineData("./a")]
    [InlineData("a//b")]
    [InlineData("a/")]
    [InlineData("a\\..\\b")]
    [InlineData("C:/a")]
    [InlineData("a\0b")]
    [InlineData("a\nb")]
    [InlineData("a.")]
    [InlineData("a /b")]
    [InlineData("con")]
    [InlineData("x/AUX.txt")]
    [InlineData("a?b")]
    public void Refuses_a_path_that_some_point_could_not_store_or_that_leads_out(string path) =>
        Assert.Equal(ContentException.BadPath, Assert.Throws<ContentException>(() => ContentPath.Normalise(path)).Code);

    [Fact]
    public void Refuses_paths_that_are_too_long_or_not_Unicode()
    {
        foreach (
            var path in new[] { new string('a', 241), string.Join('/', Enumerable.Repeat("abcdefgh", 120)), "a\ud800b" }
        )
        {
            Assert.Throws<ContentException>(() => ContentPath.Normalise(path));
        }
    }

    [Fact]
    public void Paths_are_brought_to_NFC() =>
        Assert.Equal(
            "nông nghiệp/chè.html",
            ContentPath.Normalise("nông nghiệp/chè.html".Normalize(NormalizationForm.FormD))
        );
}
