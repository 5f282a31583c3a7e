using System.Net;
using System.Text.Json;
using Xunit;
using static LaiChau.PointRegistry.Tests.RegistryHouse;

namespace LaiChau.PointRegistry.Tests.Units;

/// <summary>The map on the two days around the reform of 2025, unit by unit.</summary>
public sealed class UnitMapTests(RegistryHouse house)
{
    [Theory]
    [InlineData("2025-06-30", 106, 8)]
    [InlineData("2025-07-01", 38, 0)]
    public async Task Each_day_has_exactly_its_units_with_their_parents_and_heirs(
        string day,
        int communes,
        int districts
    )
    {
        var facts = UnitFact.All().Where(f => f.IsInForce(day)).ToList();
        Assert.Equal((communes, communes + districts + 1), (facts.Count(f => f.IsCommune), facts.Count));

        var page = await Ok(await house.Editor.GetAsync($"/api/points/units?asOf={day}&limit=500"));
        Assert.Equal(
            facts.Select(f => $"{f.Code} {f.FullName} < {f.Parent} > {string.Join(' ', f.ReplacedBy.Order())}").Order(),
            page.GetProperty("items")
                .EnumerateArray()
                .Select(u =>
                    $"{Text(u, "code")} {Text(u, "fullName")} < {Text(u, "parentCode")} > {string.Join(' ', u.GetProperty("replacedBy").EnumerateArray().Select(r => r.GetString()).Order())}"
                )
                .Order()
        );
    }

    [Theory]
    [InlineData("2025-06-30", "Xã Lùng Thàng", "Huyện Sìn Hồ")]
    [InlineData("2025-07-01", "Xã Nậm Mạ", "Tỉnh Lai Châu")]
    public async Task A_unit_has_the_parent_of_its_day(string day, string name, string parent)
    {
        var fact = UnitFact.All().Single(f => f.IsInForce(day) && f.FullName == name);
        var page = await Ok(await house.Editor.GetAsync($"/api/points/units/{fact.Code}?asOf={day}"));
        Assert.Equal(name, Text(page.GetProperty("unit"), "fullName"));
        Assert.Equal(parent, Text(page.GetProperty("parent"), "fullName"));
    }

    [Fact]
    public async Task A_unit_names_what_it_came_from_and_what_it_became()
    {
        var now = UnitFact.All().Single(f => f.FullName == "Xã Sìn Hồ" && f.IsInForce("2025-07-01"));
        var from = UnitFact.All().Where(f => f.ReplacedBy.Contains(now.Code)).ToList();
        Assert.True(from.Count > 1);

        var page = await Ok(await house.Editor.GetAsync($"/api/points/units/{now.Code}"));
        Assert.Equal(from.Select(f => f.FullName).Order(), Names(page, "predecessors").Order());
        Assert.Empty(Names(page, "successors"));

        var old = await Ok(await house.Editor.GetAsync($"/api/points/units/{from[0].Code}?asOf=2025-06-30"));
        Assert.Equal(["Xã Sìn Hồ"], Names(old, "successors"));
    }

    [Theory]
    [InlineData("2025-06-30", 8)]
    [InlineData("2025-07-01", 38)]
    public async Task The_province_has_the_children_of_the_day(string day, int children) =>
        Assert.Equal(
            children,
            Names(await Ok(await house.Editor.GetAsync($"/api/points/units/12?asOf={day}")), "children").Count
        );

    [Fact]
    public async Task Counts_the_points_below_it()
    {
        var before = await Points("12");
        var inside = await Points("03613");
        await house.Planned("Điểm mẫu đếm theo xã", "03613");
        Assert.Equal(inside + 1, await Points("03613"));
        Assert.True(await Points("12") > before);
    }

    [Fact]
    public async Task A_unit_that_is_no_more_says_what_it_is_now()
    {
        using var answer = await house.Editor.GetAsync("/api/points/units/03391");
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        var problem = JsonElement.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Equal("unit-not-found", Text(problem, "code"));
        Assert.Equal(
            "Xã Lả Nhì Thàng không còn hiệu lực từ ngày 01/07/2025. Nay là Phường Đoàn Kết (03388).",
            Text(problem, "detail")
        );
    }

    [Theory]
    [InlineData("03391", "Lả Nhì Thàng")]
    public async Task Every_spelling_finds_an_old_unit_on_its_day(string code, string name)
    {
        foreach (var typed in new[] { name, name.ToUpperInvariant(), "la nhi thang", code })
        {
            var page = await Ok(
                await house.Editor.GetAsync($"/api/points/units?asOf=2025-06-30&q={Uri.EscapeDataString(typed)}")
            );
            Assert.Contains(page.GetProperty("items").EnumerateArray(), u => Text(u, "code") == code);
        }
    }

    [Fact]
    public async Task Finds_every_unit_by_every_spelling_that_papers_use()
    {
        var page = await Ok(await house.Editor.GetAsync("/api/points/units?asOf=2025-06-30&limit=500"));
        var spellings = page.GetProperty("items")
            .EnumerateArray()
            .SelectMany(u =>
                u.GetProperty("spellings")
                    .EnumerateArray()
                    .Select(s => (Code: Text(u, "code"), Spelling: s.GetString()!))
            )
            .ToList();
        Assert.NotEmpty(spellings);
        foreach (var (code, spelling) in spellings)
        {
            var found = await Ok(
                await house.Editor.GetAsync(
                    $"/api/points/units?asOf=2025-06-30&q={Uri.EscapeDataString(spelling.Normalize(System.Text.NormalizationForm.FormD))}"
                )
            );
            Assert.Contains(found.GetProperty("items").EnumerateArray(), u => Text(u, "code") == code);
        }
    }

    private async Task<int> Points(string code) =>
        (await Ok(await house.Editor.GetAsync($"/api/points/units/{code}"))).GetProperty("points").GetInt32();

    private static List<string> Names(JsonElement page, string list) =>
        [.. page.GetProperty(list).EnumerateArray().Select(u => Text(u, "fullName"))];

    private static string Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) ? value.GetString() ?? "" : "";
}
