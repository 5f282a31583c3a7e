using System.Net;

namespace LaiChau.OpsConsole.Tests;

public sealed class CasesTests(ConsoleFixture console) : IClassFixture<ConsoleFixture>
{
    [Fact]
    public async Task Lists_what_is_not_settled_with_the_most_urgent_first()
    {
        using var visitor = console.SignIn("Vận hành mẫu", "ops");
        var (status, text) = await visitor.Open("/console/viec");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains("Máy in không in được (mẫu)", text, StringComparison.Ordinal);
        Assert.Contains("quá hạn", text, StringComparison.Ordinal);
        Assert.Contains("/console/viec?sau=trang-sau", text, StringComparison.Ordinal);
        Assert.Contains(console.Server.Calls, c => c.Path == "/api/points/cases?settled=false&sort=priority&limit=50");
    }

    [Fact]
    public async Task Asks_the_registry_for_what_the_filter_says_and_keeps_it_on_the_next_page()
    {
        using var visitor = console.SignIn("Vận hành mẫu", "ops");
        var (_, text) = await visitor.Open(
            $"/console/viec?q=m%C3%A1y%20in&tinh=qua-han&loai=incident&giao=commune&diem={Samples.SilentPoint}&xep=due"
        );
        Assert.Contains("Điểm mẫu Bưu điện", text, StringComparison.Ordinal);
        Assert.Contains(
            $"/console/viec?q=m%C3%A1y%20in&tinh=qua-han&loai=incident&giao=commune&diem={Samples.SilentPoint}&xep=due&sau=trang-sau",
            text,
            StringComparison.Ordinal
        );
        Assert.Contains(
            console.Server.Calls,
            c =>
                c.Path
                == $"/api/points/cases?overdue=true&kind=incident&assignee=commune&point={Samples.SilentPoint}&q=m%C3%A1y%20in&sort=due&limit=50"
        );
    }

    [Fact]
    public async Task Shows_the_whole_history_and_the_next_step()
    {
        using var visitor = console.SignIn("Cán bộ mẫu", "officer");
        var (_, text) = await visitor.Open($"/console/viec/{Samples.Broken}");
        foreach (
            var said in new[]
            {
                "Báo đã xử lý xong",
                "Điểm đã liên lạc lại (mẫu).",
                "hệ thống",
                "Máy in mẫu",
                "Chuyển cho",
            }
        )
        {
            Assert.Contains(said, text, StringComparison.Ordinal);
        }
        Assert.DoesNotContain("value=\"reopen\"", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("officer", false)]
    [InlineData("commune", false)]
    [InlineData("ops", true)]
    public async Task Offers_steps_to_whom_it_is_with_and_above_and_a_word_to_everybody(string role, bool steps)
    {
        using var visitor = console.SignIn("Người mẫu", role);
        var (_, text) = await visitor.Open($"/console/viec/{Samples.Handed}");
        Assert.Equal(steps, text.Contains("value=\"accept\"", StringComparison.Ordinal));
        Assert.Equal(steps, text.Contains("value=\"assign\"", StringComparison.Ordinal));
        Assert.Contains("value=\"comment\"", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Shows_nothing_of_it_to_those_who_only_write_content()
    {
        using var visitor = console.SignIn("Biên tập mẫu", "editor");
        var (_, list) = await visitor.Open("/console/viec");
        Assert.Contains("không xem phần này", list, StringComparison.Ordinal);
        var (_, overview) = await visitor.Open("/console");
        Assert.DoesNotContain("/console/viec", overview, StringComparison.Ordinal);
        Assert.DoesNotContain(
            console.Server.Calls,
            c => c.Role == "editor" && c.Path.StartsWith("/api/points/cases", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task Takes_a_step_once_and_only_from_what_was_seen()
    {
        using var visitor = console.SignIn("Vận hành mẫu", "ops");
        var (status, text) = await visitor.Send(
            $"/console/viec/{Samples.Broken}",
            $"/console/viec/{Samples.Broken}/buoc",
            ("lan", "mot-lan"),
            ("phien-ban", "4"),
            ("buoc", "assign"),
            ("giao", "department"),
            ("han", "2026-12-24"),
            ("y-kien", "  Cần máy mới  ")
        );
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains("Đã chuyển cho nơi khác xử lý.", text, StringComparison.Ordinal);
        var call = Assert.Single(
            console.Server.Calls,
            c => c.Path == $"/api/points/cases/{Samples.Broken}/steps" && c.Once == "mot-lan"
        );
        Assert.Equal("\"4\"", call.IfMatch);
        Assert.Equal(
            """{"step":"assign","comment":"Cần máy mới","assignee":"department","priority":null,"dueOn":"2026-12-24"}""",
            Readable(call.Body)
        );
    }

    [Fact]
    public async Task Keeps_what_was_typed_when_somebody_was_faster()
    {
        var steps = $"/api/points/cases/{Samples.Mended}/steps";
        console.Server.Refusals[steps] = (
            412,
            new { code = "changed-meanwhile", detail = "Việc này vừa được người khác sửa. Hãy tải lại rồi sửa tiếp." }
        );
        using var visitor = console.SignIn("Vận hành mẫu", "ops");
        var (status, text) = await visitor.Send(
            $"/console/viec/{Samples.Mended}",
            $"/console/viec/{Samples.Mended}/buoc",
            ("phien-ban", "3"),
            ("buoc", "reopen"),
            ("y-kien", "Bảng lại rơi rồi")
        );
        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Contains("vừa được người khác sửa", text, StringComparison.Ordinal);
        Assert.Contains("Bảng lại rơi rồi</textarea>", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Raises_an_incident_of_a_point_from_its_page()
    {
        using var visitor = console.SignIn("Cán bộ mẫu", "officer");
        var (_, point) = await visitor.Open($"/console/diem/{Samples.SilentPoint}");
        var form = $"/console/viec/moi?diem={Samples.SilentPoint}";
        Assert.Contains(form, point, StringComparison.Ordinal);
        Assert.Contains("Máy in không in được (mẫu)", point, StringComparison.Ordinal);
        var (status, text) = await visitor.Send(
            form,
            "/console/viec/moi",
            ("lan", "bao-mot-lan"),
            ("diem", Samples.SilentPoint.ToString()),
            ("loai", "incident"),
            ("tieu-de", "Loa không kêu"),
            ("thiet-bi", "Máy in mẫu"),
            ("uu-tien", "high"),
            ("giao", "officer")
        );
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains("Đã báo.", text, StringComparison.Ordinal);
        var call = Assert.Single(console.Server.Calls, c => c.Once == "bao-mot-lan");
        Assert.Contains($"\"pointId\":\"{Samples.SilentPoint}\"", call.Body, StringComparison.Ordinal);
        Assert.Contains("\"priority\":\"high\"", call.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_commune_raises_of_its_points_or_of_itself()
    {
        using var visitor = console.SignIn(
            new ContractServer.Account(Guid.CreateVersion7(), "Xã mẫu", "commune") { Place = "unit:03478" }
        );
        var (_, choose) = await visitor.Open("/console/viec/moi");
        Assert.Contains("/console/viec/moi?xa=03478", choose, StringComparison.Ordinal);
        Assert.DoesNotContain("xa=03595", choose, StringComparison.Ordinal);
        var (_, form) = await visitor.Open("/console/viec/moi?xa=03478");
        Assert.Contains("Xã Sìn Hồ", form, StringComparison.Ordinal);
        Assert.DoesNotContain("value=\"officer\"", form, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Says_on_the_overview_what_nobody_has_taken_on()
    {
        using var visitor = console.SignIn("Vận hành mẫu", "ops");
        var (_, text) = await visitor.Open("/console");
        Assert.Contains("Hơn 1 việc, sự cố quá hạn", text, StringComparison.Ordinal);
        Assert.Contains("Máy in không in được (mẫu)", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Says_in_a_page_that_a_case_is_not_there()
    {
        using var visitor = console.SignIn("Cán bộ mẫu", "officer");
        var (status, text) = await visitor.Open($"/console/viec/{Guid.CreateVersion7()}");
        Assert.Equal(HttpStatusCode.NotFound, status);
        Assert.Contains("Không tìm thấy mục này trong phần «Việc và sự cố»", text, StringComparison.Ordinal);
    }

    private static string Readable(string json) =>
        System.Text.RegularExpressions.Regex.Unescape(json.Replace("\\u0022", "\\\"", StringComparison.Ordinal));
}
