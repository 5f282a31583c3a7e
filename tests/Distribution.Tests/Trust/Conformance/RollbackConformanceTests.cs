namespace LaiChau.Distribution.Tests.Trust.Conformance;

public sealed class RollbackConformanceTests : ConformanceTest
{
    [Fact]
    public async Task An_older_timestamp_is_refused()
    {
        Assert.Equal(0, await Init());
        Repo.Publish("timestamp");
        Assert.Equal(0, await Refresh());
        Assert.Equal(2, VersionOf("timestamp"));
        Repo.RollBack("timestamp");
        Repo.Publish("timestamp");

        Assert.Equal(1, await Refresh());

        Assert.Equal(2, VersionOf("timestamp"));
        Assert.Equal(("timestamp", null), Repo.MetadataRequests[^1]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_timestamp_that_names_an_older_snapshot_is_refused(bool withHashes)
    {
        Assert.Equal(0, await Init());
        Repo.HashesInMeta = withHashes;
        Repo.Publish("snapshot", "timestamp");
        Assert.Equal(0, await Refresh());
        Repo.RollBack("snapshot");
        Repo.Publish("snapshot", "timestamp");

        Assert.Equal(1, await Refresh());

        Assert.Equal((2, 2), (VersionOf("timestamp"), VersionOf("snapshot")));
        Assert.Equal(("timestamp", null), Repo.MetadataRequests[^1]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_snapshot_that_names_older_targets_is_refused(bool withHashes)
    {
        Assert.Equal(0, await Init());
        Repo.HashesInMeta = withHashes;
        Repo.Publish("targets", "snapshot", "timestamp");
        Assert.Equal(0, await Refresh());
        Repo.RollBack("targets");
        Repo.Publish("targets", "snapshot", "timestamp");

        Assert.Equal(1, await Refresh());

        Assert.Equal((2, 2), (VersionOf("snapshot"), VersionOf("targets")));
    }

    [Fact]
    public async Task A_snapshot_that_lists_a_role_no_more_is_refused()
    {
        Assert.Equal(0, await Init());
        Repo.Delegate("targets", "delegated", paths: ["delegatedpath/*"]);
        Repo.Publish("delegated", "targets", "snapshot", "timestamp");
        Assert.Equal(0, await Refresh());
        Repo.Snapshot["meta"]!.AsObject().Remove("delegated.json");
        Repo.Publish("snapshot", "timestamp");

        Assert.Equal(1, await Refresh());

        Assert.Equal(2, VersionOf("snapshot"));
    }

    [Fact]
    public async Task Targets_recover_from_a_fast_forward_by_another_snapshot_key()
    {
        Assert.Equal(0, await Init());
        Repo.Delegate("targets", "delegated", paths: ["delegatedpath/*"]);
        Repo.Publish("delegated");
        for (var i = 0; i < 99; i++)
        {
            Repo.Publish("targets");
        }
        Repo.Publish("snapshot", "timestamp");
        Assert.Equal(0, await Refresh());
        Assert.Equal(100, VersionOf("targets"));
        Repo.RotateKeys("snapshot");
        Repo.RollBack("targets");
        Repo.Snapshot["meta"]!.AsObject().Remove("delegated.json");
        Repo.Publish("root", "targets", "snapshot", "timestamp");

        Assert.Equal(0, await Refresh());

        Assert.Equal(1, VersionOf("targets"));
    }

    [Fact]
    public async Task The_snapshot_recovers_from_a_fast_forward_by_other_snapshot_and_timestamp_keys()
    {
        Assert.Equal(0, await Init());
        for (var i = 0; i < 99; i++)
        {
            Repo.Publish("snapshot");
        }
        Repo.Publish("timestamp");
        Assert.Equal(0, await Refresh());
        Assert.Equal(100, VersionOf("snapshot"));
        Repo.RotateKeys("snapshot");
        Repo.RotateKeys("timestamp");
        Repo.RollBack("snapshot");
        Repo.Publish("root", "targets", "snapshot", "timestamp");

        Assert.Equal(0, await Refresh());

        Assert.Equal(1, VersionOf("snapshot"));
    }

    [Fact]
    public async Task The_timestamp_recovers_from_a_fast_forward_by_another_key()
    {
        Assert.Equal(0, await Init());
        for (var i = 0; i < 99; i++)
        {
            Repo.Publish("timestamp");
        }
        Assert.Equal(0, await Refresh());
        Assert.Equal(100, VersionOf("timestamp"));
        Repo.RotateKeys("timestamp");
        Repo.RollBack("timestamp");
        Repo.Publish("root", "timestamp");

        Assert.Equal(0, await Refresh());

        Assert.Equal(1, VersionOf("timestamp"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task A_root_must_be_the_very_next(int version)
    {
        Assert.Equal(0, await Init());
        Repo.Root["version"] = version - 1;
        Repo.Publish("root");

        Assert.Equal(1, await Refresh());

        Assert.Equal("root 1", Trusted());
    }
}
