using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using LaiChau.PointRegistry.Tests.Points;
using Xunit;
using static LaiChau.PointRegistry.Tests.RegistryHouse;

namespace LaiChau.PointRegistry.Tests.Openings;

public sealed class PostgresOpeningTests(PostgresHouse fixture)
    : OpeningTests(fixture.House),
        IClassFixture<PostgresHouse>;

public sealed class SqliteOpeningTests(SqliteHouse fixture) : OpeningTests(fixture.House), IClassFixture<SqliteHouse>;

/// <summary>When points were open; the same on both databases.</summary>
public abstract class OpeningTests(RegistryHouse house)
{
    [Fact]
    public async Task An_officer_records_when_the_own_point_was_open()
    {
        var point = await house.Planned();
        using var officer = await house.Somebody("officer", pointId: point);
        var opening = await Ok(
            await Record(
                officer,
                point,
                "2026-01-05T07:30:59+07:00",
                "2026-01-05T11:30:00+07:00",
                "Mất điện từ 9 giờ (mẫu)"
            ),
            HttpStatusCode.Created
        );
        // To the minute.
        Assert.Equal(
            DateTimeOffset.Parse("2026-01-05T00:30:00Z", CultureInfo.InvariantCulture),
            opening.GetProperty("openedAt").GetDateTimeOffset()
        );
        Assert.Equal("Người mẫu", opening.GetProperty("by").GetProperty("name").GetString());
        var listed = Assert.Single((await List(officer, point, "2026-01")).GetProperty("items").EnumerateArray());
        Assert.Equal(opening.GetProperty("id").GetGuid(), listed.GetProperty("id").GetGuid());
        Assert.Equal("Mất điện từ 9 giờ (mẫu)", listed.GetProperty("note").GetString());
        Assert.Empty((await List(officer, point, "2026-02")).GetProperty("items").EnumerateArray());
        Assert.Empty(
            (await Ok(await officer.GetAsync($"/api/points/{point}/openings"))).GetProperty("items").EnumerateArray()
        );
    }

    [Fact]
    public async Task Whose_point_it_is_not_does_not_find_it()
    {
        var point = await house.Planned(unit: "03390");
        var opening = await Ok(await Record(house.Ops, point, 5, "08:00", "09:00"), HttpStatusCode.Created);
        var id = opening.GetProperty("id").GetGuid();
        using var officer = await house.Somebody("officer", pointId: await house.Planned());
        using var commune = await house.Somebody("commune", unitCode: "03405");
        foreach (var client in new[] { officer, commune })
        {
            await NotFound(await Record(client, point, 6, "08:00", "09:00"), "point-not-found");
            await NotFound(await client.GetAsync($"/api/points/{point}/openings"), "point-not-found");
            await NotFound(await client.GetAsync($"/api/points/{point}/openings/summary"), "point-not-found");
            await NotFound(await Correct(client, id, 5, "08:00", "10:00"), "opening-not-found");
            await NotFound(await Strike(client, id, "Mẫu"), "opening-not-found");
        }
        using var manager = await house.Somebody("manager", pointId: point);
        using var own = await house.Somebody("commune", unitCode: "03390");
        await Ok(await Record(manager, point, 6, "08:00", "09:00"), HttpStatusCode.Created);
        await Ok(await Record(own, point, 7, "08:00", "09:00"), HttpStatusCode.Created);
        await Refused(await Record(house.Editor, point, 8, "08:00", "09:00"), HttpStatusCode.Forbidden, "forbidden");

        static Task NotFound(HttpResponseMessage answer, string code) => Refused(answer, HttpStatusCode.NotFound, code);
    }

    [Theory]
    [InlineData("07:30", "11:30")]
    [InlineData("08:00", "09:00")]
    [InlineData("06:00", "07:31")]
    [InlineData("11:29", "12:00")]
    [InlineData("06:00", "13:00")]
    public async Task What_overlaps_is_refused_with_the_entry_that_is_there(string from, string to)
    {
        var point = await house.Planned();
        await Ok(await Record(house.Ops, point, 5, "07:30", "11:30"), HttpStatusCode.Created);
        using var answer = await Record(house.Ops, point, 5, from, to);
        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        var problem = JsonElement.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Equal("opening-overlaps", problem.GetProperty("code").GetString());
        Assert.Equal(
            "Trùng với lần mở cửa đã ghi từ 07:30 ngày 05/01/2026 đến 11:30 ngày 05/01/2026.",
            problem.GetProperty("detail").GetString()
        );
        // What begins when the other ends does not overlap, nor does another point's.
        await Ok(await Record(house.Ops, point, 5, "11:30", "12:00"), HttpStatusCode.Created);
        await Ok(await Record(house.Ops, await house.Planned(), 5, from, to), HttpStatusCode.Created);
    }

    [Fact]
    public async Task Of_many_that_record_the_same_hours_at_once_one_does()
    {
        var point = await house.Planned();
        var answers = await Task.WhenAll(
            Enumerable
                .Range(0, 8)
                .Select(async i =>
                {
                    using var answer = await Record(house.Ops, point, 5, $"08:0{i}", "09:00");
                    return answer.StatusCode;
                })
        );
        Assert.Single(answers, HttpStatusCode.Created);
        Assert.Equal(7, answers.Count(a => a is HttpStatusCode.Conflict));
    }

    public static TheoryData<string, string, string> Wrong =>
        new()
        {
            { "2026-01-05T11:30:00+07:00", "2026-01-05T07:30:00+07:00", "phải sau" },
            { "2026-01-05T07:30:10+07:00", "2026-01-05T07:30:50+07:00", "phải sau" },
            { "2026-01-05T07:30:00+07:00", "2199-01-05T11:30:00+07:00", "tương lai" },
            { "2026-01-05T20:00:00+07:00", "2026-01-06T00:01:00+07:00", "trong một ngày" },
        };

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task Refuses_hours_that_make_no_sense_in_Vietnamese(string from, string to, string said)
    {
        using var answer = await Record(house.Ops, await house.Planned(), from, to);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Contains(
            said,
            JsonElement.Parse(await answer.Content.ReadAsStringAsync()).GetProperty("detail").GetString(),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_closed_point_was_open_until_it_was_closed()
    {
        var point = await house.Planned();
        await Ok(await house.Ops.PostAsJsonAsync($"/api/points/{point}/close", new { reason = "Mẫu" }));
        await Ok(await Record(house.Ops, point, 5, "08:00", "24:00"), HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_correction_keeps_what_stood_there_by_whom_and_when()
    {
        var point = await house.Planned();
        using var officer = await house.Somebody("officer", pointId: point);
        var id = (await Ok(await Record(officer, point, 5, "08:00", "09:00"), HttpStatusCode.Created))
            .GetProperty("id")
            .GetGuid();
        await Ok(await Record(officer, point, 5, "13:00", "14:00"), HttpStatusCode.Created);
        await Refused(await Correct(officer, id, 5, "08:00", "13:30"), HttpStatusCode.Conflict, "opening-overlaps");
        await Ok(await Correct(officer, id, 5, "08:30", "10:00"));
        await Ok(await Correct(house.Ops, id, 5, "08:30", "11:00"));
        // The same again corrects nothing.
        var last = await Ok(await Correct(house.Ops, id, 5, "08:30", "11:00"));

        var corrections = last.GetProperty("corrections").EnumerateArray().ToList();
        Assert.Equal(["09:00", "10:00"], corrections.ConvertAll(c => Clock(c.GetProperty("closedAt"))));
        Assert.Equal("11:00", Clock(last.GetProperty("closedAt")));
        Assert.Equal("Người mẫu", corrections[0].GetProperty("by").GetProperty("name").GetString());
        Assert.True(corrections[0].TryGetProperty("at", out _));
        Assert.Equal(3, last.GetProperty("version").GetInt64());
    }

    [Fact]
    public async Task A_correction_of_what_somebody_else_corrected_meanwhile_is_refused()
    {
        var point = await house.Planned();
        using var made = await Record(house.Ops, point, 5, "08:00", "09:00");
        var id = JsonElement.Parse(await made.Content.ReadAsStringAsync()).GetProperty("id").GetGuid();
        var tag = made.Headers.ETag!.Tag;
        await Ok(await Correct(house.Ops, id, 5, "08:00", "10:00", tag));
        await Refused(
            await Correct(house.Ops, id, 5, "08:00", "11:00", tag),
            HttpStatusCode.PreconditionFailed,
            "changed-meanwhile"
        );
    }

    [Fact]
    public async Task What_is_struck_out_stays_readable_counts_nowhere_and_makes_room()
    {
        var (point, _) = await house.Enrolled();
        var id = (await Ok(await Record(house.Ops, point, 5, "08:00", "09:00"), HttpStatusCode.Created))
            .GetProperty("id")
            .GetGuid();
        await Refused(await Strike(house.Ops, id, " "), HttpStatusCode.UnprocessableEntity, "invalid");
        var struck = await Ok(await Strike(house.Ops, id, "Ghi nhầm điểm (mẫu)"));
        Assert.True(struck.GetProperty("struck").GetBoolean());
        Assert.Equal("Ghi nhầm điểm (mẫu)", struck.GetProperty("corrections")[0].GetProperty("reason").GetString());
        await Refused(await Strike(house.Ops, id, "Lại"), HttpStatusCode.Conflict, "opening-struck");
        await Refused(await Correct(house.Ops, id, 5, "08:00", "10:00"), HttpStatusCode.Conflict, "opening-struck");

        await Ok(await Record(house.Ops, point, 5, "08:30", "09:30"), HttpStatusCode.Created);
        Assert.Equal(2, (await List(house.Ops, point, "2026-01")).GetProperty("items").GetArrayLength());
        Assert.Equal(1, (await Summary(point, "2026-01")).GetProperty("recordedHours").GetDouble());
    }

    [Fact]
    public async Task Pages_hold_every_opening_once_in_their_order()
    {
        var point = await house.Planned();
        foreach (var day in new[] { 9, 5, 7, 6, 8 })
        {
            await Ok(await Record(house.Ops, point, day, "08:00", "09:00"), HttpStatusCode.Created);
        }
        var days = new List<int>();
        for (string? after = ""; after is not null; )
        {
            var page = await Ok(
                await house.Editor.GetAsync($"/api/points/{point}/openings?period=2026-01&limit=2&after={after}")
            );
            days.AddRange(
                page.GetProperty("items")
                    .EnumerateArray()
                    .Select(o => o.GetProperty("openedAt").GetDateTimeOffset().Day)
            );
            after = page.TryGetProperty("next", out var next) ? next.GetString() : null;
        }
        Assert.Equal([5, 6, 7, 8, 9], days);
        foreach (var query in new[] { "after=khong-phai", "after=b3BlbmluZ3MKLTEgeA" })
        {
            await Refused(
                await house.Editor.GetAsync($"/api/points/{point}/openings?{query}"),
                HttpStatusCode.UnprocessableEntity,
                "cursor-invalid"
            );
        }
        await Refused(
            await house.Editor.GetAsync($"/api/points/{point}/openings?period=2026-13"),
            HttpStatusCode.BadRequest,
            "bad-request"
        );
    }

    [Fact]
    public async Task Planned_hours_are_those_of_the_days_up_to_today_on_which_the_point_was_active()
    {
        var (point, _) = await house.Enrolled();
        await Ok(
            await house.Ops.PutAsJsonAsync(
                $"/api/points/{point}",
                new
                {
                    name = "Điểm mẫu",
                    unitCode = "03478",
                    languages = new[] { "vi" },
                    openingHours = new object[]
                    {
                        new { days = new[] { 1, 2, 3, 4, 5, 6, 7 }, hours = new[] { "07:30-11:30", "13:30-17:00" } },
                    },
                }
            )
        );
        var today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().ToOffset(TimeSpan.FromHours(7)).Date);
        var summary = await Summary(point, $"{today:yyyy-MM}");
        // Active since today.
        Assert.Equal(7.5, summary.GetProperty("plannedHours").GetDouble());
        Assert.Equal(-7.5, summary.GetProperty("variance").GetDouble());
        var day = Assert.Single(summary.GetProperty("days").EnumerateArray());
        Assert.Equal($"{today:yyyy-MM-dd}", day.GetProperty("day").GetString());

        // What was recorded before counts, and nothing was planned then.
        await Ok(await Record(house.Ops, point, 5, "08:00", "09:30"), HttpStatusCode.Created);
        var january = await Summary(point, "2026-01");
        Assert.Equal(
            (0, 1.5, 1.5),
            (
                january.GetProperty("plannedHours").GetDouble(),
                january.GetProperty("recordedHours").GetDouble(),
                january.GetProperty("variance").GetDouble()
            )
        );
        Assert.Equal(1.5, (await Summary(point, "2026")).GetProperty("recordedHours").GetDouble());
    }

    [Fact]
    public async Task The_same_key_records_once()
    {
        var point = await house.Planned();
        var key = Guid.CreateVersion7().ToString();
        for (var i = 0; i < 2; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/points/{point}/openings")
            {
                Content = JsonContent.Create(Body(5, "08:00", "09:00")),
            };
            request.Headers.Add("Idempotency-Key", key);
            await Ok(await house.Ops.SendAsync(request), HttpStatusCode.Created);
        }
    }

    private static object Body(int day, string from, string to) =>
        new
        {
            openedAt = $"2026-01-{day:00}T{from}:00+07:00",
            closedAt = to == "24:00" ? $"2026-01-{day + 1:00}T00:00:00+07:00" : $"2026-01-{day:00}T{to}:00+07:00",
        };

    private static Task<HttpResponseMessage> Record(HttpClient who, Guid point, int day, string from, string to) =>
        who.PostAsJsonAsync($"/api/points/{point}/openings", Body(day, from, to));

    private static Task<HttpResponseMessage> Record(
        HttpClient who,
        Guid point,
        string openedAt,
        string closedAt,
        string? note = null
    ) =>
        who.PostAsJsonAsync(
            $"/api/points/{point}/openings",
            new
            {
                openedAt,
                closedAt,
                note,
            }
        );

    private static async Task<HttpResponseMessage> Correct(
        HttpClient who,
        Guid opening,
        int day,
        string from,
        string to,
        string? tag = null
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, $"/api/points/openings/{opening}")
        {
            Content = JsonContent.Create(Body(day, from, to)),
        };
        if (tag is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", tag);
        }
        return await who.SendAsync(request);
    }

    private static Task<HttpResponseMessage> Strike(HttpClient who, Guid opening, string reason) =>
        who.PostAsJsonAsync($"/api/points/openings/{opening}/strike", new { reason });

    private static async Task<JsonElement> List(HttpClient who, Guid point, string period) =>
        await Ok(await who.GetAsync($"/api/points/{point}/openings?period={period}"));

    private async Task<JsonElement> Summary(Guid point, string period) =>
        await Ok(await house.Editor.GetAsync($"/api/points/{point}/openings/summary?period={period}"));

    private static string Clock(JsonElement moment) =>
        moment.GetDateTimeOffset().ToOffset(TimeSpan.FromHours(7)).ToString("HH:mm", CultureInfo.InvariantCulture);
}
