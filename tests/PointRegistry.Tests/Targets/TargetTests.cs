using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using LaiChau.PointRegistry.Tests.Points;
using MiniExcelLibs;
using Xunit;
using static LaiChau.PointRegistry.Tests.RegistryHouse;

namespace LaiChau.PointRegistry.Tests.Targets;

public sealed class PostgresTargetTests(PostgresHouse fixture)
    : TargetTests(fixture.House),
        IClassFixture<PostgresHouse>;

public sealed class SqliteTargetTests(SqliteHouse fixture) : TargetTests(fixture.House), IClassFixture<SqliteHouse>;

/// <summary>What points are to reach, and what they did; the same on both databases.</summary>
public abstract class TargetTests(RegistryHouse house)
{
    private const string Path = "/api/points/targets";

    [Fact]
    public async Task Says_of_each_point_what_was_to_be_reached_what_was_and_the_variance()
    {
        var point = await house.Planned();
        await Opened(point, "2026-01-05T08:00:00+07:00", "2026-01-05T11:00:00+07:00");
        await Opened(point, "2026-01-31T23:00:00+07:00", "2026-02-01T00:00:00+07:00");
        // Of another month by the province's time.
        await Opened(point, "2026-02-01T00:00:00+07:00", "2026-02-01T05:00:00+07:00");
        var struck = await Opened(point, "2026-01-07T08:00:00+07:00", "2026-01-07T20:00:00+07:00");
        await Ok(await house.Ops.PostAsJsonAsync($"/api/points/openings/{struck}/strike", new { reason = "Mẫu" }));

        await Ok(await Set(point, "openHours", "2026-01", 5));
        await Ok(await Set(point, "openings", "2026-01", 2));
        await Ok(await Set(point, "openHours", "2026", 100));

        var month = (await Ok(await house.Editor.GetAsync($"{Path}?period=2026-01&point={point}")))
            .GetProperty("items")
            .EnumerateArray()
            .ToDictionary(t => t.GetProperty("metric").GetString()!);
        Assert.Equal((5, 4, -1, 80), Numbers(month["openHours"]));
        Assert.Equal((2, 2, 0, 100), Numbers(month["openings"]));
        var year = Assert.Single(
            (await Ok(await house.Editor.GetAsync($"{Path}?period=2026&point={point}")))
                .GetProperty("items")
                .EnumerateArray()
        );
        Assert.Equal((100, 9, -91, 9), Numbers(year));
        Assert.Empty(
            (await Ok(await house.Editor.GetAsync($"{Path}?period=2026-02&point={point}")))
                .GetProperty("items")
                .EnumerateArray()
        );
    }

    [Fact]
    public async Task Sums_over_a_place_and_tells_how_many_have_reached_theirs()
    {
        const string unit = "03478";
        const string period = "2025-03";
        var points = new[] { await house.Planned(unit: unit), await house.Planned(unit: unit) };
        var elsewhere = await house.Planned(unit: "03405");
        foreach (var point in points.Append(elsewhere))
        {
            await Ok(await Set(point, "openHours", period, 4));
        }
        await Opened(points[0], "2025-03-05T08:00:00+07:00", "2025-03-05T13:00:00+07:00");
        await Opened(elsewhere, "2025-03-05T08:00:00+07:00", "2025-03-05T09:00:00+07:00");
        // Without a target it is not counted.
        await Opened(await house.Planned(unit: unit), "2025-03-05T08:00:00+07:00", "2025-03-05T09:00:00+07:00");

        var place = await Summary(house.Editor, $"period={period}&unit={unit}");
        Assert.Equal((8, 5, -3, 62.5), Numbers(place));
        Assert.Equal((2, 1), (place.GetProperty("points").GetInt32(), place.GetProperty("reached").GetInt32()));
        Assert.Equal((12, 6, -6, 50), Numbers(await Summary(house.Editor, $"period={period}&unit=12")));
        using var commune = await house.Somebody("commune", unitCode: "03405");
        Assert.Equal((4, 1, -3, 25), Numbers(await Summary(commune, $"period={period}")));

        static async Task<JsonElement> Summary(HttpClient who, string query) =>
            Assert.Single(
                (await Ok(await who.GetAsync($"{Path}/summary?{query}"))).GetProperty("metrics").EnumerateArray()
            );
    }

    [Fact]
    public async Task Each_role_sees_the_targets_of_its_place_and_only_operators_set_them()
    {
        var own = await house.Planned(unit: "03390");
        var foreign = await house.Planned(unit: "03405");
        await Ok(await Set(own, "openHours", "2025-04", 4));
        await Ok(await Set(foreign, "openHours", "2025-04", 4));
        using var officer = await house.Somebody("officer", pointId: own);
        var seen = await Ok(await officer.GetAsync($"{Path}?period=2025-04&limit=500"));
        Assert.Equal([own], seen.GetProperty("items").EnumerateArray().Select(t => t.GetProperty("pointId").GetGuid()));
        foreach (var client in new[] { officer, house.Editor })
        {
            await Refused(
                await client.PutAsJsonAsync(
                    $"/api/points/{own}/targets",
                    new
                    {
                        metric = "openHours",
                        period = "2025-04",
                        value = 1,
                    }
                ),
                HttpStatusCode.Forbidden,
                "forbidden"
            );
        }
        await Refused(
            await Set(Guid.CreateVersion7(), "openHours", "2025-04", 4),
            HttpStatusCode.NotFound,
            "point-not-found"
        );
    }

    [Theory]
    [InlineData("colour", "2026-01", 1, "metric")]
    [InlineData("openHours", "2026-13", 1, "period")]
    [InlineData("openHours", "tháng này", 1, "period")]
    [InlineData("openHours", "2026-01", -1, "value")]
    [InlineData("openHours", "2026-01", 1e9, "value")]
    public async Task Refuses_a_target_that_makes_no_sense_in_Vietnamese(
        string metric,
        string period,
        double value,
        string field
    )
    {
        using var answer = await Set(await house.Planned(), metric, period, value);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        var problem = JsonElement.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Equal(field, problem.GetProperty("field").GetString());
        Assert.Contains(problem.GetProperty("detail").GetString()!, c => c > 127);
    }

    [Fact]
    public async Task A_target_is_changed_by_whoever_read_it_last_and_taken_away()
    {
        var point = await house.Planned();
        using var first = await Set(point, "Giờ mở cửa", "01/2026", 5);
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        var tag = first.Headers.ETag!.Tag;
        using var second = await Set(point, "openHours", "2026-01", 6, tag);
        Assert.Equal(HttpStatusCode.OK, second.StatusCode);
        await Refused(
            await Set(point, "openHours", "2026-01", 7, tag),
            HttpStatusCode.PreconditionFailed,
            "changed-meanwhile"
        );
        using var gone = await Set(point, "openHours", "2026-01", null);
        Assert.Equal(HttpStatusCode.NoContent, gone.StatusCode);
        Assert.Empty(
            (await Ok(await house.Editor.GetAsync($"{Path}?period=2026-01&point={point}")))
                .GetProperty("items")
                .EnumerateArray()
        );
    }

    [Fact]
    public async Task Of_many_that_set_the_same_target_at_once_none_fails()
    {
        var point = await house.Planned();
        await Task.WhenAll(
            Enumerable.Range(1, 6).Select(async value => await Ok(await Set(point, "openHours", "2026-01", value)))
        );
    }

    [Fact]
    public async Task Pages_hold_every_target_once()
    {
        const string period = "2025-05";
        var made = new List<string>();
        foreach (var name in new[] { "Bản", "Áng", "Bản" })
        {
            var point = await house.Planned(name);
            foreach (var metric in new[] { "openings", "openHours" })
            {
                await Ok(await Set(point, metric, period, 1));
                made.Add($"{point} {metric}");
            }
        }
        var seen = new List<string>();
        for (string? after = ""; after is not null; )
        {
            var page = await Ok(await house.Editor.GetAsync($"{Path}?period={period}&limit=4&after={after}"));
            seen.AddRange(
                page.GetProperty("items")
                    .EnumerateArray()
                    .Select(t => $"{t.GetProperty("pointId")} {t.GetProperty("metric")}")
            );
            after = page.TryGetProperty("next", out var next) ? next.GetString() : null;
        }
        Assert.Equal(made.Order(StringComparer.Ordinal), seen.Order(StringComparer.Ordinal));
        await Refused(
            await house.Editor.GetAsync($"{Path}?after=khong-phai"),
            HttpStatusCode.UnprocessableEntity,
            "cursor-invalid"
        );
    }

    [Fact]
    public async Task A_table_sets_many_and_the_same_table_again_changes_nothing()
    {
        var points = new[] { await house.Planned(), await house.Planned() };
        var csv = Encoding.UTF8.GetBytes(
            "\ufeffMã điểm;Tên điểm;Chỉ tiêu;Kỳ;Giá trị\r\n"
                + $"{points[0]};Điểm mẫu;Giờ mở cửa;2025-06;120,5\r\n"
                + $"{points[1]};;openHours;6/2025;80\r\n"
                + $"{points[1]};;so lan mo cua;2025;200\r\n"
        );
        var dry = await Ok(await Import(csv, "true"));
        Assert.Equal((true, 3, 3), Counts(dry));
        Assert.Empty(await Targets("2025-06", points));

        Assert.Equal((false, 3, 3), Counts(await Ok(await Import(csv))));
        Assert.Equal([80, 120.5], (await Targets("2025-06", points)).Order());
        Assert.Equal([200], await Targets("2025", points));
        var key = Guid.CreateVersion7().ToString();
        for (var i = 0; i < 2; i++)
        {
            Assert.Equal((false, 3, 0), Counts(await Ok(await Import(csv, "false", key))));
        }

        static (bool, int, int) Counts(JsonElement answer) =>
            (
                answer.GetProperty("dryRun").GetBoolean(),
                answer.GetProperty("targets").GetInt32(),
                answer.GetProperty("changed").GetInt32()
            );
    }

    [Theory]
    [InlineData("csv")]
    [InlineData("xlsx")]
    public async Task A_table_goes_out_with_what_was_reached_and_comes_back_changed(string format)
    {
        var point = await house.Planned("=Điểm mẫu");
        await Opened(point, "2024-03-05T08:00:00+07:00", "2024-03-05T11:30:00+07:00");
        await Ok(await Set(point, "openHours", "2024-03", 10));
        var file = await house.Ops.GetByteArrayAsync($"{Path}/export?period=2024-03&point={point}&format={format}");
        if (format == "csv")
        {
            var lines = Encoding.UTF8.GetString(file).Split("\r\n");
            Assert.StartsWith($"{point};'=Điểm mẫu;", lines[1], StringComparison.Ordinal);
            Assert.EndsWith(";Giờ mở cửa;2024-03;10;3,5;-6,5;35", lines[1], StringComparison.Ordinal);
            file = Encoding.UTF8.GetBytes(
                string.Join("\r\n", lines).Replace(";2024-03;10;", ";2024-03;12;", StringComparison.Ordinal)
            );
        }
        var changed = (await Ok(await Import(file))).GetProperty("changed").GetInt32();
        Assert.Equal(format == "csv" ? 1 : 0, changed);
        Assert.Equal([format == "csv" ? 12 : 10], await Targets("2024-03", point));

        // Whoever runs another point finds nothing in it.
        using var officer = await house.Somebody("officer", pointId: await house.Planned());
        var theirs = await officer.GetStringAsync($"{Path}/export?period=2024-03");
        Assert.DoesNotContain(point.ToString(), theirs, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_month_that_a_spreadsheet_took_for_a_day_is_read_as_the_month()
    {
        var point = await house.Planned();
        using var file = new MemoryStream();
        await file.SaveAsAsync(
            new[]
            {
                new Dictionary<string, object>
                {
                    ["Mã điểm"] = point.ToString(),
                    ["Chỉ tiêu"] = "Giờ mở cửa",
                    ["Kỳ"] = new DateTime(2025, 7, 1),
                    ["Giá trị"] = 40,
                },
            }
        );
        await Ok(await Import(file.ToArray()));
        Assert.Equal([40], await Targets("2025-07", point));
    }

    [Fact]
    public async Task An_import_tells_every_faulty_row_and_sets_nothing()
    {
        var point = await house.Planned();
        var csv = Encoding.UTF8.GetBytes(
            "Mã điểm;Chỉ tiêu;Kỳ;Giá trị\n"
                + $"{point};openHours;2025-08;10\n"
                + $"{Guid.CreateVersion7()};openHours;2025-08;10\n"
                + $"{point};mau;quý 3;nhiều\n"
                + $"{point};Giờ mở cửa;8/2025;11\n"
        );
        foreach (var dryRun in new[] { "true", "false" })
        {
            using var answer = await Import(csv, dryRun);
            Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
            var problem = JsonElement.Parse(await answer.Content.ReadAsStringAsync());
            Assert.Equal("rows-invalid", problem.GetProperty("code").GetString());
            Assert.Equal(
                ["3 Mã điểm", "4 Chỉ tiêu", "4 Giá trị", "4 Kỳ", "5 Chỉ tiêu"],
                problem
                    .GetProperty("faults")
                    .EnumerateArray()
                    .Select(f => $"{f.GetProperty("row")} {f.GetProperty("column")}")
                    .Order(StringComparer.Ordinal)
            );
            Assert.Empty(await Targets("2025-08", point));
        }
        await Refused(
            await Import("Mã điểm;Màu\na;b\n"u8.ToArray()),
            HttpStatusCode.UnprocessableEntity,
            "file-invalid"
        );
    }

    private async Task<IReadOnlyList<double>> Targets(string period, params Guid[] points)
    {
        var values = new List<double>();
        foreach (var point in points)
        {
            var page = await Ok(await house.Editor.GetAsync($"{Path}?period={period}&point={point}"));
            values.AddRange(
                page.GetProperty("items").EnumerateArray().Select(t => t.GetProperty("target").GetDouble())
            );
        }
        return values;
    }

    private static (double, double, double, double) Numbers(JsonElement of) =>
        (
            of.GetProperty("target").GetDouble(),
            of.GetProperty("actual").GetDouble(),
            of.GetProperty("variance").GetDouble(),
            of.GetProperty("percent").GetDouble()
        );

    private async Task<Guid> Opened(Guid point, string openedAt, string closedAt) =>
        (
            await Ok(
                await house.Ops.PostAsJsonAsync($"/api/points/{point}/openings", new { openedAt, closedAt }),
                HttpStatusCode.Created
            )
        )
            .GetProperty("id")
            .GetGuid();

    private async Task<HttpResponseMessage> Set(
        Guid point,
        string metric,
        string period,
        double? value,
        string? tag = null
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, $"/api/points/{point}/targets")
        {
            Content = JsonContent.Create(
                new
                {
                    metric,
                    period,
                    value,
                }
            ),
        };
        if (tag is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", tag);
        }
        return await house.Ops.SendAsync(request);
    }

    private async Task<HttpResponseMessage> Import(byte[] file, string dryRun = "false", string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{Path}/import?dryRun={dryRun}")
        {
            Content = new ByteArrayContent(file),
        };
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }
        return await house.Ops.SendAsync(request);
    }
}
