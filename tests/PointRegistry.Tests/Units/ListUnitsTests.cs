using System.Net;
using System.Text.Json;
using Xunit;
using static LaiChau.PointRegistry.Tests.RegistryHouse;

namespace LaiChau.PointRegistry.Tests.Units;

public sealed class ListUnitsTests(RegistryHouse house)
{
    [Theory]
    [InlineData("2025-06-30", 106, 8)]
    [InlineData("2025-07-01", 38, 0)]
    public async Task A_day_has_its_own_map(string day, int communes, int districts)
    {
        var units = await All($"asOf={day}");
        Assert.Equal(communes, units.Count(u => Type(u) is "commune" or "ward" or "township"));
        Assert.Equal(
            districts,
            units.Count(u => Type(u) is "district" or "districtTown" or "provincialCity" or "city")
        );
        Assert.Equal(1, units.Count(u => Type(u) == "province"));
    }

    [Theory]
    [InlineData("Sìn Hồ")]
    [InlineData("sin ho")]
    [InlineData("SÌN HỒ")]
    [InlineData("si\u0300n ho\u0302\u0300")]
    public async Task Finds_a_name_with_and_without_marks(string typed) =>
        Assert.Contains(await All($"q={Uri.EscapeDataString(typed)}"), u => Name(u) == "Sìn Hồ");

    [Fact]
    public async Task A_name_with_marks_does_not_find_another_word() =>
        Assert.DoesNotContain(await All($"q={Uri.EscapeDataString("Sìn Hồ")}"), u => Name(u) == "Sin Suối Hồ");

    [Fact]
    public async Task Nothing_is_found_under_a_name_that_is_not_there() => Assert.Empty(await All("q=khongcoxanay"));

    [Theory]
    [InlineData("asOf=yesterday")]
    [InlineData("limit=many")]
    public async Task Refuses_what_it_cannot_read(string query) =>
        await Refused(
            await house.Editor.GetAsync($"/api/points/units?{query}"),
            HttpStatusCode.BadRequest,
            "bad-request"
        );

    [Fact]
    public async Task Is_for_accounts_only() =>
        await Refused(
            await house.Anonymous.GetAsync("/api/points/units"),
            HttpStatusCode.Unauthorized,
            "unauthenticated"
        );

    private static string Name(JsonElement unit) => unit.GetProperty("name").GetString()!;

    private static string Type(JsonElement unit) => unit.GetProperty("type").GetString()!;

    private async Task<IReadOnlyList<JsonElement>> All(string query)
    {
        var all = new List<JsonElement>();
        for (string? after = null; ; )
        {
            var page = await Ok(await house.Editor.GetAsync($"/api/points/units?{query}&limit=20&after={after}"));
            all.AddRange(page.GetProperty("items").EnumerateArray());
            after = page.TryGetProperty("next", out var next) ? next.GetString() : null;
            if (after is null)
            {
                return all;
            }
        }
    }
}
