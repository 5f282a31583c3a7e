using System.Text.Json.Nodes;
using LaiChau.Distribution.Content;
using LaiChau.Distribution.Publishing;
using LaiChau.Distribution.Trust;

namespace LaiChau.Distribution.Tests.Feeds;

/// <summary>A plane that format 1 was written to, before the publisher has put everything in anew.</summary>
public sealed class FormerFormatTests
{
    [Fact]
    public async Task A_reader_keeps_what_is_listed_in_format_1_and_fetches_nothing_of_it()
    {
        var plane = await FormerPlane();
        var store = new Store();
        await TufClient.Initialise(store, plane.Files["metadata/1.root.json"]);
        var client = new TufClient(store);
        await client.Refresh(plane, Repository.Start);

        var release = Assert.Single((await client.LoadFeed("tinh", plane, Repository.Start)).Current);

        Assert.Equal(Sample.Description().ReleaseId, release.Release.ReleaseId);
        Assert.False(release.IsFetchable);
        plane.Requests.Clear();
        var refused = await Assert.ThrowsAsync<ContentException>(() => TufClient.DownloadManifest(release, plane));
        Assert.Equal(ContentException.UnknownFormat, refused.Code);
        Assert.Empty(plane.Requests);
    }

    [Fact]
    public async Task Published_anew_it_takes_the_place_of_the_former_in_one_step()
    {
        var state = (await RepositoryState.Load(await FormerPlane(), new Repository().State.RootFile))!;
        var sample = await Sample.Build(Sample.Description(), ("a", Sample.Noise(1, 1_000)));

        var after = Apply(state, new("tinh") { Publish = [sample.Manifest] });

        var release = Assert.Single(after.Feeds["tinh"].Releases);
        Assert.True(release.IsFetchable);
        Assert.Equal(Sha256Digest.Of(sample.Manifest.ToBytes()), release.Manifest.Sha256);
        Assert.Single(after.FeedRoles["tinh"].Targets);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task It_is_recalled_and_withdrawn_like_any_other(bool recalled)
    {
        var state = (await RepositoryState.Load(await FormerPlane(), new Repository().State.RootFile))!;
        var (id, package) = (Sample.Description().ReleaseId, Sample.Description().Package);
        var change = new FeedChange("tinh")
        {
            Withdraw = recalled ? [] : [id],
            Recall = recalled
                ?
                [
                    new()
                    {
                        ReleaseId = id,
                        Package = package,
                        RecalledAt = Repository.Start,
                        Reason = "recalled",
                    },
                ]
                : [],
        };

        var after = Apply(state, change);

        Assert.Empty(after.Feeds["tinh"].Releases);
        Assert.DoesNotContain(after.FeedRoles["tinh"].Targets.Keys, path => path.Contains("/releases/"));
        Assert.Equal(recalled, after.Feeds["tinh"].IsRecalled(id));
    }

    private static RepositoryState Apply(RepositoryState state, FeedChange change) =>
        RepositoryWriter.Apply(state, new() { Feeds = [change] }, new Repository().Keys, Repository.Start).State;

    /// <summary>One release, listed as format 1 listed it, and everything signed by the right keys.</summary>
    private static async Task<Plane> FormerPlane()
    {
        var repository = new Repository();
        await repository.Publish(Sample.Description());
        var plane = repository.Plane;
        Sign(
            "metadata/2.tinh.json",
            "tinh",
            signed =>
            {
                var targets = signed["targets"]!.AsObject();
                var (path, target) = targets.Single();
                targets.Remove(path);
                target!["custom"]!.AsObject().Remove("fetch");
                targets[path.Replace(".manifest", ".json", StringComparison.Ordinal)] = target;
            }
        );
        Sign("metadata/2.snapshot.json", "snapshot", s => Name(s, "tinh.json", "metadata/2.tinh.json"));
        Sign("metadata/timestamp.json", "timestamp", s => Name(s, "snapshot.json", "metadata/2.snapshot.json"));
        return plane;

        void Sign(string path, string key, Action<JsonObject> change) =>
            plane.Files[path] = Forge.Signed(plane.Files[path], change, Repository.Key(key));

        void Name(JsonObject signed, string name, string path)
        {
            signed["meta"]![name]!["length"] = plane.Files[path].Length;
            signed["meta"]![name]!["hashes"]!["sha256"] = Sha256Digest.Of(plane.Files[path]).ToString();
        }
    }
}
