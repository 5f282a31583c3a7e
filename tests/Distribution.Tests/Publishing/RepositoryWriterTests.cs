using LaiChau.Distribution.Content;
using LaiChau.Distribution.Feeds;
using LaiChau.Distribution.Publishing;
using LaiChau.Distribution.Trust;

namespace LaiChau.Distribution.Tests.Publishing;

public sealed class RepositoryWriterTests
{
    [Fact]
    public async Task What_is_published_reaches_a_point_whole()
    {
        var repository = new Repository();
        var release = await repository.Publish(Sample.Description());
        var (point, _) = await repository.NewPoint();

        await point.Refresh(repository.Plane, repository.Now);
        var feed = await point.LoadFeed("tinh", repository.Plane, repository.Now);
        var manifest = await TufClient.DownloadManifest(Assert.Single(feed.Current), repository.Plane);

        Assert.Equal(release.Manifest.ToBytes(), manifest.ToBytes());
        Assert.Equal("Trồng chè Shan (mẫu)", feed.Current[0].Release.Title["vi"]);
        Assert.Equal(release.Manifest.Size, feed.Current[0].Size);
    }

    [Fact]
    public async Task The_same_step_gives_the_same_bytes()
    {
        var repository = new Repository();
        var sample = await Sample.Build(("a.txt", Sample.Text(1, 1000)));
        var change = new RepositoryChange { Feeds = [new("tinh") { Publish = [sample.Manifest] }] };

        var one = repository.Plan(change);
        var two = repository.Plan(change);

        Assert.Equal(one.Files.Select(f => f.Path), two.Files.Select(f => f.Path));
        Assert.All(one.Files.Zip(two.Files), p => Assert.Equal(p.First.Content.ToArray(), p.Second.Content.ToArray()));
    }

    [Fact]
    public async Task A_step_that_was_taken_already_writes_nothing()
    {
        var repository = new Repository();
        var sample = await repository.Publish(Sample.Description());

        var again = repository.Plan(new() { Feeds = [new("tinh") { Publish = [sample.Manifest] }] });

        Assert.Empty(again.Files);
        Assert.Same(repository.State, again.State);
    }

    [Fact]
    public async Task Killed_after_any_file_a_reader_sees_the_old_state_or_the_new_and_the_retry_ends_the_same()
    {
        var repository = new Repository();
        await repository.Publish(Sample.Description());
        var next = await Sample.Build(Sample.Description(version: 2, id: 2), ("a.txt", Sample.Text(2, 1000)));
        var change = new RepositoryChange
        {
            Feeds = [new("tinh") { Publish = [next.Manifest], Withdraw = [Sample.Description().ReleaseId] }],
        };
        var plan = repository.Plan(change);
        Assert.Equal(PlaneLayout.Timestamp, plan.Files[^1].Path);
        Assert.All(plan.Files.SkipLast(1), f => Assert.True(f.Immutable));

        for (var written = 0; written <= plan.Files.Count; written++)
        {
            var plane = repository.Plane.Copy();
            plan.Files.Take(written).ToList().ForEach(plane.Write);
            var isDone = written == plan.Files.Count;

            var seen = await View(repository, plane);
            Assert.Equal(isDone ? 2 : 1, Assert.Single(seen.Current).Release.Version);

            var loaded = await RepositoryState.Load(plane, plane.Files["metadata/1.root.json"]);
            var retry = RepositoryWriter.Apply(loaded!, change, repository.Keys, repository.Now);
            plane.Write(retry);
            Assert.Equal(isDone, retry.Files.Count == 0);
            Assert.Equal(2, Assert.Single((await View(repository, plane)).Current).Release.Version);
        }
    }

    [Fact]
    public async Task A_recall_stays_after_the_release_is_gone()
    {
        var repository = new Repository();
        var sample = await repository.Publish(Sample.Description());
        var recall = new Recall
        {
            ReleaseId = sample.Manifest.Release.ReleaseId,
            Package = sample.Manifest.Release.Package,
            RecalledAt = repository.Now,
            Reason = "wrong-content",
            Message = new Dictionary<string, string> { ["vi"] = "Nội dung có sai sót." },
        };

        repository.Apply(new() { Feeds = [new("tinh") { Recall = [recall] }] });
        repository.Apply(new() { Feeds = [new("tinh") { Publish = [sample.Manifest] }] });
        await repository.Publish(Sample.Description("y-te/rua-tay", id: 9));

        var feed = await View(repository, repository.Plane);
        Assert.Equal("y-te/rua-tay", Assert.Single(feed.Releases).Release.Package);
        Assert.True(feed.IsRecalled(recall.ReleaseId));
        Assert.Equal("Nội dung có sai sót.", Assert.Single(feed.Recalls).Message["vi"]);
    }

    [Fact]
    public async Task Publishing_needs_no_offline_key()
    {
        var repository = new Repository();
        var sample = await Sample.Build(("a.txt", [1]));
        SigningKey[] online = [Repository.Key("tinh"), Repository.Key("snapshot"), Repository.Key("timestamp")];

        repository.Apply(new() { Feeds = [new("tinh") { Publish = [sample.Manifest] }] }, online);

        Assert.Equal(1, repository.State.Versions["targets"]);
        Assert.Equal(2, repository.State.Versions["tinh"]);
        var missing = Assert.Throws<TufException>(() =>
            repository.Plan(
                new() { Feeds = [new("tinh") { Withdraw = [sample.Manifest.Release.ReleaseId] }] },
                [.. online.Skip(1)]
            )
        );
        Assert.Equal(TufFault.MissingKey, missing.Fault);
        Assert.Equal("tinh", missing.Role);
    }

    [Fact]
    public void A_refresh_renews_the_timestamp_alone_until_a_role_is_half_through()
    {
        var repository = new Repository();
        repository.Now += TimeSpan.FromDays(1);

        Assert.Equal([PlaneLayout.Timestamp], repository.Plan(new()).Files.Select(f => f.Path));

        repository.Now += TimeSpan.FromDays(20);
        Assert.Equal(
            ["metadata/2.snapshot.json", PlaneLayout.Timestamp],
            repository.Plan(new()).Files.Select(f => f.Path)
        );
    }

    [Fact]
    public async Task A_state_that_somebody_else_signed_is_not_built_upon()
    {
        var repository = new Repository();
        await repository.Publish(Sample.Description());
        var forged = Forge.Signed(
            repository.Plane.Files["metadata/2.tinh.json"],
            s => s["x-added"] = 1,
            Repository.Key("mallory")
        );
        repository.Plane.Files["metadata/2.tinh.json"] = forged;

        var refused = await Assert.ThrowsAsync<TufException>(() =>
            RepositoryState.Load(repository.Plane, repository.Plane.Files["metadata/1.root.json"])
        );

        Assert.Equal("tinh", refused.Role);
    }

    [Fact]
    public async Task A_plane_before_its_ceremony_has_no_state() =>
        Assert.Null(await RepositoryState.Load(new Plane(), new Repository().State.RootFile));

    [Fact]
    public async Task A_feed_may_be_added_and_taken_out_and_come_back()
    {
        var repository = new Repository();
        var (point, _) = await repository.NewPoint();
        var with = repository.Design with
        {
            Feeds = new Dictionary<string, RoleSigners>(repository.Design.Feeds)
            {
                ["muong-te"] = RoleSigners.One(Repository.Key("muong-te")),
            },
        };
        SigningKey[] keys = [.. repository.Keys, Repository.Key("muong-te")];
        foreach (var (design, version) in new[] { (with, 1L), (repository.Design, 0L), (with, 2L) })
        {
            repository.Apply(new() { Design = design }, keys);
            await point.Refresh(repository.Plane, repository.Now);
            if (version > 0)
            {
                Assert.Equal(version, (await point.LoadFeed("muong-te", repository.Plane, repository.Now)).Version);
            }
        }
    }

    [Fact]
    public void Refuses_a_design_that_cannot_work()
    {
        var design = new Repository().Design;
        foreach (
            var broken in new[]
            {
                design with
                {
                    Root = design.Root with { Threshold = 3 },
                },
                design with
                {
                    Root = design.Root with { Threshold = 0 },
                },
                design with
                {
                    Root = new(2, [design.Root.Keys[0], design.Root.Keys[0]]),
                },
                design with
                {
                    Feeds = new Dictionary<string, RoleSigners> { ["root"] = design.Root },
                },
                design with
                {
                    Feeds = new Dictionary<string, RoleSigners> { ["Tỉnh"] = design.Root },
                },
            }
        )
        {
            Assert.Throws<ArgumentException>(() => RepositoryWriter.Create(broken, [], Repository.Start));
        }
    }

    private static async Task<FeedView> View(Repository repository, Plane plane)
    {
        var (point, _) = await repository.NewPoint();
        await point.Refresh(plane, repository.Now);
        return await point.LoadFeed("tinh", plane, repository.Now);
    }
}
