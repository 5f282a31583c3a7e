using System.Text.Json.Nodes;

namespace LaiChau.Distribution.Tests.Trust.Conformance;

public sealed class DownloadConformanceTests : ConformanceTest
{
    [Theory]
    [InlineData("target_file.txt")]
    [InlineData("path/to/a/target_file.txt")]
    public async Task A_download_brings_the_file(string path)
    {
        Assert.Equal(0, await Init());
        Repo.AddArtifact("targets", Bytes("target file contents"), path);
        Repo.Publish("targets", "snapshot", "timestamp");
        Assert.Equal(0, await Refresh());
        Assert.Empty(Downloaded());

        Assert.Equal(0, await Download(path));

        Assert.Equal(["target file contents"], Downloaded());
    }

    [Fact]
    public async Task Other_content_is_refused_and_what_was_there_stays()
    {
        Assert.Equal(0, await Init());
        Repo.AddArtifact("targets", Bytes("target file contents"), "target_file.txt");
        Repo.AddArtifact("targets", Bytes("content"), "another_target_file.txt");
        Repo.Publish("targets", "snapshot", "timestamp");
        Assert.Equal(0, await Download("target_file.txt"));
        Repo.Artifacts["target_file.txt"] = Bytes("malicious data - should not download");
        Repo.Artifacts["another_target_file.txt"] = Bytes("malicious data - should not download");

        Assert.Equal(0, await Download("target_file.txt"));
        Assert.Equal(1, await Download("another_target_file.txt"));

        Assert.Equal(["target file contents"], Downloaded());
    }

    [Fact]
    public async Task A_file_that_changes_again_and_again_stays_one_file()
    {
        Assert.Equal(0, await Init());
        var expected = new List<string>();
        for (var i = 0; i <= 10; i++)
        {
            Repo.AddArtifact("targets", Bytes($"modified file contents {i}"), "target_file.txt");
            Repo.AddArtifact("targets", Bytes($"new file contents {i}"), $"new-target-{i}");
            Repo.Publish("targets", "snapshot", "timestamp");
            if (i % 5 != 0)
            {
                continue;
            }
            Assert.Equal(0, await Download("target_file.txt"));
            Assert.Equal(0, await Download($"new-target-{i}"));
            expected.RemoveAll(e => e.StartsWith("modified", StringComparison.Ordinal));
            expected.AddRange([$"modified file contents {i}", $"new file contents {i}"]);
            Assert.Equal(expected, Downloaded());

            Repo.Artifacts["target_file.txt"] = Bytes($"malicious contents {i}");
            Repo.Publish("targets", "snapshot", "timestamp");
            await Download("target_file.txt");
            Assert.Equal(expected, Downloaded());
        }
    }

    [Theory]
    [InlineData("sha256")]
    [InlineData("sha512")]
    [InlineData("sha256", "sha512")]
    public async Task Any_known_hash_will_do(params string[] algorithms)
    {
        Repo.AddArtifact("targets", Bytes("target file contents"), "target_file.txt", algorithms);
        Repo.Publish("targets", "snapshot", "timestamp");
        Assert.Equal(0, await Init());

        Assert.Equal(0, await Download("target_file.txt"));

        var (path, hash) = Assert.Single(Repo.ArtifactRequests);
        Assert.Equal("target_file.txt", path);
        Assert.Contains(
            hash,
            Repo.Targets["targets"]!["target_file.txt"]!["hashes"]!.AsObject().Select(h => h.Value!.GetValue<string>())
        );
        Assert.Equal(["target file contents"], Downloaded());
    }

    [Theory]
    [InlineData("sha256")]
    [InlineData("sha512")]
    public async Task Every_hash_that_is_given_must_match(string wrong)
    {
        Repo.AddArtifact("targets", Bytes("target file contents"), "target_file.txt", "sha256", "sha512");
        Repo.Targets["targets"]!["target_file.txt"]!["hashes"]![wrong] = new string('a', wrong == "sha256" ? 64 : 128);
        Repo.Publish("targets", "snapshot", "timestamp");
        Assert.Equal(0, await Init());

        Assert.Equal(1, await Download("target_file.txt"));

        Assert.Empty(Downloaded());
    }

    [Fact]
    public async Task An_unknown_hash_alone_will_not_do()
    {
        Repo.AddArtifact("targets", Bytes("target file contents"), "target_file.txt", "sha512");
        var hashes = Repo.Targets["targets"]!["target_file.txt"]!["hashes"]!.AsObject();
        hashes["unknown-hash"] = hashes["sha512"]!.DeepClone();
        hashes.Remove("sha512");
        Repo.Publish("targets", "snapshot", "timestamp");
        Assert.Equal(0, await Init());

        Assert.Equal(1, await Download("target_file.txt"));

        Assert.Empty(Downloaded());
    }

    [Fact]
    public async Task What_is_there_is_not_downloaded_again()
    {
        Assert.Equal(0, await Init());
        Repo.AddArtifact("targets", Bytes("target file contents"), "target_file.txt");
        Repo.Publish("targets", "snapshot", "timestamp");

        Assert.Equal(0, await Download("target_file.txt"));
        Assert.Equal(0, await Download("target_file.txt"));

        Assert.Single(Repo.ArtifactRequests);
    }

    [Fact]
    public async Task Several_targets_come_in_one_go_and_none_after_one_that_is_refused()
    {
        Assert.Equal(0, await Init());
        Repo.AddArtifact("targets", Bytes("one"), "one.txt");
        Repo.AddArtifact("targets", Bytes("two"), "two.txt");
        Repo.AddArtifact("targets", Bytes("three"), "three.txt");
        Repo.Publish("targets", "snapshot", "timestamp");

        Assert.Equal(0, await Download("one.txt", "two.txt"));
        Assert.Equal(["one", "two"], Downloaded().Order());
        Assert.Equal(4, Repo.MetadataRequests.Count);

        Assert.Equal(1, await Download("none.txt", "three.txt"));
        Assert.Equal(["one", "two"], Downloaded().Order());
    }

    [Theory]
    [InlineData("../outside.txt")]
    [InlineData("..")]
    [InlineData("/etc/hosts")]
    public async Task No_name_leads_out_of_the_target_folder(string path)
    {
        Assert.Equal(0, await Init());
        Repo.AddArtifact("targets", Bytes("content"), path);
        Repo.Publish("targets", "snapshot", "timestamp");

        await Download(path);

        Assert.All(
            Directory.GetFiles(Path.GetDirectoryName(TargetFolder)!, "*", SearchOption.AllDirectories),
            f =>
                Assert.True(
                    f.StartsWith(TargetFolder, StringComparison.Ordinal)
                        || f.StartsWith(MetadataFolder, StringComparison.Ordinal)
                        || Path.GetFileName(f) == "initial_root.json"
                )
        );
    }

    [Fact]
    public async Task A_length_that_does_not_fit_is_refused()
    {
        Assert.Equal(0, await Init());
        foreach (var (path, length) in new[] { ("long.txt", 3), ("short.txt", 30) })
        {
            Repo.AddArtifact("targets", Bytes("content"), path);
            Repo.Targets["targets"]![path]!["length"] = length;
        }
        Repo.Publish("targets", "snapshot", "timestamp");

        Assert.Equal(1, await Download("long.txt"));
        Assert.Equal(1, await Download("short.txt"));

        Assert.Empty(Downloaded());
    }
}
