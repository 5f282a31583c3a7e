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
    public async Task Refuses_a_description_that_is_not_one()
    {
        var sample = await Sample.Build(("a.txt", [1]));
        foreach (
            var change in new Action<JsonObject>[]
            {
                m => m["release"]!["package"] = "../x",
                m => m["release"]!["package"] = "Chè",
                m => m["release"]!["releaseId"] = "1",
                m => m["release"]!["version"] = 0,
                m => m["release"]!["title"] = "x",
                m => m["release"]!["validUntil"] = "hôm nay",
                m => m["pack"] = null,
                m => m["pack"]!["head"] = "abc",
                m => m["pack"]!["headSize"] = 0,
                m => m["pack"]!["headSize"] = HeadedObject.MaxHeadSize + 1,
                m => m["pack"]!["size"] = 1,
                m => m["pack"]!["size"] = long.MaxValue,
            }
        )
        {
            var bytes = WithDescription(sample.Manifest.ToBytes(), change);
            Assert.Equal(ContentException.Malformed, Refused(bytes).Code);
        }
    }

    [Fact]
    public async Task Refuses_another_format_and_files_out_of_order()
    {
        var sample = await Sample.Build(("a.txt", [1]), ("b.txt", [2]));
        var (a, b) = (sample.Manifest.Files[0], sample.Manifest.Files[1]);
        foreach (
            var (files, code) in new (ManifestFile[], string)[]
            {
                ([b, a], ContentException.Malformed),
                ([a, a], ContentException.Malformed),
                ([a, b with { Path = "a.txt/b" }], ContentException.BadPath),
                ([b with { Path = "../b.txt" }, a], ContentException.BadPath),
                ([a, b with { Path = "e\u0302.txt" }], ContentException.BadPath),
                ([a, b with { Path = "A.TXT\u00e9" }, b with { Path = "a.txt\u00e9" }], ContentException.BadPath),
            }
        )
        {
            var sorted =
                code == ContentException.BadPath ? [.. files.OrderBy(f => f.Path, StringComparer.Ordinal)] : files;
            Assert.Equal(code, Refused((sample.Manifest with { Files = sorted }).ToBytes()).Code);
        }
        byte[] later = [.. "LCPM\u0003"u8, .. sample.Manifest.ToBytes().AsSpan(5)];
        Assert.Equal(ContentException.UnknownFormat, Refused(later).Code);
        Assert.Equal(ContentException.Malformed, Refused([.. sample.Manifest.ToBytes(), 0]).Code);
        Assert.Equal(ContentException.Malformed, Refused([]).Code);
    }

    [Fact]
    public async Task Whatever_a_signed_manifest_holds_it_is_taken_whole_or_refused()
    {
        var sample = await Sample.Build([
            .. Enumerable.Range(0, 20).Select(i => ($"trang/bài-{i}.html", Sample.Text(i, 50))),
        ]);
        var bytes = sample.Manifest.ToBytes();
        var random = new Random(5);
        for (var i = 0; i < 4000; i++)
        {
            var broken = random.Next(4) == 0 ? bytes[..random.Next(bytes.Length)] : bytes.ToArray();
            for (var j = random.Next(3); j >= 0 && broken.Length > 5; j--)
            {
                broken[random.Next(5, broken.Length)] = (byte)random.Next(256);
            }
            try
            {
                var read = ReleaseManifest.Parse(broken);
                Assert.Equal(read.Files, ReleaseManifest.Parse(read.ToBytes()).Files);
            }
            catch (ContentException e)
            {
                Assert.True(e.Code is ContentException.Malformed or ContentException.BadPath);
            }
        }
    }

    [Fact]
    public async Task A_patch_without_hashes_names_the_same_files()
    {
        var sample = await Sample.Build(("a.txt", Sample.Text(1, 100)), ("ảnh/b.jpg", [1, 2, 3]));

        var read = ManifestFormat.Read(sample.Manifest.ToBytesWithoutHashes(), withHashes: false);

        Assert.Equal(sample.Manifest.Files.Select(f => f with { Sha256 = default }), read.Files);
        var whole = sample.Manifest.ToBytes();
        Assert.Equal(whole[..^(2 * Sha256Digest.Size)], sample.Manifest.ToBytesWithoutHashes());
    }

    private static ContentException Refused(byte[] manifest) =>
        Assert.Throws<ContentException>(() => ReleaseManifest.Parse(manifest));

    private static byte[] WithDescription(byte[] manifest, Action<JsonObject> change)
    {
        var input = new ByteReader(manifest, "manifest");
        input.Magic("LCPM\u0002"u8);
        var json = JsonNode.Parse(input.Block())!.AsObject();
        change(json);
        var output = new ByteWriter();
        output.Raw("LCPM\u0002"u8);
        output.Block(Encoding.UTF8.GetBytes(json.ToJsonString()));
        output.Raw(input.Raw(input.Left));
        return output.Written.ToArray();
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
