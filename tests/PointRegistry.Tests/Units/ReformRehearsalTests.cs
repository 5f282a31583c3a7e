using System.Diagnostics;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using LaiChau.Testing;
using Xunit;
using static LaiChau.PointRegistry.Tests.RegistryHouse;

namespace LaiChau.PointRegistry.Tests.Units;

/// <summary>
/// The reform of 2025 once more, on a map that does not know of it yet and with 5,000 points: 106 communes become 38, which is 68 mergers,
/// and the districts go.
/// </summary>
public sealed class ReformRehearsalTests(ITestOutputHelper output)
{
    private const string Eve = "2025-06-30";
    private const string Day = "2025-07-01";
    private const int Points = 5000;

    [Fact]
    public async Task The_reform_of_2025_moves_every_point_at_once_and_no_report_of_before_changes()
    {
        await using var house = await Create();
        var facts = UnitFact.All();
        var old = facts.Where(f => f.IsCommune && f.IsInForce(Eve)).ToList();
        await house.Database.Execute(
            $"""
            DELETE FROM unit_successions;
            DELETE FROM units WHERE valid_from >= '{Day}';
            UPDATE units SET valid_to = NULL WHERE valid_to = '{Day}';
            """
        );
        using var admin = house.Process.ClientWith(await house.TokenOf("admin"));
        admin.Timeout = TimeSpan.FromMinutes(8);
        await Plan(house, admin, old);
        var before = await Report(house, Eve);
        Assert.Equal(Points, Total(before));

        var request = new
        {
            act = "Nghị quyết số 1670/NQ-UBTVQH15",
            effectiveOn = Day,
            units = facts
                .Where(f => f.ValidFrom == Day)
                .Select(f => new
                {
                    code = f.Code,
                    name = f.Name,
                    type = f.Type,
                    parentCode = f.Parent,
                    from = old.Where(o => o.ReplacedBy.Contains(f.Code)).Select(o => o.Code),
                }),
            abolished = facts.Where(f => f is { IsCommune: false, ValidTo: Day }).Select(f => f.Code),
        };
        var watch = Stopwatch.StartNew();
        var preview = await Ok(await admin.PostAsJsonAsync("/api/points/units/merges?dryRun=true", request));
        var previewed = watch.Elapsed;
        Assert.Equal(Points, preview.GetProperty("points").GetProperty("points").GetInt32());
        Assert.Equal(before.GetRawText(), (await Report(house, Eve)).GetRawText());

        watch.Restart();
        await Ok(await admin.PostAsJsonAsync("/api/points/units/merges", request));
        output.WriteLine(
            $"{Points:n0} points, {old.Count} communes to {request.units.Count()}: preview {previewed.TotalSeconds:n1} s, merge {watch.Elapsed.TotalSeconds:n1} s"
        );

        Assert.Equal(before.GetRawText(), (await Report(house, Eve)).GetRawText());
        var after = await Report(house, Day);
        Assert.Equal(Points, Total(after));
        var then = CountsOf(before);
        Assert.Equal(
            request.units.Select(u => (u.code, u.from.Sum(code => then[code]))).Append(("12", Points)).Order(),
            CountsOf(after).Select(u => (u.Key, u.Value)).Order()
        );
        await TheMapIs(house, Eve, facts);
        await TheMapIs(house, Day, facts);
        // Every one of them is told of.
        await Eventually.Passes(
            async () => Assert.Equal(0L, await house.Database.Scalar<long>("SELECT count(*) FROM outbox")),
            TimeSpan.FromMinutes(3)
        );
        // Counted by what they are: one whose confirmation was late is told again.
        await Eventually.Passes(
            async () => Assert.Equal(2 * Points, (await house.Broker.Heard("point-profile-changed", 3 * Points)).Count),
            TimeSpan.FromMinutes(1)
        );
    }

    /// <summary>Planned from a file, and dated back to before the reform; some of them in the other states.</summary>
    private static async Task Plan(RegistryHouse house, HttpClient admin, List<UnitFact> communes)
    {
        var csv = new StringBuilder("Tên điểm;Mã xã, phường;Ngôn ngữ\n");
        for (var i = 0; i < Points; i++)
        {
            csv.Append(null, $"Điểm mẫu {i};{communes[i * i % communes.Count].Code};vi\n");
        }
        var planned = await Ok(await admin.PostAsync("/api/points/import", new StringContent(csv.ToString())));
        Assert.Equal(Points, planned.GetProperty("points").GetInt32());
        await house.Database.Execute(
            """
            UPDATE point_memberships SET valid_from = '2025-03-01';
            UPDATE point_states SET at = '2025-03-01T00:00:00Z';
            INSERT INTO point_states (point_id, version, state, at)
                SELECT id, 2, CASE WHEN substr(name, length(name)) < '7' THEN 'Active' ELSE 'Closed' END, '2025-05-01T00:00:00Z'
                FROM points WHERE substr(name, length(name)) < '8';
            UPDATE points SET version = 2, state = s.state FROM point_states AS s WHERE s.point_id = points.id AND s.version = 2;
            """
        );
    }

    private static async Task TheMapIs(RegistryHouse house, string day, IReadOnlyList<UnitFact> facts)
    {
        var page = await Ok(await house.Editor.GetAsync($"/api/points/units?asOf={day}&limit=500"));
        Assert.Equal(
            facts.Where(f => f.IsInForce(day)).Select(f => $"{f.Code} {f.FullName}").Order(StringComparer.Ordinal),
            page.GetProperty("items")
                .EnumerateArray()
                .Select(u => $"{u.GetProperty("code").GetString()} {u.GetProperty("fullName").GetString()}")
                .Order(StringComparer.Ordinal)
        );
    }

    private static async Task<JsonElement> Report(RegistryHouse house, string day) =>
        await Ok(await house.Editor.GetAsync($"/api/points/summary?asOf={day}"));

    private static int Total(JsonElement report) => report.GetProperty("total").GetProperty("points").GetInt32();

    private static Dictionary<string, int> CountsOf(JsonElement report) =>
        report
            .GetProperty("units")
            .EnumerateArray()
            .ToDictionary(
                u => u.GetProperty("code").GetString()!,
                u => u.GetProperty("counts").GetProperty("points").GetInt32()
            );
}
