namespace LaiChau.Distribution.Tests.Trust.Conformance;

public sealed class DelegationConformanceTests : ConformanceTest
{
    /// <summary>Delegations as "delegator>role", "!" after it: terminating, ":pattern" after it: not everything.</summary>
    [Theory]
    [InlineData("targets>A", "A")]
    [InlineData("targets>A targets>B", "A B")]
    [InlineData("targets>A targets>B B>C", "A B C")]
    [InlineData("targets>A targets>B A>C A>D", "A C D B")]
    [InlineData("targets>A targets>B A>C C>D", "A C D B")]
    [InlineData("targets>A targets>B A>C! A>D", "A C")]
    [InlineData("targets>A targets>B A>C! C>D", "A C D")]
    [InlineData("targets>A:*.py targets>B A>C", "B")]
    [InlineData("targets>A targets>B A>C:*.py C>D", "A B")]
    [InlineData("targets>A targets>B B>C C>D D>B", "A B C D")]
    [InlineData("targets>A targets>B B>C A>C", "A C B")]
    [InlineData("targets>A targets>B B>C A>C:*.py", "A B C")]
    public async Task Delegations_are_searched_in_order_of_appearance_and_depth_first(
        string delegations,
        string visited
    )
    {
        var roles = new HashSet<string>();
        foreach (var delegation in delegations.Split(' '))
        {
            var (names, pattern) = delegation.Split(':') is [var n, var p] ? (n, p) : (delegation, "*");
            var delegator = names.Split('>')[0];
            var role = names.Split('>')[1].TrimEnd('!');
            Repo.Delegate(delegator, role, names.EndsWith('!'), [pattern]);
            // A role that two others delegate to is signed for both.
            roles.Add(delegator);
            roles.Add(role);
        }
        Repo.Publish([.. roles, "snapshot", "timestamp"]);
        Assert.Equal(0, await Init());

        Assert.Equal(1, await Download("missingpath"));

        Assert.Equal(visited.Split(' '), DelegatedRequests());
    }

    [Theory]
    [InlineData("targetfile", true, "")]
    [InlineData("README.md", true, "A")]
    [InlineData("releases/x/x_v1", true, "B C")]
    [InlineData("releases/y/y_v1.zip", true, "B D")]
    [InlineData("releases/z/z_v1.zip", false, "B")]
    public async Task A_target_is_found_where_all_of_the_chain_delegate_it(string target, bool isFound, string visited)
    {
        Repo.Delegate("targets", "A", paths: ["*.doc", "*.md"]);
        Repo.Delegate("targets", "B", paths: ["releases/*/*"]);
        Repo.Delegate("B", "C", paths: ["releases/x/*"]);
        Repo.Delegate("B", "D", paths: ["releases/y/*.zip"]);
        foreach (
            var (role, path) in new[]
            {
                ("targets", "targetfile"),
                ("A", "README.md"),
                ("C", "releases/x/x_v1"),
                ("D", "releases/y/y_v1.zip"),
                ("D", "releases/z/z_v1.zip"),
            }
        )
        {
            Repo.AddArtifact(role, Bytes($"{path} by {role}"), path);
        }
        Repo.Publish("A", "B", "C", "D", "targets", "snapshot", "timestamp");
        Assert.Equal(0, await Init());

        Assert.Equal(isFound ? 0 : 1, await Download(target));

        Assert.Equal(visited.Split(' ', StringSplitOptions.RemoveEmptyEntries), DelegatedRequests());
        Assert.Equal(isFound ? 1 : 0, Downloaded().Length);
    }

    [Fact]
    public async Task Hash_prefixes_lead_to_one_bin()
    {
        foreach (var digit in "0123456789abcdef")
        {
            Repo.Delegate("targets", $"bin-{digit}", hashPrefixes: [$"{digit}"]);
        }
        var bin = $"bin-{Sha256Digest.Of(Bytes("path/file.txt")).ToString()[0]}";
        Repo.AddArtifact(bin, Bytes("content"), "path/file.txt");
        Repo.Publish([
            .. Repo.Roles.Keys.Where(r => r.StartsWith("bin", StringComparison.Ordinal)),
            "targets",
            "snapshot",
            "timestamp",
        ]);
        Assert.Equal(0, await Init());

        Assert.Equal(0, await Download("path/file.txt"));

        Assert.Equal([bin], DelegatedRequests());
        Assert.Equal(["content"], Downloaded());
    }

    [Fact]
    public async Task A_role_that_two_delegate_to_is_verified_for_each_of_them()
    {
        // A and B both delegate to C, each to a key of its own; C is signed with that of A alone.
        Repo.Delegate("targets", "A", paths: ["a/*"]);
        Repo.Delegate("targets", "B", paths: ["b/*"]);
        Repo.Delegate("A", "C", paths: ["a/*"]);
        var keyOfA = Repo.Signers["C"][0];
        Repo.Delegate("B", "C", paths: ["b/*"]);
        Repo.Signers["C"] = [keyOfA];
        Repo.AddArtifact("C", Bytes("of a"), "a/file");
        Repo.AddArtifact("C", Bytes("of b"), "b/file");
        Repo.Publish("A", "B", "C", "targets", "snapshot", "timestamp");
        Assert.Equal(0, await Init());

        Assert.Equal(1, await Download("a/file", "b/file"));

        Assert.Equal(["of a"], Downloaded());
        Assert.Equal(1, await Download("b/file"));
        Assert.Equal(["of a"], Downloaded());
    }

    [Fact]
    public async Task Delegations_without_end_are_not_followed_without_end()
    {
        Repo.Delegate("targets", "role0");
        for (var i = 1; i < 40; i++)
        {
            Repo.Delegate($"role{i - 1}", $"role{i}");
        }
        Repo.Publish([
            .. Repo.Roles.Keys.Where(r => r.StartsWith("role", StringComparison.Ordinal)),
            "targets",
            "snapshot",
            "timestamp",
        ]);
        Assert.Equal(0, await Init());

        Assert.Equal(1, await Download("missingpath"));

        Assert.InRange(DelegatedRequests().Count(), 8, 36);
    }

    [Theory]
    [InlineData("?")]
    [InlineData("#")]
    [InlineData("/delegatedrole")]
    [InlineData("../delegatedrole")]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("vai trò 100%")]
    [InlineData("a%2Fb")]
    [InlineData("1.root")]
    public async Task An_unusual_role_name_is_quoted_in_address_and_store(string role)
    {
        Repo.Delegate("targets", role);
        Repo.Publish(role, "targets", "snapshot", "timestamp");
        Assert.Equal(0, await Init());

        Assert.Equal(1, await Download("nonexistent target"));

        Assert.Contains((Uri.EscapeDataString(role), 1), Repo.MetadataRequests);
        Assert.Equal(5, Directory.GetFiles(MetadataFolder, "*.json").Length);
    }
}
