namespace LaiChau.Distribution.Tests.Trust.Conformance;

public sealed class ExpirationConformanceTests : ConformanceTest
{
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    [Fact]
    public async Task An_expired_root_is_kept_and_ends_the_refresh()
    {
        Assert.Equal(0, await Init());
        Assert.Equal(0, await Refresh());
        Repo.Publish("root");
        Assert.Equal(0, await Refresh());
        Repo.Expire("root", Now.AddDays(-1));
        Repo.Publish("root", "timestamp");

        Assert.Equal(1, await Refresh());

        Assert.Equal("root 3, snapshot 1, targets 1, timestamp 1", Trusted());
    }

    [Fact]
    public async Task An_expired_timestamp_is_refused()
    {
        Assert.Equal(0, await Init());
        Assert.Equal(0, await Refresh());
        Repo.Expire("timestamp", Now.AddDays(-5));
        Repo.Publish("timestamp");

        Assert.Equal(1, await Refresh());

        Assert.Equal("root 1, snapshot 1, targets 1, timestamp 1", Trusted());
    }

    [Fact]
    public async Task An_expired_snapshot_is_refused()
    {
        Assert.Equal(0, await Init());
        Assert.Equal(0, await Refresh());
        Repo.Expire("snapshot", Now.AddDays(-5));
        Repo.Publish("snapshot", "timestamp");

        Assert.Equal(1, await Refresh());

        Assert.Equal("root 1, snapshot 1, targets 1, timestamp 2", Trusted());
    }

    [Fact]
    public async Task Expired_targets_are_refused()
    {
        Assert.Equal(0, await Init());
        Assert.Equal(0, await Refresh());
        Repo.Expire("targets", Now.AddDays(-5));
        Repo.Publish("targets", "snapshot", "timestamp");

        Assert.Equal(1, await Refresh());

        Assert.Equal("root 1, snapshot 2, targets 1, timestamp 2", Trusted());
    }

    [Fact]
    public async Task An_expired_local_root_is_followed_by_the_next()
    {
        Assert.Equal(0, await Init());
        Repo.Expire("root", Now.AddDays(7));
        Repo.Publish("root");
        Assert.Equal(0, await Refresh());
        Repo.Expire("root", Now.AddDays(21));
        Repo.Publish("root");

        Assert.Equal(0, await Refresh(Now.AddDays(18)));

        Assert.Equal(3, VersionOf("root"));
    }

    [Fact]
    public async Task An_expired_local_timestamp_is_followed_by_the_next()
    {
        Assert.Equal(0, await Init());
        Repo.Expire("timestamp", Now.AddDays(7));
        Repo.Publish("timestamp");
        Assert.Equal(0, await Refresh());
        Repo.Expire("timestamp", Now.AddDays(21));
        Repo.Publish("targets", "snapshot", "timestamp");

        Assert.Equal(0, await Refresh(Now.AddDays(18)));

        Assert.Equal("root 1, snapshot 2, targets 2, timestamp 3", Trusted());
    }

    [Fact]
    public async Task An_expired_local_timestamp_still_counts_against_a_rollback()
    {
        Assert.Equal(0, await Init());
        Repo.Expire("timestamp", Now.AddDays(7));
        Repo.Publish("timestamp");
        Assert.Equal(0, await Refresh());
        Repo.RollBack("timestamp");
        Repo.Expire("timestamp", Now.AddDays(21));
        Repo.Publish("timestamp");

        Assert.Equal(1, await Refresh(Now.AddDays(18)));

        Assert.Equal(2, VersionOf("timestamp"));
    }

    [Fact]
    public async Task A_delegated_role_that_comes_expired_is_refused()
    {
        Assert.Equal(0, await Init());
        Repo.Delegate("targets", "delegated", paths: ["delegatedpath/*"], expires: Now.AddDays(-1));
        Repo.AddArtifact("delegated", Bytes("delegated content"), "delegatedpath/target");
        Repo.Publish("delegated", "targets", "snapshot", "timestamp");
        Assert.Equal(0, await Refresh());

        Assert.Equal(1, await Download("delegatedpath/target"));

        Assert.Empty(Downloaded());
        Assert.Equal("root 1, snapshot 2, targets 2, timestamp 2", Trusted());
    }

    [Fact]
    public async Task A_delegated_role_that_has_expired_since_is_not_used()
    {
        Assert.Equal(0, await Init());
        Repo.Delegate("targets", "delegated", paths: ["delegatedpath/*"], expires: Now.AddDays(7));
        Repo.AddArtifact("delegated", Bytes("first"), "delegatedpath/first");
        Repo.AddArtifact("delegated", Bytes("second"), "delegatedpath/second");
        Repo.Publish("delegated", "targets", "snapshot", "timestamp");
        Assert.Equal(0, await Download("delegatedpath/first"));

        Assert.Equal(1, await Download(Now.AddDays(18), "delegatedpath/second"));

        Assert.Equal(["first"], Downloaded());
    }

    [Fact]
    public async Task An_expired_delegated_role_is_followed_by_the_next()
    {
        Assert.Equal(0, await Init());
        Repo.Delegate("targets", "delegated", paths: ["delegatedpath/*"], expires: Now.AddDays(7));
        Repo.AddArtifact("delegated", Bytes("first"), "delegatedpath/first");
        Repo.AddArtifact("delegated", Bytes("second"), "delegatedpath/second");
        Repo.Publish("delegated", "targets", "snapshot", "timestamp");
        Assert.Equal(0, await Download("delegatedpath/first"));
        Repo.Expire("delegated", Now.AddDays(21));
        Repo.Publish("delegated", "snapshot", "timestamp");

        Assert.Equal(0, await Download(Now.AddDays(18), "delegatedpath/second"));

        Assert.Equal(["first", "second"], Downloaded().Order());
    }
}
