using LaiChau.Distribution.Feeds;
using LaiChau.Distribution.Publishing;
using LaiChau.Distribution.Trust;

namespace LaiChau.Distribution.Tests.Publishing;

public sealed class BinsTests
{
    private readonly Repository _repository = new();

    private static readonly string[] Bins = [.. "0123456789abcdef".Select(d => $"tinh.{d}")];

    [Fact]
    public async Task A_feed_of_sixteen_releases_is_one_list()
    {
        await _repository.PublishMany(16);

        Assert.Equal(["root", "timestamp", "snapshot", "targets", "tinh"], _repository.State.Versions.Keys);
        Assert.Equal(16, (await View()).Releases.Count);
    }

    [Fact]
    public async Task The_seventeenth_cuts_it_into_bins_in_one_step_and_readers_see_no_difference()
    {
        var (point, _) = await _repository.NewPoint();
        await _repository.PublishMany(16);
        await point.Poll(_repository.Plane, _repository.Now);
        await point.LoadFeed("tinh", _repository.Plane, _repository.Now);

        await _repository.PublishMany(1, firstId: 17);

        await point.Poll(_repository.Plane, _repository.Now);
        Assert.Equal(17, (await point.LoadFeed("tinh", _repository.Plane, _repository.Now)).Releases.Count);
        Assert.Equal(Ids(await View()), Ids(_repository.State.Feeds["tinh"]));
        Assert.Equal(17, Ids(await View()).Count());
        Assert.All(Bins, b => Assert.Equal(1, _repository.State.Versions[b]));
        Assert.All(Bins, b => Assert.Contains($"{b}.json", Text("metadata/3.snapshot.json"), StringComparison.Ordinal));
        Assert.DoesNotContain("tinh/releases", Text("metadata/3.tinh.json"), StringComparison.Ordinal);
        Assert.Equal(1, _repository.State.Versions["targets"]);
    }

    [Fact]
    public async Task A_release_that_comes_or_goes_changes_its_bin_alone()
    {
        await _repository.PublishMany(100);
        var before = _repository.State.Versions;

        var added = (await _repository.PublishMany(1, firstId: 500))[0];

        var bin = BinOf(added);
        Assert.Equal([bin], Changed(before).Where(r => r.StartsWith("tinh", StringComparison.Ordinal)));
        before = _repository.State.Versions;
        _repository.Apply(new() { Feeds = [new("tinh") { Withdraw = [added] }] });
        Assert.Equal([bin], Changed(before).Where(r => r.StartsWith("tinh", StringComparison.Ordinal)));
        Assert.Equal(100, (await View()).Releases.Count);
    }

    [Fact]
    public async Task It_never_goes_back_to_one_list()
    {
        var ids = await _repository.PublishMany(17);

        _repository.Apply(new() { Feeds = [new("tinh") { Withdraw = ids }] });

        Assert.Empty((await View()).Releases);
        Assert.Contains("delegations", Text("metadata/2.tinh.json"), StringComparison.Ordinal);
        Assert.Equal(2, _repository.State.Versions["tinh"]);
    }

    [Fact]
    public async Task A_state_that_is_loaded_again_goes_on_where_it_was()
    {
        var ids = await _repository.PublishMany(50);

        var loaded = await RepositoryState.Load(_repository.Plane, _repository.Plane.Files["metadata/1.root.json"]);

        Assert.Equal(_repository.State.Versions, loaded!.Versions);
        Assert.Equal(Ids(_repository.State.Feeds["tinh"]), Ids(loaded.Feeds["tinh"]));
        var change = new RepositoryChange { Feeds = [new("tinh") { Withdraw = [ids[3]] }] };
        Assert.Equal(
            _repository.Plan(change).Files.Select(f => f.Content.ToArray()),
            RepositoryWriter
                .Apply(loaded, change, _repository.Keys, _repository.Now)
                .Files.Select(f => f.Content.ToArray())
        );
    }

    [Fact]
    public async Task A_recall_stays_with_the_feed_and_takes_the_release_out_of_its_bin()
    {
        var ids = await _repository.PublishMany(40);
        var recall = new Recall
        {
            ReleaseId = ids[7],
            Package = "goi/so-8",
            RecalledAt = _repository.Now,
            Reason = "wrong-content",
        };

        _repository.Apply(new() { Feeds = [new("tinh") { Recall = [recall] }] });
        await _repository.PublishMany(1, firstId: 8);

        var feed = await View();
        Assert.Equal(39, feed.Releases.Count);
        Assert.True(feed.IsRecalled(ids[7]));
        Assert.DoesNotContain(
            ids[7].ToString(),
            Text($"metadata/{_repository.State.Versions[BinOf(ids[7])]}.{BinOf(ids[7])}.json"),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Bins_are_signed_anew_when_half_their_time_is_over_and_when_the_feed_has_other_keys()
    {
        await _repository.PublishMany(20);
        _repository.Now += TimeSpan.FromDays(91);
        _repository.Refresh();
        Assert.All(Bins.Append("tinh"), r => Assert.True(_repository.State.Expires[r] > _repository.Now.AddDays(170)));

        var design = _repository.Design with
        {
            Feeds = new Dictionary<string, RoleSigners> { ["tinh"] = RoleSigners.One(Repository.Key("tinh-2")) },
        };
        var before = _repository.State.Versions;
        _repository.Apply(new() { Design = design }, [.. _repository.Keys, Repository.Key("tinh-2")]);

        Assert.All(Bins.Append("tinh"), r => Assert.Equal(before[r] + 1, _repository.State.Versions[r]));
        Assert.Equal(20, (await View()).Releases.Count);
    }

    [Fact]
    public async Task A_feed_that_comes_back_goes_on_from_the_versions_its_bins_had()
    {
        var (point, _) = await _repository.NewPoint();
        await _repository.PublishMany(20);
        await point.Refresh(_repository.Plane, _repository.Now);
        await point.LoadFeed("tinh", _repository.Plane, _repository.Now);
        _repository.Apply(new() { Design = _repository.Design with { Feeds = new Dictionary<string, RoleSigners>() } });
        _repository.Apply(new() { Design = _repository.Design });

        await _repository.PublishMany(18, firstId: 100);

        Assert.All(Bins, b => Assert.Equal(2, _repository.State.Versions[b]));
        await point.Refresh(_repository.Plane, _repository.Now);
        Assert.Equal(18, (await point.LoadFeed("tinh", _repository.Plane, _repository.Now)).Releases.Count);
    }

    [Fact]
    public async Task A_bin_that_the_snapshot_does_not_list_is_empty()
    {
        var ids = await _repository.PublishMany(17);
        var bin = BinOf(ids[0]);
        var plane = _repository.Plane;
        plane.Files["metadata/2.snapshot.json"] = Forge.Signed(
            plane.Files["metadata/2.snapshot.json"],
            s => s["meta"]!.AsObject().Remove($"{bin}.json"),
            Repository.Key("snapshot")
        );
        plane.Files[PlaneLayout.Timestamp] = Forge.Signed(
            plane.Files[PlaneLayout.Timestamp],
            s => s["meta"]!["snapshot.json"] = new System.Text.Json.Nodes.JsonObject { ["version"] = 2 },
            Repository.Key("timestamp")
        );

        Assert.Equal(ids.Where(id => BinOf(id) != bin).Order(), Ids(await View()).Order());
        var state = await RepositoryState.Load(plane, plane.Files["metadata/1.root.json"]);
        Assert.Equal(Ids(await View()), Ids(state!.Feeds["tinh"]));
    }

    [Fact]
    public async Task A_target_is_found_through_feed_and_bin_in_a_handful_of_files()
    {
        var ids = await _repository.PublishMany(300);
        var (point, _) = await _repository.NewPoint();
        await point.Refresh(_repository.Plane, _repository.Now);
        _repository.Plane.Forget();

        var path = PlaneLayout.ReleaseTarget("tinh", ids[123]);
        var target = await point.FindTarget(path, _repository.Plane, _repository.Now);

        Assert.Equal(path, target!.Path);
        Assert.Equal(["2.tinh.json", $"1.{BinOf(ids[123])}.json"], _repository.Plane.Requests);
    }

    [Fact]
    public async Task While_a_feed_is_cut_into_bins_power_may_go_at_any_write_and_a_point_still_shows_what_it_had()
    {
        await _repository.PublishMany(16);
        var (_, store) = await _repository.NewPoint();
        await Pull(new TufClient(store));
        var ids = await _repository.PublishMany(1, firstId: 17);

        for (var writes = 0; writes <= 22; writes++)
        {
            var cut = new Store { FailAfter = writes };
            foreach (var (name, bytes) in store.Files)
            {
                cut.Files[name] = bytes;
            }
            try
            {
                await Pull(new TufClient(cut));
            }
            catch (IOException)
            {
                // Power went.
            }
            cut.FailAfter = null;

            var restarted = new TufClient(cut);
            Assert.True(await restarted.LoadTrusted());
            Assert.InRange((await restarted.LoadFeed("tinh", mirror: null, _repository.Now)).Releases.Count, 16, 17);
            Assert.Equal(17, (await Pull(restarted)).Releases.Count);
            Assert.Equal(17, (await Pull(new TufClient(cut))).Releases.Count);
        }

        async Task<FeedView> Pull(TufClient client)
        {
            await client.Refresh(_repository.Plane, _repository.Now);
            return await client.LoadFeed("tinh", _repository.Plane, _repository.Now);
        }
    }

    private static string BinOf(Guid release) =>
        "tinh."
        + Sha256Digest.Of(System.Text.Encoding.UTF8.GetBytes(PlaneLayout.ReleaseTarget("tinh", release))).ToString()[0];

    private static IEnumerable<Guid> Ids(FeedView feed) => feed.Releases.Select(r => r.Release.ReleaseId);

    private IEnumerable<string> Changed(IReadOnlyDictionary<string, long> before) =>
        _repository.State.Versions.Where(v => v.Value != before[v.Key]).Select(v => v.Key);

    private string Text(string path) => System.Text.Encoding.UTF8.GetString(_repository.Plane.Files[path]);

    private async Task<FeedView> View()
    {
        var (point, _) = await _repository.NewPoint();
        await point.Refresh(_repository.Plane, _repository.Now);
        return await point.LoadFeed("tinh", _repository.Plane, _repository.Now);
    }
}
