using System.Net;
using System.Net.Http.Json;
using LaiChau.Testing;

namespace LaiChau.Telemetry.Tests.Statistics;

public abstract class ShowStatisticsTests(TelemetryHouse house)
{
    [Fact]
    public async Task Visits_of_an_offline_point_raise_its_total_once_and_are_not_here_now()
    {
        var point = Guid.CreateVersion7();
        var late = Enumerable.Range(0, 40).Select(i => Say.Visit(at: Say.Now.AddDays(-21).AddMinutes(i))).ToArray();
        await house.Send(point, late);
        await house.Send(point, [.. late, Say.Visit()]);
        var counted = await house.Statistics(point);
        Assert.Equal((41, 1, 0, 1), (counted.Total, counted.Guests, counted.Members, counted.OnlineNow));
        Assert.Equal(300, counted.WindowSeconds);
    }

    [Fact]
    public async Task Guests_a_point_counts_and_guests_who_came_are_the_same_people()
    {
        var point = Guid.CreateVersion7();
        await house.Send(point, Say.Visit("a"), Say.Visit("a"), Say.Visit("b"));
        Assert.Equal(2, (await house.Statistics(point)).Guests);
        await house.Send(point, Say.Contact(activeGuests: 5));
        Assert.Equal(5, (await house.Statistics(point)).Guests);
        await house.Send(point, Say.Contact(activeGuests: 1));
        Assert.Equal(2, (await house.Statistics(point)).Guests);
        // A count of yesterday that comes late says nothing of now.
        await house.Send(point, Say.Contact(Say.Now.AddDays(-1), activeGuests: 90));
        Assert.Equal(2, (await house.Statistics(point)).Guests);
    }

    [Fact]
    public async Task A_unit_has_the_sum_of_its_points()
    {
        var unit = $"đv-{Guid.CreateVersion7():n}";
        var (first, second) = (await house.Enrol("tinh", unit), await house.Enrol("tinh", unit));
        await house.Send(first, Say.Visit(), Say.Visit());
        await house.Send(second, Say.Visit());
        await house.Send(await house.Enrol("tinh"), Say.Visit());
        var counted = await house.Get<VisitCounts>($"/api/telemetry/statistics?unit={Uri.EscapeDataString(unit)}");
        Assert.Equal((3, 3, 3), (counted.Total, counted.Guests, counted.OnlineNow));
        var empty = await house.Get<VisitCounts>("/api/telemetry/statistics?unit=trống");
        Assert.Equal((0, 0), (empty.Total, empty.OnlineNow));
    }

    [Fact]
    public async Task Views_are_counted_by_file_and_listed_page_by_page()
    {
        var release = Guid.CreateVersion7();
        await house.Send(
            Guid.CreateVersion7(),
            Say.View(release, ""),
            Say.View(release, "a.html"),
            Say.View(release, "a.html", Say.Now.AddDays(-30)),
            Say.View(release, "ảnh/chè.jpg".Normalize(System.Text.NormalizationForm.FormD))
        );
        await house.Send(Guid.CreateVersion7(), Say.View(release, "a.html"), Say.View(release, "ảnh/chè.jpg"));
        var seen = new Dictionary<string, long>();
        string? after = null;
        do
        {
            var page = await house.Get<ListOf<FileViews>>(
                $"/api/telemetry/views?release={release}&limit=1&after={Uri.EscapeDataString(after ?? "")}"
            );
            seen.Add(page.Items.Single().Path, page.Items.Single().Views);
            after = page.Next;
        } while (after is not null);
        Assert.Equal(
            new Dictionary<string, long>
            {
                [""] = 1,
                ["a.html"] = 3,
                ["ảnh/chè.jpg"] = 2,
            },
            seen
        );
    }

    [Theory]
    [InlineData("""{"visitor":"","member":true,"path":"/"}""", HttpStatusCode.UnprocessableEntity)]
    [InlineData("""{"visitor":"a\u0000","member":true,"path":"/"}""", HttpStatusCode.UnprocessableEntity)]
    [InlineData("""{"visitor":"a","member":true,"path":"/\n"}""", HttpStatusCode.UnprocessableEntity)]
    [InlineData("""{"visitor":"a\ud800","member":true,"path":"/"}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"visitor":"a","member":"yes","path":"/"}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"visitor":"a"}""", HttpStatusCode.BadRequest)]
    public async Task A_visit_that_cannot_be_is_refused(string body, HttpStatusCode expected)
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var answer = await house.Reader.PostAsync("/api/telemetry/visits", content);
        Assert.Equal(expected, answer.StatusCode);
    }

    [Fact]
    public async Task Only_an_administrator_may_have_the_totals_counted_again()
    {
        await (await house.Reader.PostAsync("/api/telemetry/statistics/recount", null)).Refused(
            HttpStatusCode.Forbidden,
            "forbidden"
        );
        using var point = house.Point(Guid.CreateVersion7());
        var visit = new
        {
            visitor = "a",
            member = true,
            path = "/",
        };
        await (await point.PostAsJsonAsync("/api/telemetry/visits", visit)).Refused(
            HttpStatusCode.Forbidden,
            "forbidden"
        );
    }
}

public sealed class ShowStatisticsOnPostgres(PostgresHouse house) : ShowStatisticsTests(house)
{
    [Fact]
    public async Task Shows_1078_guests_and_1_member_as_1079_and_keeps_the_total_through_a_kill_and_a_recount()
    {
        await using var own = await PostgresHouse.Create();
        foreach (var batch in Enumerable.Range(0, 1078).Chunk(98))
        {
            await own.Send(Guid.CreateVersion7(), [.. batch.Select(i => Say.Visit($"khach-{i}"))]);
        }
        using var member = own.As(Guid.CreateVersion7(), "editor");
        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Open(member)));
        var counted = await Province();
        Assert.Equal((1079, 1078, 1), (counted.OnlineNow, counted.Guests, counted.Members));
        Assert.Equal(1079, counted.Total);

        await own.Process.Kill();
        await own.Process.Start();
        Assert.Equal(counted, await Province());
        await own.Database.Execute("UPDATE visit_counters SET total = total - 3");
        using var admin = own.As(Guid.CreateVersion7(), "admin");
        using var recounted = await admin.PostAsync("/api/telemetry/statistics/recount", null);
        Assert.Equal(HttpStatusCode.OK, recounted.StatusCode);
        Assert.Equal(1079, (await Province()).Total);

        Task<VisitCounts> Province() => own.Get<VisitCounts>("/api/telemetry/statistics");
    }

    [Fact]
    public async Task Who_has_left_is_no_longer_here_and_stays_in_the_total_that_never_falls()
    {
        await using var own = await PostgresHouse.Create(("Telemetry:VisitWindowMinutes", "0.05"));
        using var member = own.As(Guid.CreateVersion7(), "ops");
        await Open(member);
        await own.Send(Guid.CreateVersion7(), Say.Visit(), Say.Contact(activeGuests: 1));
        long total = 0;
        await Eventually.Passes(async () =>
        {
            var counted = await own.Get<VisitCounts>("/api/telemetry/statistics");
            Assert.True(counted.Total >= total);
            total = counted.Total;
            Assert.Equal((0, 0, 0), (counted.OnlineNow, counted.Guests, counted.Members));
        });
        // Within the three seconds in which it counts.
        await Eventually.Passes(async () =>
        {
            await Open(member);
            var after = await own.Get<VisitCounts>("/api/telemetry/statistics");
            Assert.Equal((1, 2), (after.Members, after.Total));
        });
    }

    [Fact]
    public async Task A_recount_while_visits_come_ends_exact()
    {
        await using var own = await PostgresHouse.Create();
        using var admin = own.As(Guid.CreateVersion7(), "admin");
        var sending = Enumerable
            .Range(0, 4)
            .Select(async _ =>
            {
                using var point = own.Point(Guid.CreateVersion7());
                for (var i = 0; i < 25; i++)
                {
                    await point.Send([.. Enumerable.Range(0, 10).Select(_ => Say.Visit())]);
                }
            })
            .ToList();
        while (!sending.TrueForAll(s => s.IsCompleted))
        {
            using var recounted = await admin.PostAsync("/api/telemetry/statistics/recount", null);
            Assert.Equal(HttpStatusCode.OK, recounted.StatusCode);
        }
        await Task.WhenAll(sending);
        Assert.Equal(1000, (await own.Get<VisitCounts>("/api/telemetry/statistics")).Total);
    }

    [Fact]
    public async Task Describes_itself_and_counts_what_it_takes()
    {
        var document = await house.Process.Client.GetStringAsync("/api/telemetry/openapi.json");
        Assert.Contains("/api/telemetry/coverage/{releaseId}", document, StringComparison.Ordinal);
        await house.Send(Guid.CreateVersion7(), Say.Pull(Guid.CreateVersion7(), 123_456));
        var metrics = await house.Process.Client.GetStringAsync("/metrics");
        foreach (
            var name in new[]
            {
                "laichau_points_online",
                "laichau_points_silent",
                "laichau_coverage_lag_seconds",
                "laichau_telemetry_events_total",
                "laichau_pull_bytes_total",
            }
        )
        {
            Assert.Contains($"\n{name}", metrics, StringComparison.Ordinal);
        }
    }

    private static async Task Open(HttpClient member)
    {
        using var answer = await member.PostAsJsonAsync(
            "/api/telemetry/visits",
            new
            {
                visitor = "phien-mau",
                member = true,
                path = "/console",
            }
        );
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
    }
}

public sealed class ShowStatisticsOnSqlite(SqliteHouse house) : ShowStatisticsTests(house);
