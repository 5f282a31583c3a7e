using System.Net;

namespace LaiChau.OpsConsole.Tests;

public sealed class TrainingTests(ConsoleFixture console) : IClassFixture<ConsoleFixture>
{
    private static readonly string Session = $"/console/tap-huan/buoi/{Samples.OfStaff}";

    private ConsoleVisitor Commune() =>
        console.SignIn(new ContractServer.Account(Guid.CreateVersion7(), "Xã mẫu", "commune") { Place = "unit:03478" });

    [Fact]
    public async Task Says_who_lacks_what_and_hands_the_list_out()
    {
        using var visitor = console.SignIn("Vận hành mẫu", "ops");
        var (_, text) = await visitor.Open($"/console/tap-huan?xa=03478&khoa={Samples.Course}");
        foreach (var said in new[] { "Chưa học", "Đã hết hạn", "10/01/2026", "Tổ công nghệ số Bản mẫu" })
        {
            Assert.Contains(said, text, StringComparison.Ordinal);
        }
        var list = $"/console/tap-huan/con-thieu?xa=03478&khoa={Samples.Course}";
        Assert.Contains(list, text, StringComparison.Ordinal);
        Assert.Contains(
            $"/console/tap-huan?xa=03478&khoa={Samples.Course}&sau=trang-sau",
            text,
            StringComparison.Ordinal
        );
        using var file = await visitor.Fetch(list);
        Assert.Equal("con-thieu.csv", file.Content.Headers.ContentDisposition!.FileName);
        Assert.Contains(
            console.Server.Calls,
            c => c.Path == $"/api/points/training/gaps/export?unit=03478&course={Samples.Course}&format=xlsx"
        );
    }

    [Fact]
    public async Task Shows_nothing_of_people_to_those_who_only_write_content()
    {
        using var visitor = console.SignIn("Biên tập mẫu", "editor");
        foreach (var path in new[] { "/console/tap-huan", "/console/tap-huan/buoi", "/console/to-cong-nghe-so" })
        {
            var (_, text) = await visitor.Open(path);
            Assert.Contains("không xem phần này", text, StringComparison.Ordinal);
        }
        var (_, point) = await visitor.Open($"/console/diem/{Samples.OnlinePoint}");
        Assert.DoesNotContain("Người và tập huấn", point, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("officer", false, false)]
    [InlineData("commune", true, false)]
    [InlineData("ops", true, true)]
    public async Task Offers_sessions_to_communes_and_courses_to_the_department(string role, bool holds, bool sets)
    {
        using var visitor = console.SignIn("Người mẫu", role);
        var (_, sessions) = await visitor.Open("/console/tap-huan/buoi");
        Assert.Equal(holds, sessions.Contains("/console/tap-huan/buoi/moi", StringComparison.Ordinal));
        var (_, one) = await visitor.Open(Session);
        Assert.Equal(holds, one.Contains("Ghi điểm danh", StringComparison.Ordinal));
        var (_, courses) = await visitor.Open("/console/tap-huan/khoa");
        Assert.Equal(sets, courses.Contains("Tạo khoá học", StringComparison.Ordinal));
        Assert.Contains("12 tháng", courses, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Notes_who_was_there_and_leaves_the_others_alone()
    {
        using var visitor = Commune();
        var (_, text) = await visitor.Send(
            Session,
            Session + "/diem-danh",
            ($"tk-{Samples.Author}", ""),
            ($"tv-{Samples.Member}", "chua")
        );
        Assert.Contains("Đã ghi điểm danh.", text, StringComparison.Ordinal);
        var call = Assert.Single(
            console.Server.Calls,
            c => c.Path == $"/api/points/training/sessions/{Samples.OfStaff}/attendance"
        );
        Assert.Equal(
            $$"""{"people":[{"completed":false,"accountId":null,"memberId":"{{Samples.Member}}"}]}""",
            call.Body
        );
    }

    [Fact]
    public async Task Says_that_nobody_was_chosen()
    {
        using var visitor = Commune();
        var (status, text) = await visitor.Send(Session, Session + "/diem-danh", ($"tk-{Samples.Author}", ""));
        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Contains("chưa chọn ai có mặt", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tries_attendance_from_a_table_first()
    {
        using var visitor = Commune();
        var form = Session + "/nhap";
        const string table = "Họ tên,Hoàn thành\nmẫu,có\n";
        var (_, tried) = await visitor.Upload(form, form, "tep", "co-mat.csv", "text/csv", table);
        Assert.Contains("Tệp ghi 9 người, trong đó 7 người hoàn thành.", tried, StringComparison.Ordinal);
        Assert.DoesNotContain(console.Server.Calls, c => c.Path.EndsWith("/import", StringComparison.Ordinal));
        var (_, done) = await visitor.Send(
            form,
            form,
            ("bang", tried.Split("name=\"bang\" value=\"")[1].Split('"')[0])
        );
        Assert.Contains("Đã ghi điểm danh.", done, StringComparison.Ordinal);
        Assert.Equal(
            table,
            Assert.Single(console.Server.Calls, c => c.Path.EndsWith("/import", StringComparison.Ordinal)).Body
        );
    }

    [Fact]
    public async Task Counts_citizens_by_language_and_names_none()
    {
        using var visitor = Commune();
        var (_, text) = await visitor.Send(
            "/console/tap-huan/buoi/moi?xa=03478",
            "/console/tap-huan/buoi/moi",
            ("lan", "buoi-mot-lan"),
            ("xa", "03478"),
            ("khoa", Samples.Course.ToString()),
            ("ngay", "2026-01-06"),
            ("nguoi-day", "Người dạy mẫu"),
            ("loai", "citizens"),
            ("so-nguoi", "25"),
            ("ngon-ngu-0", "hmn-Latn-x-vn"),
            ("so-0", "18"),
            ("ngon-ngu-1", "")
        );
        Assert.Contains("Đã ghi buổi học.", text, StringComparison.Ordinal);
        Assert.Contains("không ghi tên ai", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Ghi điểm danh", text, StringComparison.Ordinal);
        var call = Assert.Single(console.Server.Calls, c => c.Once == "buoi-mot-lan");
        Assert.Contains("\"heads\":25,\"headsByLanguage\":{\"hmn-Latn-x-vn\":18}", call.Body, StringComparison.Ordinal);
        Assert.Contains("\"heldOn\":\"2026-01-06\"", call.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sets_a_course_up_and_changes_what_was_seen()
    {
        using var visitor = console.SignIn("Vận hành mẫu", "ops");
        var form = $"/console/tap-huan/khoa/{Samples.Course}";
        var (_, page) = await visitor.Open(form);
        Assert.Contains("name=\"phien-ban\" value=\"3\"", page, StringComparison.Ordinal);
        var (_, text) = await visitor.Send(
            form,
            form,
            ("phien-ban", "3"),
            ("ten", "Kỹ năng số (mẫu)"),
            ("vai-tro", "officer"),
            ("bat-buoc", "co"),
            ("thang", "24")
        );
        Assert.Contains("Đã sửa khoá học.", text, StringComparison.Ordinal);
        var call = Assert.Single(console.Server.Calls, c => c is { Method: "PUT", IfMatch: "\"3\"" });
        Assert.Contains(
            "\"roles\":[\"officer\"],\"forTeams\":false,\"required\":true,\"validMonths\":24",
            call.Body,
            StringComparison.Ordinal
        );
    }
}
