using LaiChau.Distribution.Feeds;
using LaiChau.Distribution.Publishing;
using LaiChau.Distribution.Trust;

namespace LaiChau.Distribution.Tests.Trust;

public sealed class NewsTests
{
    private readonly Repository _repository = new();

    private Plane Plane => _repository.Plane;

    [Fact]
    public async Task A_feed_of_a_thousand_releases_that_gains_one_costs_two_requests_and_two_kilobytes()
    {
        await _repository.PublishMany(1000);
        var (point, store) = await Follow();

        var sample = await Sample.Build(Sample.Description("y-te/rua-tay", version: 7, id: 5000), ("a.txt", [1]));
        _repository.Now += TimeSpan.FromHours(1);
        _repository.Apply(
            new()
            {
                Feeds =
                [
                    new("tinh")
                    {
                        Publish = [sample.Manifest],
                        Withdraw = [Sample.Description(id: 500).ReleaseId],
                        DeltasBy = _repository.Now.AddMinutes(10),
                    },
                ],
            }
        );
        var feed = await Pull(point);
        Assert.Equal(["timestamp.json", "3.news.2"], Plane.Requests);
        Assert.InRange(Plane.MetadataBytes, 1, 2048);
        Assert.Equal("y-te/rua-tay", feed.Current.Single(r => r.DeltasBy is not null).Release.Package);

        var id = sample.Manifest.Release.ReleaseId;
        DeltaReference[] deltas =
        [
            .. Enumerable
                .Range(1, 3)
                .Select(i => new DeltaReference(
                    Guid.CreateVersion7(),
                    id,
                    new(Sha256Digest.Of([(byte)i]), 900 + i, 70_000 + i)
                )),
        ];
        _repository.Apply(
            new()
            {
                Feeds =
                [
                    new("tinh") { Deltas = new Dictionary<Guid, IReadOnlyList<DeltaReference>> { [id] = deltas } },
                ],
            }
        );
        feed = await Pull(point);
        Assert.Equal(["timestamp.json", "4.news.3"], Plane.Requests);
        Assert.InRange(Plane.MetadataBytes, 1, 2048);
        Assert.Equal(deltas, feed.Releases.Single(r => r.Release.ReleaseId == id).Deltas);
        Assert.Null(point.RefusedNews);

        // What came this way is in the store like any other.
        var restarted = new TufClient(store);
        Assert.True(await restarted.LoadTrusted());
        Assert.Equal(1000, (await restarted.LoadFeed("tinh", mirror: null, _repository.Now)).Releases.Count);
        Assert.Equal(Plane.Files["metadata/4.snapshot.json"], store.Files["snapshot.json"]);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(8)]
    public async Task A_reader_that_missed_some_steps_gets_all_of_them_at_once(int steps)
    {
        await _repository.PublishMany(100);
        var (point, _) = await Follow();
        for (var i = 0; i < steps; i++)
        {
            await _repository.PublishMany(1, firstId: 200 + i);
        }

        var feed = await Pull(point);

        Assert.Equal(["timestamp.json", $"{2 + steps}.news.2"], Plane.Requests);
        Assert.Equal(100 + steps, feed.Releases.Count);
    }

    [Fact]
    public async Task A_reader_that_lags_more_than_eight_steps_fetches_plain_files()
    {
        await _repository.PublishMany(100);
        var (point, _) = await Follow();
        for (var i = 0; i < 9; i++)
        {
            await _repository.PublishMany(1, firstId: 200 + i);
        }

        var feed = await Pull(point);

        Assert.Equal("11.snapshot.json", Plane.Requests[1]);
        Assert.DoesNotContain(Plane.Requests, r => r.Contains("news", StringComparison.Ordinal));
        Assert.Equal(109, feed.Releases.Count);
        Assert.DoesNotContain("metadata/11.news.2", Plane.Files.Keys);
        Assert.Contains("metadata/11.news.3", Plane.Files.Keys);
    }

    [Fact]
    public async Task A_recall_comes_with_its_list()
    {
        var ids = await _repository.PublishMany(3);
        Recall(ids[0]);
        var (point, _) = await Follow();

        Recall(ids[1]);
        var feed = await Pull(point);

        Assert.Equal(["timestamp.json", "4.news.3"], Plane.Requests);
        Assert.Equal(ids.Take(2), feed.Recalls.Select(r => r.ReleaseId));
        Assert.Equal(ids[2], Assert.Single(feed.Releases).Release.ReleaseId);
    }

    [Fact]
    public async Task The_first_recall_too_and_a_feed_cut_into_bins()
    {
        var ids = await _repository.PublishMany(16);
        var (point, _) = await Follow();

        Recall(ids[0]);
        await _repository.PublishMany(2, firstId: 17);
        var feed = await Pull(point);

        Assert.Equal(["timestamp.json", "4.news.2"], Plane.Requests);
        Assert.Equal(17, feed.Releases.Count);
        Assert.Single(feed.Recalls);
    }

    [Fact]
    public async Task A_new_feed_and_other_keys_come_this_way_too()
    {
        await _repository.PublishMany(3);
        var (point, _) = await Follow();
        var design = _repository.Design with
        {
            Feeds = new Dictionary<string, RoleSigners>
            {
                ["muong-te"] = RoleSigners.One(Repository.Key("muong-te")),
                ["tinh"] = RoleSigners.One(Repository.Key("tinh-2")),
            },
        };

        _repository.Apply(
            new() { Design = design },
            [.. _repository.Keys, Repository.Key("muong-te"), Repository.Key("tinh-2")]
        );
        var feed = await Pull(point);
        await point.LoadFeed("muong-te", Plane, _repository.Now);

        Assert.Equal(["timestamp.json", "3.news.2"], Plane.Requests);
        Assert.Equal(3, feed.Releases.Count);
    }

    [Fact]
    public async Task A_feed_that_was_not_read_at_the_last_step_is_fetched_plainly_and_nobody_is_blamed()
    {
        await _repository.PublishMany(3);
        var (point, _) = await Follow();
        await _repository.PublishMany(1, firstId: 10);
        await point.Poll(Plane, _repository.Now);
        await _repository.PublishMany(1, firstId: 11);

        var feed = await Pull(point);

        Assert.Equal(["timestamp.json", "4.news.3", "4.tinh.json"], Plane.Requests);
        Assert.Equal(5, feed.Releases.Count);
        Assert.Null(point.RefusedNews);
    }

    [Fact]
    public async Task A_mirror_without_news_costs_one_request_more()
    {
        await _repository.PublishMany(3);
        var (point, _) = await Follow();
        await _repository.PublishMany(1, firstId: 10);
        Plane.Files.Remove("metadata/3.news.2");

        var feed = await Pull(point);

        Assert.Equal(["timestamp.json", "3.news.2", "3.snapshot.json", "3.tinh.json"], Plane.Requests);
        Assert.Equal(4, feed.Releases.Count);
        Assert.Null(point.RefusedNews);
    }

    [Fact]
    public async Task The_strict_workflow_asks_for_the_root_and_for_no_news()
    {
        await _repository.PublishMany(3);
        var (point, _) = await Follow();
        await _repository.PublishMany(1, firstId: 10);

        await point.Refresh(Plane, _repository.Now);

        Assert.Equal(["2.root.json", "timestamp.json", "3.snapshot.json"], Plane.Requests);
    }

    [Fact]
    public async Task A_poll_asks_for_the_root_once_a_day_whether_anything_changes_or_not()
    {
        var (point, _) = await Follow();
        var asked = new List<double>();
        for (var hour = 1; hour <= 60; hour++)
        {
            _repository.Now += TimeSpan.FromHours(1);
            if (hour % 7 == 0)
            {
                _repository.Refresh();
            }
            Plane.Forget();
            await point.Poll(Plane, _repository.Now);
            if (Plane.Requests.Contains("2.root.json"))
            {
                asked.Add(hour);
            }
        }

        Assert.Equal([24, 48], asked);
    }

    [Fact]
    public async Task After_a_restart_at_the_first_change_and_at_the_latest_after_a_day()
    {
        var (_, store) = await Follow();
        var point = await Restart();
        Plane.Forget();
        await point.Poll(Plane, _repository.Now);
        Assert.Equal(["timestamp.json"], Plane.Requests);
        await point.Poll(Plane, _repository.Now.AddHours(24));
        Assert.Contains("2.root.json", Plane.Requests);

        point = await Restart();
        await point.Poll(Plane, _repository.Now);
        await _repository.PublishMany(1);
        Plane.Forget();
        await point.Poll(Plane, _repository.Now);
        Assert.Equal(["2.root.json", "2.news.1"], Plane.Requests.Skip(1));

        async Task<TufClient> Restart()
        {
            var restarted = new TufClient(store);
            Assert.True(await restarted.LoadTrusted());
            return restarted;
        }
    }

    [Fact]
    public async Task A_clock_that_was_set_back_makes_it_ask_again()
    {
        var (point, _) = await Follow();

        await point.Poll(Plane, _repository.Now.AddDays(-3));

        Assert.Contains("2.root.json", Plane.Requests);
    }

    [Fact]
    public async Task What_is_refused_makes_a_poll_look_for_a_new_root_at_once()
    {
        var (point, _) = await Follow();
        var design = _repository.Design with { Timestamp = RoleSigners.One(Repository.Key("timestamp-2")) };
        _repository.Apply(new() { Design = design }, [.. _repository.Keys, Repository.Key("timestamp-2")]);
        _repository.Apply(new(), Repository.Key("timestamp-2"));

        Assert.Equal(RefreshOutcome.Updated, await point.Poll(Plane, _repository.Now));

        Assert.Contains("2.root.json", Plane.Requests);
        Assert.Equal(RefreshOutcome.Unchanged, await point.Poll(Plane, _repository.Now));
    }

    [Fact]
    public async Task Writes_none_for_a_base_that_the_plane_lacks_or_holds_garbage_for()
    {
        await _repository.PublishMany(3);
        var past = Plane.Copy();
        await _repository.PublishMany(1, firstId: 10);

        Assert.NotNull(await NewsWriter.Write(_repository.State, 2, past));
        foreach (var file in new[] { "metadata/2.snapshot.json", "metadata/2.tinh.json" })
        {
            var missing = past.Copy();
            missing.Files.Remove(file);
            Assert.Null(await NewsWriter.Write(_repository.State, 2, missing));
        }
        past.Files["metadata/2.snapshot.json"] = [1, 2, 3];
        Assert.Null(await NewsWriter.Write(_repository.State, 2, past));
    }

    [Fact]
    public async Task Writes_none_that_is_more_than_readers_take()
    {
        await _repository.PublishMany(1);
        var past = Plane.Copy();
        await _repository.PublishMany(11_000, firstId: 10);

        Assert.Null(await NewsWriter.Write(_repository.State, 2, past));
    }

    /// <summary>A point that has read everything there is, with an empty list of requests.</summary>
    private async Task<(TufClient, Store)> Follow()
    {
        var (point, store) = await _repository.NewPoint();
        await Pull(point);
        Plane.Forget();
        return (point, store);
    }

    private async Task<FeedView> Pull(TufClient point)
    {
        Plane.Forget();
        await point.Poll(Plane, _repository.Now);
        return await point.LoadFeed("tinh", Plane, _repository.Now);
    }

    private void Recall(Guid id) =>
        _repository.Apply(
            new()
            {
                Feeds =
                [
                    new("tinh")
                    {
                        Recall =
                        [
                            new()
                            {
                                ReleaseId = id,
                                Package = "goi/so-1",
                                RecalledAt = _repository.Now,
                                Reason = "wrong-content",
                            },
                        ],
                    },
                ],
            }
        );
}
