namespace LaiChau.Distribution.Tests.Trust.Conformance;

/// <summary>Versions as "keys/threshold/signatures", keys by number.</summary>
public sealed class RotationConformanceTests : ConformanceTest
{
    private readonly TestSigner[] _signers = [.. Enumerable.Range(0, 10).Select(_ => TestSigner.New())];

    [Theory]
    // 1 of 1, rotated; with signatures that nobody asked for.
    [InlineData("1/1/1 2/1/21 2/1/2", true)]
    [InlineData("1/1/314 2/1/3214 2/1/324", true)]
    // 3 of 5, in various combinations; one key rotated, at once and step by step; all rotated.
    [InlineData("01234/3/024 01234/3/041 01234/3/013 01234/3/013", true)]
    [InlineData("01234/3/024 01345/3/041", true)]
    [InlineData("01234/3/024 01345/3/0245 01345/3/045", true)]
    [InlineData("01234/3/024 56789/3/024567 56789/3/567", true)]
    // Thresholds that rise and fall.
    [InlineData("123/1/1 123/2/12", true)]
    [InlineData("123/2/12 123/1/12 123/1/1", true)]
    [InlineData("1/1/1 12/2/12", true)]
    // Not signed by enough of the old keys, or of the new.
    [InlineData("1/1/1 2/1/234", false)]
    [InlineData("1/1/1 2/1/134", false)]
    [InlineData("01234/3/024 01345/3/024", false)]
    [InlineData("01234/3/024 01345/3/045", false)]
    [InlineData("123/1/1 123/2/2", false)]
    [InlineData("123/2/12 123/1/1", false)]
    public async Task A_root_is_followed_when_old_and_new_keys_have_signed_it(string versions, bool isFollowed)
    {
        Repo.Published.Remove("root");
        foreach (var version in versions.Split(' '))
        {
            SetKeys("root", version);
            Repo.Publish("root");
        }
        Repo.Publish("targets", "snapshot", "timestamp");
        Assert.Equal(0, await Init());

        Assert.Equal(isFollowed ? 0 : 1, await Refresh());

        var roots = Repo.Published["root"];
        Assert.Equal(
            isFollowed ? roots[^1] : roots[^2],
            await File.ReadAllBytesAsync(Path.Combine(MetadataFolder, "root.json"))
        );
    }

    [Theory]
    [InlineData("2/1/2", true)]
    [InlineData("1/1/314", true)]
    [InlineData("2/1/134", false)]
    [InlineData("01345/3/024", false)]
    [InlineData("01345/3/04", false)]
    [InlineData("01234/3/024", true)]
    [InlineData("01234/3/041", true)]
    [InlineData("01234/3/013", true)]
    [InlineData("01234/3/123", true)]
    [InlineData("01234/3/234", true)]
    public async Task Any_other_role_is_taken_when_the_keys_that_root_lists_have_signed_it(string version, bool isTaken)
    {
        Assert.Equal(0, await Init());
        foreach (var role in new[] { "timestamp", "snapshot", "targets" })
        {
            SetKeys(role, version);
            Repo.Publish("root", "targets", "snapshot", "timestamp");

            Assert.Equal(isTaken ? 0 : 1, await Refresh());
            if (isTaken)
            {
                Assert.Equal(
                    Repo.Published[role][^1],
                    await File.ReadAllBytesAsync(Path.Combine(MetadataFolder, $"{role}.json"))
                );
            }
        }
    }

    private void SetKeys(string role, string version)
    {
        var parts = version.Split('/');
        Repo.ClearKeys(role);
        Repo.SetThreshold(role, parts[1][0] - '0');
        foreach (var key in parts[0])
        {
            Repo.ListKey(role, _signers[key - '0']);
        }
        foreach (var key in parts[2])
        {
            Repo.AddSigner(role, _signers[key - '0']);
        }
    }
}
