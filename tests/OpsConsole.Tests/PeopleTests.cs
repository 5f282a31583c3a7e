using System.Net;

namespace LaiChau.OpsConsole.Tests;

public sealed class PeopleTests(ConsoleFixture console) : IClassFixture<ConsoleFixture>
{
    private static readonly string Team = $"/console/to-cong-nghe-so/{Samples.Team}";

    [Fact]
    public async Task Shows_at_a_point_who_runs_it_what_they_lack_and_whom_to_call()
    {
        using var visitor = console.SignIn("Cán bộ mẫu", "officer");
        var (status, text) = await visitor.Open($"/console/diem/{Samples.OnlinePoint}/nguoi");
        Assert.Equal(HttpStatusCode.OK, status);
        foreach (
            var said in new[] { "Cán bộ vận hành điểm", "đã hết hạn (ngày 10/01/2026)", "tel:0912345678", "Tổ trưởng" }
        )
        {
            Assert.Contains(said, text, StringComparison.Ordinal);
        }
        Assert.Contains(
            console.Server.Calls,
            c => c.Path == $"/api/points/training/gaps?point={Samples.OnlinePoint}&limit=100"
        );
    }

    [Theory]
    [InlineData("officer", false)]
    [InlineData("commune", true)]
    public async Task Lets_the_commune_write_its_teams_and_the_point_read_them(string role, bool writes)
    {
        using var visitor = console.SignIn("Người mẫu", role);
        var (_, list) = await visitor.Open("/console/to-cong-nghe-so?q=b%E1%BA%A3n");
        Assert.Contains("Người mẫu trong Tổ", list, StringComparison.Ordinal);
        Assert.Equal(writes, list.Contains("/console/to-cong-nghe-so/moi", StringComparison.Ordinal));
        var (_, team) = await visitor.Open(Team);
        Assert.Contains("Xã cũ (mẫu)", team, StringComparison.Ordinal);
        Assert.Equal(writes, team.Contains("Thêm người vào Tổ", StringComparison.Ordinal));
        Assert.Equal(writes, team.Contains($"/nguoi/{Samples.Member}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Forms_a_team_and_takes_somebody_in()
    {
        using var visitor = console.SignIn(
            new ContractServer.Account(Guid.CreateVersion7(), "Xã mẫu", "commune") { Place = "unit:03478" }
        );
        var (_, formed) = await visitor.Send(
            "/console/to-cong-nghe-so/moi?xa=03478",
            "/console/to-cong-nghe-so/moi",
            ("lan", "to-mot-lan"),
            ("xa", "03478"),
            ("thon-ban", "Bản mẫu"),
            ("tu", "2025-03-01")
        );
        Assert.Contains("Đã lập Tổ.", formed, StringComparison.Ordinal);
        Assert.Contains(
            "\"unitCode\":\"03478\",\"since\":\"2025-03-01\"",
            Assert.Single(console.Server.Calls, c => c.Once == "to-mot-lan").Body,
            StringComparison.Ordinal
        );
        var (_, joined) = await visitor.Send(
            Team,
            Team + "/nguoi",
            ("lan", "nguoi-mot-lan"),
            ("ho-ten", "Người mới mẫu"),
            ("dien-thoai", "0987 654 321"),
            ("vai-tro", "member")
        );
        Assert.Contains("Đã thêm người vào Tổ.", joined, StringComparison.Ordinal);
        Assert.Single(console.Server.Calls, c => c.Once == "nguoi-mot-lan");
    }

    [Fact]
    public async Task Keeps_whoever_left_with_the_day()
    {
        using var visitor = console.SignIn("Xã mẫu", "commune");
        var form = $"{Team}/nguoi/{Samples.Member}";
        var (_, text) = await visitor.Send(
            form,
            form,
            ("ho-ten", "Người mẫu trong Tổ"),
            ("vai-tro", "leader"),
            ("tu", "2025-03-01"),
            ("den", "2026-02-01")
        );
        Assert.Contains("Đã lưu.", text, StringComparison.Ordinal);
        Assert.Contains(
            console.Server.Calls,
            c =>
                c.Method == "PUT"
                && c.Path == $"/api/points/teams/members/{Samples.Member}"
                && c.Body.Contains("\"until\":\"2026-02-01\"", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task Shows_a_refusal_beside_what_was_typed()
    {
        console.Server.Refusals[$"/api/points/teams/{Samples.Team}"] = (
            412,
            new { code = "changed-meanwhile", detail = "Tổ này vừa được người khác sửa." }
        );
        using var visitor = console.SignIn("Xã mẫu", "commune");
        var (status, text) = await visitor.Send(
            Team,
            Team,
            ("phien-ban", "5"),
            ("xa", "03478"),
            ("thon-ban", "Bản đã gõ"),
            ("den", "2026-02-01")
        );
        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Contains("vừa được người khác sửa", text, StringComparison.Ordinal);
        Assert.Contains("value=\"Bản đã gõ\"", text, StringComparison.Ordinal);
    }
}
