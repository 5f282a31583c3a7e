using System.Diagnostics;
using System.Net;
using LaiChau.Contracts.Points;
using LaiChau.Contracts.Telemetry;
using LaiChau.Testing;

namespace LaiChau.Telemetry.Tests.Coverage;

public abstract class CoverageTests(TelemetryHouse house)
{
    private readonly string feed = $"nguồn-{Guid.CreateVersion7():n}";

    [Fact]
    public async Task Says_which_point_shows_a_release_and_which_lacks_it()
    {
        var (first, second) = (await house.Enrol(feed), await house.Enrol(feed));
        await house.Enrol("nguồn khác");
        var release = await house.Publish(feed, r => r.PublishedAt = Say.Now.AddHours(-2));
        await house.Send(first, Say.Contact(agentVersion: "0.2.0"), Say.Shown(release));
        var coverage = await house.Coverage(release);
        Assert.Equal(("published", 2, 1, 50.0, 0), Numbers(coverage));
        Assert.Equal("showing", coverage.StateOf(first));
        Assert.Equal("pending", coverage.StateOf(second));
        Assert.Equal(2, coverage.Points!.Length);
        var standing = await house.Standing(first);
        Assert.True(standing is { Online: true, AgentVersion: "0.2.0", Showing: 1, LagSeconds: 0 });
        Assert.Equal(32_000_000_000, standing.DiskFreeBytes);
    }

    [Fact]
    public async Task A_point_is_behind_by_the_oldest_release_it_lacks_since_it_was_enrolled()
    {
        var old = await house.Enrol(feed, enrolledAt: Say.Now.AddDays(-30));
        var young = await house.Enrol(feed, enrolledAt: Say.Now.AddMinutes(-10));
        await house.Publish(feed, r => r.PublishedAt = Say.Now.AddHours(-3));
        await house.Publish(feed, r => (r.PublishedAt, r.ValidUntil) = (Say.Now.AddDays(-9), Say.Now.AddDays(-8)));
        Assert.InRange((await house.Standing(old))!.LagSeconds, 3 * 3600, 3 * 3600 + 120);
        Assert.InRange((await house.Standing(young))!.LagSeconds, 600, 720);
    }

    [Fact]
    public async Task What_was_removed_is_not_revived_by_an_older_report_that_comes_late()
    {
        var point = await house.Enrol(feed);
        var release = await house.Publish(feed);
        await house.Send(point, Say.Removed(release, Say.Now.AddDays(-1)));
        await house.Send(point, Say.Shown(release, Say.Now.AddDays(-2)), Say.Contact(Say.Now.AddDays(-2), "cũ"));
        Assert.Equal("removed", (await house.Coverage(release)).StateOf(point));
        await house.Send(point, Say.Shown(release, Say.Now.AddHours(-1)));
        Assert.Equal("showing", (await house.Coverage(release)).StateOf(point));
    }

    [Theory]
    [InlineData("recalled")]
    [InlineData("superseded")]
    [InlineData("expired")]
    [InlineData("evicted")]
    public async Task For_whatever_reason_it_left_it_is_there_no_more(string reason)
    {
        var point = await house.Enrol(feed);
        var release = await house.Publish(feed);
        await house.Send(point, Say.Shown(release, Say.Now.AddMinutes(-1)), Say.Removed(release, reason: reason));
        Assert.Equal("removed", (await house.Coverage(release)).StateOf(point));
    }

    [Fact]
    public async Task Weeks_of_reports_in_any_order_end_as_they_happened()
    {
        var point = await house.Enrol(feed);
        var release = await house.Publish(feed);
        var start = Say.Now.AddDays(-40);
        var reports = Enumerable
            .Range(0, 61)
            .Select(i => i % 2 == 0 ? Say.Shown(release, start.AddHours(i)) : Say.Removed(release, start.AddHours(i)))
            .Append(Say.Removed(release, start.AddDays(30)))
            .ToArray();
        new Random(3).Shuffle(reports);
        await Task.WhenAll(reports.Chunk(7).Select(chunk => house.Send(point, chunk)));
        Assert.Equal("removed", (await house.Coverage(release)).StateOf(point));
    }

    [Fact]
    public async Task A_clock_that_ran_ahead_and_was_set_right_does_not_hold_a_release_on_the_list()
    {
        var point = await house.Enrol(feed);
        var release = await house.Publish(feed);
        await house.Send(point, Say.Shown(release, Say.Now.AddDays(200)), Say.Contact(Say.Now.AddDays(200), "0.1.0"));
        Assert.Equal("showing", (await house.Coverage(release)).StateOf(point));
        await house.Send(point, Say.Removed(release), Say.Contact(agentVersion: "0.2.0"));
        Assert.Equal("removed", (await house.Coverage(release)).StateOf(point));
        Assert.Equal("0.2.0", (await house.Standing(point))!.AgentVersion);
    }

    [Fact]
    public async Task A_recall_lists_the_points_that_may_still_show_it_whatever_has_become_of_them()
    {
        var (removes, keeps, closed, never) = (
            await house.Enrol(feed),
            await house.Enrol(feed),
            await house.Enrol(feed),
            await house.Enrol(feed)
        );
        var words = new ReleaseWords { Feed = feed };
        await house.Tell(words.Published(1));
        foreach (var point in new[] { removes, keeps, closed })
        {
            await house.Send(point, Say.Shown(words.Id));
        }
        await house.Tell(
            new PointProfileChanged
            {
                PointId = closed,
                Profile = Say.Profile([]),
                State = "closed",
                ChangedAt = Say.Now,
                AggregateVersion = 2,
            }
        );
        await house.Tell(words.Recalled(2));
        await Eventually.Passes(async () => Assert.Equal(("recalled", 3, 2, 3), Short(await house.Coverage(words.Id))));
        await house.Send(removes, Say.Removed(words.Id));
        var coverage = await house.Coverage(words.Id);
        Assert.Equal(("recalled", 3, 1, 2), Short(coverage));
        Assert.Equal("mayStillShow", coverage.StateOf(keeps));
        Assert.Equal("mayStillShow", coverage.StateOf(closed));
        Assert.Equal("removed", coverage.StateOf(removes));
        Assert.Null(coverage.StateOf(never));
        Assert.Equal("removed", coverage.Points![^1].State);
        // A point that was away tells late that it had been showing it: it is on the list.
        await house.Send(never, Say.Shown(words.Id, Say.Now.AddDays(-1)));
        Assert.Equal("mayStillShow", (await house.Coverage(words.Id)).StateOf(never));
    }

    [Fact]
    public async Task Releases_end_the_same_whatever_the_order_and_number_of_the_messages()
    {
        var first = new ReleaseWords { Feed = feed, PublishedAt = Say.Now.AddHours(-2) };
        var second = new ReleaseWords
        {
            Feed = feed,
            Package = first.Package,
            Version = 2,
            PublishedAt = Say.Now.AddHours(-1),
        };
        var message = Guid.CreateVersion7();
        await house.Tell(second.Recalled(2));
        await house.Tell(second.Published(1));
        await house.Tell(first.Published(1), message);
        await house.Tell(first.Published(1), message);
        await Eventually.Passes(async () =>
        {
            Assert.Equal("recalled", (await house.Coverage(second.Id)).State);
            Assert.Equal("superseded", (await house.Coverage(first.Id)).State);
        });
        await Task.Delay(500);
        Assert.Equal("recalled", (await house.Coverage(second.Id)).State);
    }

    [Fact]
    public async Task A_point_ends_as_the_newest_message_says_whatever_their_order()
    {
        var release = await house.Publish(feed);
        var point = Guid.CreateVersion7();
        await house.Tell(Change(3, "active", "Tên mới (mẫu)"));
        await house.Tell(Change(2, "closed", "Tên cũ (mẫu)"));
        await house.Tell(
            new PointEnrolled
            {
                PointId = point,
                Profile = Say.Profile(["bỏ"], name: "Tên đầu (mẫu)"),
                EnrolledAt = Say.Now,
                AggregateVersion = 1,
            }
        );
        await Eventually.Passes(async () => Assert.Equal("pending", (await house.Coverage(release)).StateOf(point)));
        await Task.Delay(500);
        Assert.Equal("Tên mới (mẫu)", (await house.Standing(point))!.Name);
        Assert.Equal(1, (await house.Coverage(release)).Expected);
        await house.Tell(Change(4, "suspended", "Tên mới (mẫu)"));
        await Eventually.Passes(async () => Assert.Equal(0, (await house.Coverage(release)).Expected));

        PointProfileChanged Change(long version, string state, string name) =>
            new()
            {
                PointId = point,
                Profile = Say.Profile([feed], name: name),
                State = state,
                EnrolledAt = Say.Now,
                ChangedAt = Say.Now,
                AggregateVersion = version,
            };
    }

    [Fact]
    public async Task Lists_every_release_once_page_by_page_newest_first()
    {
        var mine = new List<Guid>();
        for (var i = 0; i < 5; i++)
        {
            mine.Add(
                await house.Publish(feed, r => r.PublishedAt = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero))
            );
        }
        var seen = new List<Guid>();
        string? after = null;
        do
        {
            var page = await house.Get<ListOf<ReleaseCoverage>>($"/api/telemetry/coverage?limit=2&after={after}");
            Assert.True(page.Items.Length <= 2);
            seen.AddRange(page.Items.Select(c => c.ReleaseId));
            after = page.Next;
        } while (after is not null);
        Assert.Equal(seen.Count, seen.Distinct().Count());
        Assert.Equal(mine.OrderDescending(), seen.Where(mine.Contains));
    }

    [Theory]
    [InlineData("/api/telemetry/coverage?after=đâu-đó", HttpStatusCode.BadRequest, "bad-cursor")]
    [InlineData("/api/telemetry/points?after=đâu-đó", HttpStatusCode.BadRequest, "bad-cursor")]
    [InlineData("/api/telemetry/views?after=x", HttpStatusCode.BadRequest, "bad-cursor")]
    [InlineData("/api/telemetry/coverage?limit=nhiều", HttpStatusCode.BadRequest, "bad-request")]
    [InlineData(
        "/api/telemetry/coverage/01980000-0000-7000-8000-000000000000",
        HttpStatusCode.NotFound,
        "release-unknown"
    )]
    [InlineData(
        "/api/telemetry/statistics?point=01980000-0000-7000-8000-000000000000",
        HttpStatusCode.NotFound,
        "point-unknown"
    )]
    public async Task Says_what_is_wrong_with_a_question(string path, HttpStatusCode status, string code) =>
        await (await house.Reader.GetAsync(path)).Refused(status, code);

    private static (string, int, int, double, int) Numbers(ReleaseCoverage c) =>
        (c.State, c.Expected, c.Showing, c.Percent, c.MayStillShow);

    private static (string, int, int, int) Short(ReleaseCoverage c) => (c.State, c.Expected, c.Showing, c.MayStillShow);
}

public sealed class CoverageOnPostgres(PostgresHouse house) : CoverageTests(house)
{
    private readonly PostgresHouse house = house;

    [Fact]
    public async Task Catalog_hears_how_far_a_release_has_come_in_few_messages_that_rise()
    {
        await using var catalog = await Listener<DeliveryReported>.To(
            house.Broker,
            "laichau.telemetry.delivery-reported.v1"
        );
        const string feed = "nguồn-báo-cáo";
        var points = new List<Guid>();
        for (var i = 0; i < 10; i++)
        {
            points.Add(await house.Enrol(feed));
        }
        var release = await house.Publish(feed);
        var since = Stopwatch.StartNew();
        await Task.WhenAll(points.Select(p => house.Send(p, Say.Shown(release))));
        var sending = since.Elapsed;
        await Eventually.Passes(() =>
        {
            var last = catalog.Heard.Last(m => m.ReleaseId == release);
            Assert.Equal((10, 10), (last.Expected, last.Showing));
            return Task.CompletedTask;
        });
        // Said again, nothing has changed.
        await house.Send(points[0], Say.Shown(release));
        await Task.Delay(1000);
        var reports = catalog.Heard.Where(m => m.ReleaseId == release).ToList();
        // One a round in which a number changed: more only where the machine took more rounds to send ten.
        var most = Math.Max(6, 3 + (int)(sending / TimeSpan.FromSeconds(0.3)));
        Assert.True(reports.Count <= most, $"{reports.Count} messages for ten points");
        Assert.Equal(
            reports.Select(r => r.AggregateVersion),
            reports.Select(r => r.AggregateVersion).Distinct().Order()
        );
    }

    [Fact]
    public async Task Two_replicas_report_each_number_under_its_own_version()
    {
        await using var catalog = await Listener<DeliveryReported>.To(
            house.Broker,
            "laichau.telemetry.delivery-reported.v1"
        );
        await using var replica = await ServiceProcess.Start(
            "services/Telemetry",
            new Dictionary<string, string?>(TestTokens.Settings)
            {
                ["ConnectionStrings:Telemetry"] = house.Database.ConnectionString,
                ["ConnectionStrings:RabbitMq"] = house.Broker.Uri.ToString(),
                ["Telemetry:ReportSeconds"] = "0.3",
            }
        );
        const string feed = "nguồn-hai-bản";
        var release = await house.Publish(feed);
        var points = new List<Guid>();
        for (var i = 0; i < 20; i++)
        {
            var point = await house.Enrol(feed);
            await house.Send(point, Say.Shown(release));
            points.Add(point);
        }
        await Eventually.Passes(() =>
        {
            var last = catalog.Heard.Where(m => m.ReleaseId == release).MaxBy(m => m.AggregateVersion)!;
            Assert.Equal((20, 20), (last.Expected, last.Showing));
            return Task.CompletedTask;
        });
        var versions = catalog.Heard.Where(m => m.ReleaseId == release).Select(m => m.AggregateVersion).ToList();
        Assert.Equal(versions.Count, versions.Distinct().Count());
    }
}

public sealed class CoverageOnSqlite(SqliteHouse house) : CoverageTests(house);
