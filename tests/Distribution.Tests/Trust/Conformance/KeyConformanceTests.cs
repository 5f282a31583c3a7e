using System.Text.Json.Nodes;

namespace LaiChau.Distribution.Tests.Trust.Conformance;

public sealed class KeyConformanceTests : ConformanceTest
{
    [Fact]
    public async Task A_snapshot_below_its_threshold_is_refused()
    {
        Repo.SetThreshold("snapshot", 3);
        Repo.AddKey("snapshot");
        Repo.AddKey("snapshot");
        Repo.Publish("root", "targets", "snapshot", "timestamp");
        Assert.Equal(0, await Init());
        Assert.Equal(0, await Refresh());
        Repo.Signers["snapshot"].RemoveAt(2);
        Repo.Publish("targets", "snapshot", "timestamp");

        Assert.Equal(1, await Refresh());

        Assert.Equal(2, VersionOf("snapshot"));
    }

    [Fact]
    public async Task A_threshold_above_the_number_of_keys_is_never_reached()
    {
        Assert.Equal(0, await Init());
        for (var i = 0; i < 4; i++)
        {
            Repo.AddKey("snapshot");
        }
        Repo.SetThreshold("snapshot", 6);
        Repo.Publish("root", "snapshot", "timestamp");

        Assert.Equal(1, await Refresh());

        Assert.Equal((2, null), (VersionOf("root"), VersionOf("snapshot")));
    }

    [Fact]
    public async Task One_key_listed_nine_times_counts_once()
    {
        Assert.Equal(0, await Init());
        var signer = TestSigner.New();
        for (var i = 0; i < 9; i++)
        {
            Repo.ListKey("snapshot", signer);
        }
        Repo.AddSigner("snapshot", signer);
        Repo.SetThreshold("snapshot", 6);
        Repo.Publish("root", "snapshot", "timestamp");
        Repo.Tamper(
            "snapshot",
            s =>
            {
                var twin = s["signatures"]!.AsArray().Single(x => x!["keyid"]!.GetValue<string>() == signer.Id)!;
                for (var i = 0; i < 8; i++)
                {
                    s["signatures"]!.AsArray().Add(twin.DeepClone());
                }
            }
        );

        Assert.Equal(1, await Refresh());

        Assert.Null(VersionOf("snapshot"));
    }

    [Fact]
    public async Task One_key_under_many_ids_counts_once()
    {
        Assert.Equal(0, await Init());
        var signer = TestSigner.New();
        for (var i = 0; i < 3; i++)
        {
            var twin = signer with { Key = signer.Key with { KeyId = $"{i}{signer.Id[1..]}" } };
            Repo.AddKey("snapshot", twin);
        }
        Repo.SetThreshold("snapshot", 3);
        Repo.Publish("root", "snapshot", "timestamp");

        Assert.Equal(1, await Refresh());

        Assert.Null(VersionOf("snapshot"));
    }

    [Fact]
    public async Task Two_signatures_of_one_key_id_are_refused()
    {
        Assert.Equal(0, await Init());
        Repo.Tamper("snapshot", s => s["signatures"]!.AsArray().Add(s["signatures"]![0]!.DeepClone()));

        Assert.Equal(1, await Refresh());

        Assert.Null(VersionOf("snapshot"));
    }

    [Theory]
    [InlineData("rsa", "rsassa-pss-sha256")]
    [InlineData("rsa", "rsa-pkcs1v15-sha256")]
    [InlineData("ecdsa", "ecdsa-sha2-nistp256")]
    [InlineData("ecdsa-sha2-nistp256", "ecdsa-sha2-nistp256")]
    [InlineData("ed25519", "ed25519")]
    public async Task Every_kind_of_key_counts_and_its_wrong_signature_does_not(string keyType, string scheme)
    {
        Assert.Equal(0, await Init());
        var signer = Repo.AddKey("root", TestSigner.New(keyType, scheme));
        Repo.SetThreshold("root", 2);
        Repo.Publish("root");
        Assert.Equal(0, await Refresh());
        Assert.Equal(2, VersionOf("root"));
        Repo.Publish("root");
        Repo.Tamper(
            "root",
            r =>
                r["signatures"]!.AsArray().Single(s => s!["keyid"]!.GetValue<string>() == signer.Id)!["sig"] =
                    Convert.ToHexStringLower(TestSigner.New(keyType, scheme).Sign([1]))
        );

        Assert.Equal(1, await Refresh());

        Assert.Equal(2, VersionOf("root"));
    }

    [Fact]
    public async Task A_key_of_an_unknown_kind_does_no_harm()
    {
        Assert.Equal(0, await Init());
        var signer = TestSigner.New();
        Repo.AddKey("timestamp", signer with { Key = signer.Key with { KeyType = "later", Scheme = "later" } });
        Repo.Publish("root", "timestamp");

        Assert.Equal(0, await Refresh());

        Assert.Equal("root 2, snapshot 1, targets 1, timestamp 2", Trusted());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_wrong_signature_does_no_harm_where_others_suffice(bool isPlausible)
    {
        Assert.Equal(0, await Init());
        var first = Repo.Signers["timestamp"][0].Id;
        Repo.AddKey("timestamp");
        Repo.Publish("root", "timestamp");
        Repo.Tamper(
            "timestamp",
            t =>
                t["signatures"]!.AsArray().Single(s => s!["keyid"]!.GetValue<string>() == first)!["sig"] = isPlausible
                    ? Convert.ToHexStringLower(TestSigner.New().Sign([1]))
                    : ""
        );

        Assert.Equal(0, await Refresh());

        Assert.Equal(2, VersionOf("timestamp"));
    }

    [Fact]
    public async Task A_key_id_without_a_key_counts_for_nothing()
    {
        Assert.Equal(0, await Init());
        Repo.RoleOf("snapshot")["keyids"]!.AsArray().Add(TestSigner.New().Id);
        Repo.SetThreshold("snapshot", 2);
        Repo.Publish("root", "snapshot", "timestamp");

        Assert.Equal(1, await Refresh());

        Assert.Equal((2, null), (VersionOf("root"), VersionOf("snapshot")));
    }

    [Fact]
    public async Task The_hash_algorithms_that_a_key_names_are_nobodys_business()
    {
        Assert.Equal(0, await Init());
        var keyId = Repo.RoleOf("snapshot")["keyids"]![0]!.GetValue<string>();
        Repo.Root["keys"]![keyId]!["keyid_hash_algorithms"] = new JsonArray("md5");
        Repo.Publish("root", "snapshot", "timestamp");

        Assert.Equal(0, await Refresh());

        Assert.Equal("root 2, snapshot 2, targets 1, timestamp 2", Trusted());
    }
}
