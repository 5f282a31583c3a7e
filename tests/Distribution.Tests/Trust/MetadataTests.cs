using System.Text.Json.Nodes;
using LaiChau.Distribution.Trust;

namespace LaiChau.Distribution.Tests.Trust;

public sealed class MetadataTests
{
    private readonly byte[] _root = new Repository().Plane.Files["metadata/1.root.json"];
    private readonly byte[] _targets = new Repository().Plane.Files["metadata/1.targets.json"];

    [Fact]
    public void Fields_it_does_not_know_are_signed_along_and_passed_over()
    {
        var file = Forge.Signed(_root, s => s["x-new"] = new JsonObject { ["a"] = 1 }, Repository.Key("root"));

        Assert.Equal(1, RootRole.Read(file).File.Version);
        Assert.NotNull(new TrustedMetadata(file, DateTimeOffset.MinValue));
    }

    [Fact]
    public void Refuses_a_root_that_is_not_what_the_specification_describes()
    {
        foreach (
            var change in new Action<JsonObject>[]
            {
                s => s["_type"] = "targets",
                s => s["spec_version"] = "2.0.0",
                s => s["spec_version"] = "1",
                s => s["version"] = 0,
                s => s["version"] = "1",
                s => s["expires"] = "2027-01-01",
                s => s["expires"] = "2027-01-01T00:00:00+07:00",
                s => s.Remove("keys"),
                s => s["roles"]!.AsObject().Remove("timestamp"),
                s => s["roles"]!["root"]!["threshold"] = 0,
                s => s["roles"]!["root"]!["keyids"]!.AsArray().Add(s["roles"]!["root"]!["keyids"]![0]!.DeepClone()),
                s => s["consistent_snapshot"] = "yes",
            }
        )
        {
            var refused = Assert.Throws<TufException>(() => RootRole.Read(Forge.Signed(_root, change)));
            Assert.Equal(("metadata-malformed", "root"), (refused.Code, refused.Role));
        }
    }

    [Fact]
    public void Refuses_targets_that_are_not_what_the_specification_describes()
    {
        foreach (
            var change in new Action<JsonObject>[]
            {
                s => s["delegations"]!["roles"]![0]!["name"] = "root",
                s => s["delegations"]!["roles"]![0]!["name"] = "",
                s => s["delegations"]!["roles"]![0]!.AsObject().Remove("terminating"),
                s => s["delegations"]!["roles"]![0]!.AsObject().Remove("paths"),
                s => s["delegations"]!["roles"]![0]!["path_hash_prefixes"] = new JsonArray("ab"),
                s => s["delegations"]!["roles"]!.AsArray().Add(s["delegations"]!["roles"]![0]!.DeepClone()),
                s => s["targets"]!["a"] = new JsonObject { ["length"] = 1 },
                s => s["targets"]!["a"] = new JsonObject { ["length"] = 1, ["hashes"] = new JsonObject() },
                s =>
                    s["targets"]!["a"] = new JsonObject
                    {
                        ["length"] = -1,
                        ["hashes"] = new JsonObject { ["sha256"] = new string('0', 64) },
                    },
                s => s["targets"] = new JsonArray(),
            }
        )
        {
            var refused = Assert.Throws<TufException>(() =>
                TargetsRole.Read(Forge.Signed(_targets, change), "targets")
            );
            Assert.Equal(TufFault.Malformed, refused.Fault);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"signatures":{},"signed":{}}""")]
    [InlineData("""{"signatures":[],"signed":[]}""")]
    [InlineData("""<html></html>""")]
    public void Refuses_what_is_no_metadata_at_all(string file)
    {
        var refused = Assert.Throws<TufException>(() => RootRole.Read(System.Text.Encoding.UTF8.GetBytes(file)));
        Assert.Equal(TufFault.Malformed, refused.Fault);
    }

    [Fact]
    public void Refuses_two_signatures_of_one_key_id()
    {
        var envelope = JsonNode.Parse(_root)!;
        envelope["signatures"]!.AsArray().Add(envelope["signatures"]![0]!.DeepClone());

        Assert.Throws<TufException>(() => RootRole.Read(CanonicalJson.ForFile(envelope)));
    }

    [Fact]
    public void No_truncated_or_garbled_file_is_more_than_refused()
    {
        var random = new Random(1);
        for (var i = 0; i < 300; i++)
        {
            var broken = random.Next(2) == 0 ? _targets[..random.Next(_targets.Length)] : (byte[])_targets.Clone();
            if (broken.Length > 0)
            {
                broken[random.Next(broken.Length)] = (byte)random.Next(256);
            }
            try
            {
                _ = TargetsRole.Read(broken, "targets");
            }
            catch (TufException e)
            {
                Assert.Equal(TufFault.Malformed, e.Fault);
            }
        }
    }

    [Theory]
    [InlineData("tinh/*", "tinh/recalls.json", true)]
    [InlineData("tinh/*", "tinh/releases/a.json", false)]
    [InlineData("tinh/*", "tinh", false)]
    [InlineData("*", "a/b", false)]
    [InlineData("a?c", "abc", true)]
    [InlineData("a?c", "a/c", false)]
    [InlineData("[a-c]x", "bx", true)]
    [InlineData("[!a-c]x", "bx", false)]
    [InlineData("[]]x", "]x", true)]
    [InlineData("[abc", "[abc", true)]
    [InlineData("*a*b*c", "xxaxxbxxc", true)]
    [InlineData("*a*b*c", "xxaxxcxxb", false)]
    [InlineData("**.json", "a.json", true)]
    public void Path_patterns_match_within_segments(string pattern, string path, bool matches) =>
        Assert.Equal(matches, PathPattern.Matches(pattern, path));

    [Fact]
    public void Hash_prefixes_cover_a_path_by_its_digest()
    {
        var prefix = Sha256Digest.Of("a/b"u8).ToString()[..3];
        var role = new DelegatedRole("bin", new([], 1), Terminating: false, Paths: null, PathHashPrefixes: [prefix]);

        Assert.True(role.Covers("a/b"));
        Assert.False(role.Covers("a/c"));
    }
}
