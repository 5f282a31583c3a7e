using System.Text.Json.Nodes;

namespace LaiChau.Distribution.Tests.Trust.Conformance;

public sealed class BasicConformanceTests : ConformanceTest
{
    [Fact]
    public async Task A_first_refresh_asks_for_each_role_once()
    {
        Assert.Equal(0, await Init());

        Assert.Equal(0, await Refresh());

        Assert.Equal([("root", 2), ("timestamp", null), ("snapshot", 1), ("targets", 1)], Repo.MetadataRequests);
        Assert.Equal("root 1, snapshot 1, targets 1, timestamp 1", Trusted());
    }

    [Fact]
    public async Task A_download_refreshes_first()
    {
        Assert.Equal(0, await Init());

        Assert.Equal(1, await Download("nonexistent artifact"));

        Assert.Equal([("root", 2), ("timestamp", null), ("snapshot", 1), ("targets", 1)], Repo.MetadataRequests);
        Assert.Equal("root 1, snapshot 1, targets 1, timestamp 1", Trusted());
    }

    [Fact]
    public async Task Without_a_valid_root_nothing_is_asked()
    {
        var root = JsonNode.Parse(Repo.FirstRoot)!.AsObject();
        root["signed"]!.AsObject().Remove("version");

        await Init(Simulator.Write(root));

        Assert.Equal(1, await Refresh());
        Assert.Empty(Repo.MetadataRequests);
    }

    [Fact]
    public async Task Without_a_signed_root_nothing_is_asked()
    {
        var root = JsonNode.Parse(Repo.FirstRoot)!.AsObject();
        root["signatures"]![0]!["sig"] = Convert.ToHexStringLower(TestSigner.New().Sign([1]));

        await Init(Simulator.Write(root));

        Assert.Equal(1, await Refresh());
        Assert.Empty(Repo.MetadataRequests);
    }

    [Theory]
    [InlineData("root", "root 1")]
    [InlineData("timestamp", "root 1")]
    [InlineData("snapshot", "root 1, timestamp 1")]
    [InlineData("targets", "root 1, snapshot 1, timestamp 1")]
    public async Task A_role_without_its_signature_ends_the_refresh(string role, string trusted)
    {
        Repo.Published.Remove("targets");
        Repo.Published.Remove("snapshot");
        Repo.Published.Remove("timestamp");
        var root = Repo.FirstRoot;
        Repo.Signers[role].Clear();
        if (role == "root")
        {
            Repo.Publish("root");
        }
        else
        {
            Repo.Publish("targets", "snapshot", "timestamp");
        }
        Assert.Equal(0, await Init(root));

        Assert.Equal(1, await Refresh());

        Assert.Equal(trusted, Trusted());
    }

    [Fact]
    public async Task Another_timestamp_of_the_same_version_is_not_taken()
    {
        Assert.Equal(0, await Init());
        Assert.Equal(0, await Refresh());
        Repo.Published.Remove("timestamp");
        Repo.Timestamp["meta"]!["snapshot.json"]!["version"] = 100;
        Repo.Publish("timestamp");

        Assert.Equal(0, await Refresh());

        Assert.Equal(("timestamp", null), Repo.MetadataRequests[^1]);
        var kept = JsonNode.Parse(await File.ReadAllBytesAsync(Path.Combine(MetadataFolder, "timestamp.json")))!;
        Assert.Equal(1, kept["signed"]!["meta"]!["snapshot.json"]!["version"]!.GetValue<int>());
    }

    [Fact]
    public async Task Hashes_of_metadata_are_checked()
    {
        Repo.HashesInMeta = true;
        Repo.Publish("targets", "snapshot", "timestamp");
        Assert.Equal(0, await Init());
        Assert.Equal(0, await Refresh());
        Repo.Publish("targets");
        Repo.Snapshot["meta"]!["targets.json"]!["hashes"]!["sha256"] = new string('4', 64);
        Repo.Publish("snapshot", "timestamp");

        Assert.Equal(1, await Refresh());

        Assert.Equal((3, 2), (VersionOf("snapshot"), VersionOf("targets")));
    }

    [Fact]
    public async Task Targets_that_the_snapshot_does_not_name_are_not_asked_for()
    {
        Assert.Equal(0, await Init());
        Assert.Equal(0, await Refresh());
        Repo.Publish("targets");

        Assert.Equal(0, await Refresh());

        Assert.Equal(1, VersionOf("targets"));
        Assert.Equal(("timestamp", null), Repo.MetadataRequests[^1]);
    }

    [Fact]
    public async Task A_snapshot_that_the_timestamp_does_not_name_is_not_taken()
    {
        Assert.Equal(0, await Init());
        Repo.Snapshot["version"] = 7;
        Repo.Published.Remove("snapshot");
        Repo.Publish("snapshot");
        Repo.Timestamp["meta"]!["snapshot.json"]!["version"] = 1;
        Repo.Publish("timestamp");

        Assert.Equal(1, await Refresh());

        Assert.Equal("root 1, timestamp 2", Trusted());
        Assert.Equal(("snapshot", 1), Repo.MetadataRequests[^1]);
    }

    [Fact]
    public async Task Unknown_fields_are_signed_along()
    {
        Assert.Equal(0, await Init());
        Assert.Equal(0, await Refresh());
        Repo.Root["custom-field"] = "value";
        var keyId = Repo.RoleOf("root")["keyids"]![0]!.GetValue<string>();
        Repo.Root["keys"]![keyId]!["extra-field"] = new JsonObject { ["b"] = 2, ["a"] = 1 };
        Repo.RoleOf("root")["another-field"] = "value";
        Repo.Publish("root");

        Assert.Equal(0, await Refresh());

        Assert.Equal(2, VersionOf("root"));
    }

    [Fact]
    public async Task What_is_kept_is_byte_for_byte_what_was_served()
    {
        Assert.Equal(0, await Init());
        Repo.Publish("root");
        Assert.Equal(0, await Refresh());

        foreach (var role in new[] { "root", "timestamp", "snapshot", "targets" })
        {
            Assert.Equal(
                Repo.Published[role][^1],
                await File.ReadAllBytesAsync(Path.Combine(MetadataFolder, $"{role}.json"))
            );
        }
    }

    [Fact]
    public async Task A_repository_may_be_without_consistent_snapshots()
    {
        Repo.Root["consistent_snapshot"] = false;
        Repo.Delegate("targets", "role1");
        Repo.Delegate("targets", "..");
        Repo.Delegate("targets", ".");
        Repo.AddArtifact(".", Bytes("content"), "file.txt");
        Repo.Publish("root", "role1", "..", ".", "targets", "snapshot", "timestamp");
        Assert.Equal(0, await Init());

        Assert.Equal(0, await Download("file.txt"));

        Assert.Equal(["content"], Downloaded());
        Assert.Equal(("file.txt", null), Assert.Single(Repo.ArtifactRequests));
        Assert.Equal(
            [
                ("root", 2),
                ("root", 3),
                ("timestamp", null),
                ("snapshot", null),
                ("targets", null),
                ("role1", null),
                ("..", null),
                (".", null),
            ],
            Repo.MetadataRequests
        );
    }
}
