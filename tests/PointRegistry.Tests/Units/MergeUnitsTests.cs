using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using LaiChau.PointRegistry.Tests.Points;
using LaiChau.Testing;
using Xunit;
using static LaiChau.PointRegistry.Tests.RegistryHouse;

namespace LaiChau.PointRegistry.Tests.Units;

/// <summary>A house whose map may be changed; each test has communes of its own.</summary>
public sealed class MergeUnitsTests(PostgresHouse fixture) : IClassFixture<PostgresHouse>
{
    private const string Act = "Nghị quyết mẫu số 01/NQ-MAU";
    private readonly RegistryHouse house = fixture.House;

    [Fact]
    public async Task A_preview_tells_what_moves_and_moves_nothing()
    {
        var point = await house.Planned("Điểm mẫu xem trước", "03424");
        await Ok(
            await house.Ops.PutAsJsonAsync(
                $"/api/points/{point}",
                new
                {
                    name = "Điểm mẫu xem trước",
                    unitCode = "03424",
                    languages = new[] { "vi" },
                    feeds = new[] { "tinh", "xa-03424" },
                }
            )
        );
        var answer = await Ok(await Merge(Today, [Row("99001", "Xã mẫu một", "03424", "03430")], dryRun: true));

        Assert.True(answer.GetProperty("dryRun").GetBoolean());
        Assert.Equal(1, answer.GetProperty("points").GetProperty("planned").GetInt32());
        var unit = answer.GetProperty("units")[0];
        Assert.Equal(["xa-03424"], unit.GetProperty("feeds").EnumerateArray().Select(f => f.GetString()));
        Assert.Equal(1, unit.GetProperty("points").GetProperty("points").GetInt32());
        Assert.Equal("03424", (await Point(point)).GetProperty("unitCode").GetString());
        await Refused(
            await house.Editor.GetAsync("/api/points/units/99001"),
            HttpStatusCode.NotFound,
            "unit-not-found"
        );
    }

    [Fact]
    public async Task Tells_every_fault_of_every_row_and_changes_nothing()
    {
        var before = await Communes();
        using var answer = await house.Admin.PostAsJsonAsync(
            "/api/points/units/merges",
            new
            {
                act = " ",
                effectiveOn = Today,
                units = new object[]
                {
                    new
                    {
                        code = "x",
                        name = "",
                        type = "làng",
                    },
                    Row("99002", "Trùng mã", "03433"),
                    Row("99002", "Hai lần", "03433", "77777"),
                    Row("03478", "Mã đang dùng", "03439"),
                    new
                    {
                        code = "99003",
                        name = "Sai cấp",
                        type = "district",
                        parentCode = "03478",
                        from = new[] { "03442" },
                    },
                    null!,
                },
            }
        );
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        var problem = JsonElement.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Equal("merge-invalid", problem.GetProperty("code").GetString());
        var faults = problem
            .GetProperty("faults")
            .EnumerateArray()
            .Select(f => $"{(f.TryGetProperty("row", out var row) ? row.GetInt32() : 0)} {f.GetProperty("field")}")
            .ToList();
        Assert.Equal(
            [
                "0 act",
                "1 code",
                "1 from",
                "1 name",
                "1 type",
                "3 code",
                "3 from",
                "3 from",
                "4 code",
                "5 from",
                "5 parentCode",
                "6 code",
                "6 from",
                "6 name",
                "6 type",
            ],
            faults.Order(StringComparer.Ordinal)
        );
        Assert.All(
            problem.GetProperty("faults").EnumerateArray(),
            f => Assert.EndsWith(".", f.GetProperty("message").GetString(), StringComparison.Ordinal)
        );
        Assert.Equal(before, await Communes());
    }

    [Fact]
    public async Task Points_move_without_enrolling_again_and_others_hear_of_it()
    {
        var point = await house.Planned("Điểm mẫu chuyển xã", "03460");
        var machine = new PointMachine(point);
        await Ok(await house.Enrol(await house.Code(point), machine));
        await SetBack(point, 40);
        var before = await Point(point);
        var yesterday = Day(-1);
        var report = await Raw($"/api/points/summary?asOf={yesterday}");

        await Ok(await Merge(Today, [Row("99010", "Hợp nhất mẫu", "03460", "03463")]));

        var after = await Point(point);
        Assert.Equal("99010", after.GetProperty("unitCode").GetString());
        Assert.Equal("Xã Hợp nhất mẫu", after.GetProperty("unitName").GetString());
        Assert.Equal(before.GetProperty("feeds").ToString(), after.GetProperty("feeds").ToString());
        Assert.Equal(before.GetProperty("enrolledAt").ToString(), after.GetProperty("enrolledAt").ToString());
        await Ok(await house.Assert(machine, machine.Assertion(house.Audience)));

        Assert.Equal(report, await Raw($"/api/points/summary?asOf={yesterday}"));
        Assert.Contains("03460", report, StringComparison.Ordinal);
        Assert.DoesNotContain("03460", await Raw("/api/points/summary"), StringComparison.Ordinal);
        var then = await Ok(await house.Editor.GetAsync($"/api/points?asOf={yesterday}&unit=03460"));
        Assert.Equal(
            "03460",
            Assert
                .Single(then.GetProperty("items").EnumerateArray(), p => p.GetProperty("id").GetGuid() == point)
                .GetProperty("unitCode")
                .GetString()
        );

        var history = await Ok(await house.Editor.GetAsync($"/api/points/{point}/history"));
        var memberships = history.GetProperty("memberships").EnumerateArray().ToList();
        Assert.Equal(["03460", "99010"], memberships.Select(m => m.GetProperty("unitCode").GetString()));
        Assert.Equal(Today, memberships[0].GetProperty("to").GetString());
        Assert.Equal(Today, memberships[1].GetProperty("from").GetString());
        Assert.Equal(Act, memberships[1].GetProperty("act").GetString());

        await Eventually.Passes(async () =>
            Assert.Contains(
                await house.Broker.Heard("point-profile-changed"),
                m =>
                    m.GetProperty("pointId").GetGuid() == point
                    && m.GetProperty("profile").GetProperty("unitCode").GetString() == "99010"
                    && m.GetProperty("aggregateVersion").GetInt64() == after.GetProperty("version").GetInt64()
            )
        );
    }

    [Fact]
    public async Task The_same_merge_is_refused_the_second_time()
    {
        object[] rows = [Row("99020", "Một lần", "03466", "03472")];
        await Ok(await Merge(Today, rows));
        await Refused(await Merge(Today, rows), HttpStatusCode.Conflict, "merge-applied");
        await Refused(
            await Merge(Today, [Row("99021", "Lần khác", "03466")]),
            HttpStatusCode.UnprocessableEntity,
            "merge-invalid"
        );
    }

    [Fact]
    public async Task A_merge_of_the_past_dates_memberships_back()
    {
        var (old, late) = (await house.Planned("Điểm cũ mẫu", "03508"), await house.Planned("Điểm mới mẫu", "03517"));
        await SetBack(old, 30);
        await SetBack(late, 5);
        await Ok(await Merge(Day(-10), [Row("99030", "Từ mười ngày", "03508", "03517")]));

        Assert.Equal([("03508", Day(-30), Day(-10)), ("99030", Day(-10), null)], await Memberships(old));
        Assert.Equal([("99030", Day(-5), null)], await Memberships(late));
        Assert.Equal("99030", (await Point(late)).GetProperty("unitCode").GetString());
    }

    [Fact]
    public async Task Districts_go_only_when_nothing_is_left_in_them()
    {
        await house.Planned("Điểm mẫu còn lại", "03487");
        using var answer = await Merge(Today, [Row("99031", "Giữ", "03529")], abolished: ["03487", "12"]);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        var said = await answer.Content.ReadAsStringAsync();
        Assert.Contains("còn 1 điểm hỗ trợ", said, StringComparison.Ordinal);
        Assert.Contains("còn đơn vị trực thuộc", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Points_that_join_at_the_same_moment_are_not_left_behind()
    {
        using var stop = new CancellationTokenSource();
        var planning = Enumerable
            .Range(0, 3)
            .Select(async worker =>
            {
                for (var i = 0; !stop.IsCancellationRequested; i++)
                {
                    using var answer = await house.Plan($"Điểm mẫu {worker}.{i}", "03503", "vi");
                    if (!answer.IsSuccessStatusCode)
                    {
                        return;
                    }
                }
            })
            .ToList();
        await Eventually.Holds(async () => (await InUnit("03503")).Count > 20);
        await Ok(await Merge(Today, [Row("99040", "Đông người", "03503")]));
        await stop.CancelAsync();
        await Task.WhenAll(planning);

        Assert.Empty(await InUnit("03503"));
        Assert.True((await InUnit("99040")).Count > 20);
    }

    [Fact]
    public async Task Only_administrators_change_the_map() =>
        await Refused(
            await house.Ops.PostAsJsonAsync(
                "/api/points/units/merges?dryRun=true",
                new
                {
                    act = Act,
                    effectiveOn = Today,
                    units = new[] { Row("99050", "Không được", "03532") },
                }
            ),
            HttpStatusCode.Forbidden,
            "forbidden"
        );

    [Fact]
    public async Task A_merge_to_come_takes_effect_on_its_day()
    {
        await using var other = await Create();
        var tomorrow = Day(1);
        var old = await other.Planned("Điểm mẫu chờ", "03478");
        object row = Row("99060", "Ngày mai", "03478", "03434");
        await Ok(await Merge(tomorrow, [row], admin: other.Admin));
        var late = await other.Planned("Điểm mẫu đến sau", "03478");

        Assert.Equal("03478", (await Point(old, other.Admin)).GetProperty("unitCode").GetString());
        Assert.Equal([("03478", Today, tomorrow), ("99060", tomorrow, null)], await Memberships(old, other.Admin));
        Assert.Equal([("03478", Today, tomorrow), ("99060", tomorrow, null)], await Memberships(late, other.Admin));

        await other.Process.Kill();
        await other.Process.Start(FakeTime.Ahead(TimeSpan.FromDays(1)));
        using var admin = other.Process.ClientWith(await other.TokenOf("admin"));
        foreach (var point in new[] { old, late })
        {
            await Eventually.Passes(async () =>
                Assert.Equal("99060", (await Point(point, admin)).GetProperty("unitCode").GetString())
            );
            await Eventually.Passes(async () =>
                Assert.Contains(
                    await other.Broker.Heard("point-profile-changed"),
                    m =>
                        m.GetProperty("pointId").GetGuid() == point
                        && m.GetProperty("profile").GetProperty("unitCode").GetString() == "99060"
                )
            );
        }
    }

    private static string Today => Day(0);

    private static string Day(int days) =>
        TimeProvider.System.GetUtcNow().AddHours(7).AddDays(days).ToString("yyyy-MM-dd", null);

    private static object Row(string code, string name, params string[] from) =>
        new
        {
            code,
            name,
            type = "commune",
            parentCode = "12",
            from,
        };

    private Task<HttpResponseMessage> Merge(
        string day,
        object[] units,
        bool dryRun = false,
        string[]? abolished = null,
        HttpClient? admin = null
    ) =>
        (admin ?? house.Admin).PostAsJsonAsync(
            $"/api/points/units/merges?dryRun={(dryRun ? "true" : "false")}",
            new
            {
                act = Act,
                effectiveOn = day,
                units,
                abolished = abolished ?? [],
            }
        );

    /// <summary>As if the point had been planned days ago.</summary>
    private Task SetBack(Guid point, int days) =>
        house.Database.Execute(
            $"""
            UPDATE point_memberships SET valid_from = valid_from - {days} WHERE point_id = '{point}';
            UPDATE point_states SET at = at - interval '{days} days' WHERE point_id = '{point}';
            """
        );

    private async Task<JsonElement> Point(Guid id, HttpClient? client = null) =>
        await Ok(await (client ?? house.Editor).GetAsync($"/api/points/{id}"));

    private async Task<string> Raw(string path) => (await Ok(await house.Editor.GetAsync(path))).GetRawText();

    private async Task<List<(string? Unit, string? From, string? To)>> Memberships(
        Guid id,
        HttpClient? client = null
    ) =>
        [
            .. (await Ok(await (client ?? house.Editor).GetAsync($"/api/points/{id}/history")))
                .GetProperty("memberships")
                .EnumerateArray()
                .Select(m =>
                    (
                        m.GetProperty("unitCode").GetString(),
                        m.GetProperty("from").GetString(),
                        m.TryGetProperty("to", out var to) ? to.GetString() : null
                    )
                ),
        ];

    private async Task<List<JsonElement>> InUnit(string code) =>
        [
            .. (await Ok(await house.Editor.GetAsync($"/api/points?unit={code}&limit=500")))
                .GetProperty("items")
                .EnumerateArray(),
        ];

    private async Task<int> Communes() =>
        (await Ok(await house.Editor.GetAsync("/api/points/units?limit=500"))).GetProperty("items").GetArrayLength();
}
