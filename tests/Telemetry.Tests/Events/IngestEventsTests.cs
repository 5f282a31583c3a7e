using System.Net;
using System.Net.Http.Json;
using System.Text;
using LaiChau.Contracts.Points;
using LaiChau.Testing;

namespace LaiChau.Telemetry.Tests.Events;

public abstract class IngestEventsTests(TelemetryHouse house)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_batch_sent_many_times_and_at_once_counts_once()
    {
        var point = Guid.CreateVersion7();
        var release = Guid.CreateVersion7();
        object[] events =
        [
            .. Enumerable.Range(0, 200).Select(_ => Say.Visit()),
            .. Enumerable.Range(0, 299).Select(_ => Say.View(release)),
            Say.Contact(),
        ];
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => house.Send(point, events)));
        Assert.Equal(500, answers.Sum(a => a.Accepted));
        Assert.Equal(3500, answers.Sum(a => a.Duplicates));
        Assert.Equal(200, (await house.Statistics(point)).Total);
        Assert.Equal(299, (await Views(release)).Single().Views);
    }

    [Fact]
    public async Task Overlapping_pieces_in_any_order_at_once_count_each_event_once()
    {
        var point = Guid.CreateVersion7();
        var release = Guid.CreateVersion7();
        object[] events =
        [
            .. Enumerable
                .Range(0, 300)
                .Select(i => i % 2 == 0 ? Say.Visit() : Say.View(release, $"trang-{i % 7}.html")),
        ];
        var random = new Random(1);
        var pieces = Enumerable
            .Range(0, 24)
            .Select(i => i < 3 ? events.Skip(i * 100).Take(100) : events.Where(_ => random.Next(2) == 0))
            .Select(piece => piece.OrderBy(_ => random.Next()).ToArray())
            .ToList();
        var answers = await Task.WhenAll(pieces.Select(piece => house.Send(point, piece)));
        Assert.Equal(300, answers.Sum(a => a.Accepted));
        Assert.Equal(150, (await house.Statistics(point)).Total);
        Assert.Equal(150, (await Views(release)).Sum(v => v.Views));
    }

    [Fact]
    public async Task Twenty_thousand_events_sent_twice_in_batches_end_exact()
    {
        var release = Guid.CreateVersion7();
        var points = Enumerable.Range(0, 4).Select(_ => Guid.CreateVersion7()).ToList();
        await Task.WhenAll(points.Select(SendAll));
        Assert.Equal(10_000, (await Views(release)).Sum(v => v.Views));
        foreach (var point in points)
        {
            Assert.Equal(2500, (await house.Statistics(point)).Total);
        }

        async Task SendAll(Guid point)
        {
            using var client = house.Point(point);
            for (var batch = 0; batch < 10; batch++)
            {
                object[] events =
                [
                    .. Enumerable
                        .Range(0, 500)
                        .Select(i => i % 2 == 0 ? Say.Visit() : Say.View(release, $"t-{i % 10}")),
                ];
                Assert.Equal(500, (await client.Send(events)).Accepted);
                Assert.Equal(500, (await client.Send(events)).Duplicates);
            }
        }
    }

    [Fact]
    public async Task Bad_events_are_refused_each_with_its_code_and_the_others_taken()
    {
        var point = Guid.CreateVersion7();
        var id = Guid.CreateVersion7();
        const string at = "2026-11-20T08:00:00Z";
        (string Json, string Code)[] bad =
        [
            ("17", "bad-event"),
            ("null", "bad-event"),
            ("[]", "bad-event"),
            ("{}", "missing-field"),
            ($$"""{"id":"khong-phai","at":"{{at}}","kind":"visit","visitor":"a"}""", "bad-id"),
            ($$"""{"id":7,"at":"{{at}}","kind":"visit","visitor":"a"}""", "bad-id"),
            (
                $$"""{"id":"00000000-0000-0000-0000-000000000000","at":"{{at}}","kind":"visit","visitor":"a"}""",
                "bad-id"
            ),
            ($$"""{"id":"{{id}}","kind":"visit","visitor":"a"}""", "missing-field"),
            ($$"""{"id":"{{id}}","at":"hôm qua","kind":"visit","visitor":"a"}""", "bad-value"),
            ($$"""{"id":"{{id}}","at":"1970-01-01T00:00:00Z","kind":"visit","visitor":"a"}""", "absurd-time"),
            ($$"""{"id":"{{id}}","at":"2999-01-01T00:00:00Z","kind":"visit","visitor":"a"}""", "absurd-time"),
            ($$"""{"id":"{{id}}","at":"{{at}}","visitor":"a"}""", "missing-field"),
            ($$"""{"id":"{{id}}","at":"{{at}}","kind":"nhảy múa"}""", "unknown-kind"),
            ($$"""{"id":"{{id}}","at":"{{at}}","kind":"visit"}""", "missing-field"),
            ($$"""{"id":"{{id}}","at":"{{at}}","kind":"visit","visitor":null}""", "missing-field"),
            ($$"""{"id":"{{id}}","at":"{{at}}","kind":"visit","visitor":""}""", "bad-value"),
            ($$"""{"id":"{{id}}","at":"{{at}}","kind":"visit","visitor":[1]}""", "bad-value"),
            ($$"""{"id":"{{id}}","at":"{{at}}","kind":"visit","visitor":"a\u0000b"}""", "bad-value"),
            ($$"""{"id":"{{id}}","at":"{{at}}","kind":"visit","visitor":"a\ud800"}""", "bad-value"),
            ($$"""{"id":"{{id}}","at":"{{at}}","kind":"visit","visitor":"{{new string('x', 101)}}"}""", "bad-value"),
            (
                $$"""{"id":"{{id}}","at":"{{at}}","kind":"visit","visitor":"a","more":"{{new string('x', 5000)}}"}""",
                "event-too-large"
            ),
            ($$"""{"id":"{{id}}","at":"{{at}}","kind":"shown","package":"a","version":1}""", "missing-field"),
            (
                $$"""{"id":"{{id}}","at":"{{at}}","kind":"shown","releaseId":"x","package":"a","version":1}""",
                "bad-value"
            ),
            (
                $$"""{"id":"{{id}}","at":"{{at}}","kind":"shown","releaseId":"{{id}}","package":"a","version":-1}""",
                "bad-value"
            ),
            (
                $$"""{"id":"{{id}}","at":"{{at}}","kind":"removed","releaseId":"{{id}}","package":"a","reason":"chán"}""",
                "bad-value"
            ),
            ($$"""{"id":"{{id}}","at":"{{at}}","kind":"pull","releaseId":"{{id}}","bytes":1e400}""", "bad-value"),
            ($$"""{"id":"{{id}}","at":"{{at}}","kind":"pull","releaseId":"{{id}}","bytes":-5}""", "bad-value"),
            (
                $$"""{"id":"{{id}}","at":"{{at}}","kind":"contact","agentVersion":"1","diskFreeBytes":"nhiều"}""",
                "bad-value"
            ),
            ($$"""{"id":"{{id}}","at":"{{at}}","kind":"contact"}""", "missing-field"),
            ($$"""{"id":"{{id}}","at":"{{at}}","kind":"stick","metadataVersion":3}""", "missing-field"),
        ];
        var good = $$"""{"id":"{{id}}","at":"{{at}}","kind":"visit","visitor":"a","newField":[1]}""";
        var stick = $$"""{"id":"{{point}}","at":"{{at}}","kind":"stick","reason":"older","metadataVersion":3}""";
        using var client = house.Point(point);
        using var answer = await client.PostAsync(
            "/api/telemetry/events",
            Json($$"""{"events":[{{string.Join(',', bad.Select(b => b.Json).Append(good).Append(stick))}}]}""")
        );
        var taken = await answer.Ok<IngestAnswer>();
        Assert.Equal(bad.Select(b => b.Code), taken.Rejected.Select(r => r.Code));
        Assert.Equal("khong-phai", taken.Rejected[4].Id);
        Assert.Equal((2, 0), (taken.Accepted, taken.Duplicates));
        Assert.Equal(1, (await house.Statistics(point)).Total);
    }

    [Theory]
    [InlineData("", HttpStatusCode.BadRequest)]
    [InlineData("{", HttpStatusCode.BadRequest)]
    [InlineData("[]", HttpStatusCode.BadRequest)]
    [InlineData("null", HttpStatusCode.BadRequest)]
    [InlineData("{}", HttpStatusCode.BadRequest)]
    [InlineData("""{"events":null}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"events":{"id":1}}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"events":[]}""", HttpStatusCode.OK)]
    public async Task Only_an_envelope_that_cannot_be_read_is_refused_whole(string body, HttpStatusCode expected)
    {
        using var client = house.Point(Guid.CreateVersion7());
        using var answer = await client.PostAsync("/api/telemetry/events", Json(body));
        Assert.Equal(expected, answer.StatusCode);
    }

    [Fact]
    public async Task More_than_500_events_are_refused()
    {
        using var client = house.Point(Guid.CreateVersion7());
        var events = Enumerable.Range(0, 501).Select(_ => Say.Visit()).ToArray();
        var answer = await client.PostAsJsonAsync("/api/telemetry/events", new { events }, Stop);
        await answer.Refused(HttpStatusCode.RequestEntityTooLarge, "batch-too-large");
    }

    [Theory]
    [InlineData("admin")]
    [InlineData("editor")]
    [InlineData("ops")]
    public async Task People_do_not_speak_for_points(string role)
    {
        using var client = house.As(Guid.CreateVersion7(), role);
        var answer = await client.PostAsJsonAsync(
            "/api/telemetry/events",
            new { events = new[] { Say.Visit() } },
            Stop
        );
        await answer.Refused(HttpStatusCode.Forbidden, "forbidden");
    }

    [Theory]
    [InlineData("/api/telemetry/points")]
    [InlineData("/api/telemetry/coverage")]
    [InlineData("/api/telemetry/statistics")]
    [InlineData("/api/telemetry/views")]
    [InlineData("/api/telemetry/messages/parked")]
    public async Task Points_read_nothing_and_strangers_neither(string path)
    {
        using var point = house.Point(Guid.CreateVersion7());
        await (await point.GetAsync(path)).Refused(HttpStatusCode.Forbidden, "forbidden");
        await (await house.Process.Client.GetAsync(path)).Refused(HttpStatusCode.Unauthorized, "unauthenticated");
    }

    [Fact]
    public async Task A_point_speaks_for_itself_whatever_it_writes()
    {
        var (liar, victim) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        var release = Guid.CreateVersion7();
        await house.Send(victim, Say.Contact(), Say.Shown(release));
        var id = Guid.CreateVersion7();
        await house.Send(
            liar,
            new
            {
                id,
                pointId = victim,
                sub = victim,
                at = Say.Now,
                kind = "removed",
                releaseId = release,
                package = "a",
                reason = "recalled",
            },
            new
            {
                id = Guid.CreateVersion7(),
                pointId = victim,
                at = Say.Now,
                kind = "visit",
                visitor = "a",
            }
        );
        Assert.Equal(1, (await house.Standing(victim))!.Showing);
        Assert.Equal(0, (await house.Statistics(victim)).Total);
        Assert.Equal(1, (await house.Statistics(liar)).Total);
        // The same id from another point is another event.
        var told = new
        {
            id,
            at = Say.Now,
            kind = "visit",
            visitor = "b",
        };
        Assert.Equal(1, (await house.Send(victim, told)).Accepted);
    }

    [Fact]
    public async Task A_suspended_point_is_not_heard_and_is_heard_again_when_active()
    {
        var point = await house.Enrol("nguồn-tạm-dừng");
        var visit = Say.Visit();
        await house.Tell(Change("suspended", 2));
        await Eventually.Passes(async () =>
        {
            using var client = house.Point(point);
            var answer = await client.PostAsJsonAsync("/api/telemetry/events", new { events = new[] { visit } }, Stop);
            await answer.Refused(HttpStatusCode.Forbidden, "point-suspended");
        });
        var before = (await house.Standing(point))!.LastContactAt;
        await house.Tell(Change("active", 3));
        await Eventually.Passes(() => house.Send(point, visit));
        Assert.NotEqual(before, (await house.Standing(point))!.LastContactAt);
        Assert.Equal(1, (await house.Statistics(point)).Total);

        PointProfileChanged Change(string state, long version) =>
            new()
            {
                PointId = point,
                Profile = Say.Profile(["nguồn-tạm-dừng"]),
                State = state,
                EnrolledAt = Say.Now,
                ChangedAt = Say.Now,
                AggregateVersion = version,
            };
    }

    private async Task<FileViews[]> Views(Guid release) =>
        (await house.Get<ListOf<FileViews>>($"/api/telemetry/views?release={release}")).Items;

    private static StringContent Json(string body) => new(body, Encoding.UTF8, "application/json");
}

public sealed class IngestEventsOnPostgres(PostgresHouse house) : IngestEventsTests(house)
{
    [Fact]
    public async Task A_database_killed_while_batches_come_costs_nothing_once_they_are_sent_again()
    {
        await using var database = await PrivateServer.Postgres();
        // Its own: a second service at the house's would take messages from that one.
        await using var broker = await RabbitMqHost.Create();
        await using var service = await ServiceProcess.Start(
            "services/Telemetry",
            new Dictionary<string, string?>(TestTokens.Settings)
            {
                ["ConnectionStrings:Telemetry"] = database.Address,
                ["ConnectionStrings:RabbitMq"] = broker.Uri.ToString(),
                ["Database:MigrateOnStart"] = "true",
            }
        );
        var points = Enumerable.Range(0, 4).Select(_ => Guid.CreateVersion7()).ToList();
        var failures = 0;
        var batches = 0;
        var sending = points.Select(SendAll).ToList();
        await Eventually.Holds(() => Task.FromResult(Volatile.Read(ref batches) > 8));
        await database.KillAsync();
        await Eventually.Holds(() => Task.FromResult(Volatile.Read(ref failures) > 0));
        await database.StartAsync();
        var sent = await Task.WhenAll(sending);
        using var reader = service.ClientWith(TestTokens.Create(Guid.CreateVersion7(), "Cán bộ mẫu", "ops"));
        foreach (var (point, count) in points.Zip(sent))
        {
            var counted = await reader.Read<VisitCounts>($"/api/telemetry/statistics?point={point}");
            Assert.Equal(count * 100, counted.Total);
        }

        async Task<int> SendAll(Guid point)
        {
            using var client = service.ClientWith(TestTokens.Create(point, "Điểm mẫu", "point"));
            var i = 0;
            // Until the database has gone, and some more.
            for (; i < 30 || Volatile.Read(ref failures) == 0; i++)
            {
                var events = Enumerable.Range(0, 100).Select(_ => Say.Visit()).ToArray();
                while (true)
                {
                    using var answer = await client.PostAsJsonAsync("/api/telemetry/events", new { events });
                    if (answer.IsSuccessStatusCode)
                    {
                        break;
                    }
                    Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
                    Interlocked.Increment(ref failures);
                    await Task.Delay(200);
                }
                Interlocked.Increment(ref batches);
                await Task.Delay(20);
            }
            return i;
        }
    }
}

public sealed class IngestEventsOnSqlite(SqliteHouse house) : IngestEventsTests(house);
