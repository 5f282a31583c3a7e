using System.Net;

namespace LaiChau.OpsConsole.Tests;

public sealed class FormsTests(ConsoleFixture console) : IClassFixture<ConsoleFixture>
{
    [Fact]
    public async Task Refuses_a_form_that_did_not_come_from_its_page()
    {
        using var visitor = console.SignIn("Người duyệt mẫu", "reviewer");
        await visitor.Open("/console");
        var (status, text) = await visitor.SendRaw($"/console/noi-dung/{Samples.Waiting}/phe-duyet");
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("Biểu mẫu đã hết hạn", text, StringComparison.Ordinal);
        Assert.DoesNotContain(
            console.Server.Calls,
            c =>
                c.Method == "POST"
                && c.Path.EndsWith("/approve", StringComparison.Ordinal)
                && c.Path.Contains(Samples.Waiting.ToString(), StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task Recalls_with_a_reason_and_a_message()
    {
        using var visitor = console.SignIn("Vận hành mẫu", "ops");
        var page = $"/console/noi-dung/{Samples.Published}/thu-hoi";
        var (_, asked) = await visitor.Open(page);
        Assert.Contains("không rút lại được", asked, StringComparison.Ordinal);
        var (status, text) = await visitor.Send(
            page,
            page,
            ("ly-do", "Số liệu mẫu sai"),
            ("loi-nhan", "Xin lỗi bà con")
        );
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains("Lệnh thu hồi đã được nhận", text, StringComparison.Ordinal);
        var call = Assert.Single(
            console.Server.Calls,
            c => c.Method == "POST" && c.Path == $"/api/catalog/releases/{Samples.Published}/recall"
        );
        Assert.Equal("ops", call.Role);
        using var body = System.Text.Json.JsonDocument.Parse(call.Body);
        Assert.Equal("Số liệu mẫu sai", body.RootElement.GetProperty("reason").GetString());
        Assert.Equal("Xin lỗi bà con", body.RootElement.GetProperty("message").GetProperty("vi").GetString());
    }

    [Fact]
    public async Task Asks_for_the_reason_that_is_missing()
    {
        using var visitor = console.SignIn("Vận hành mẫu", "ops");
        var page = $"/console/noi-dung/{Samples.Recalled}/thu-hoi";
        var (status, text) = await visitor.Send(page, page, ("ly-do", "  "), ("loi-nhan", "Lời đã viết"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        Assert.Contains("cần ghi rõ lý do", text, StringComparison.Ordinal);
        Assert.Contains("Lời đã viết", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Says_the_refusal_of_the_API_in_a_sentence()
    {
        console.Server.Refusals[$"/api/catalog/releases/{Samples.Hostile}/approve"] = (
            403,
            new { code = "author-cannot-approve", title = "no" }
        );
        using var visitor = console.SignIn("Quản trị mẫu", "admin");
        var page = $"/console/noi-dung/{Samples.Hostile}/phe-duyet";
        var (status, text) = await visitor.Send(page, page);
        Assert.Equal(HttpStatusCode.Forbidden, status);
        Assert.Contains("Người soạn không được tự phê duyệt", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Shows_an_enrolment_code_once_and_keeps_it_nowhere()
    {
        using var visitor = console.SignIn("Vận hành mẫu", "ops");
        var page = $"/console/diem/{Samples.NewPoint}";
        var (status, text) = await visitor.Send(page, page + "/ma-ghi-danh");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains("K7QF-2M9X-PA4T", text, StringComparison.Ordinal);
        Assert.Contains("chỉ hiện một lần", text, StringComparison.Ordinal);
        var (_, after) = await visitor.Open(page);
        Assert.DoesNotContain("K7QF-2M9X-PA4T", after, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keeps_what_an_editor_typed_when_the_API_refuses()
    {
        console.Server.Refusals["/api/bulletins"] = (422, new { code = "invalid", title = "Chuyên mục không hợp lệ" });
        using var visitor = console.SignIn("Biên tập mẫu", "editor");
        var (status, text) = await visitor.Send(
            "/console/ban-tin/moi",
            "/console/ban-tin/moi",
            ("muc", "urgent"),
            ("tac-gia", "Người viết mẫu"),
            ("ngon-ngu-0", "vi"),
            ("tieu-de-0", "Tiêu đề đã gõ"),
            ("than-bai-0", "Thân bài dài đã gõ"),
            ("hieu-luc-den", "2026-12-31T17:30")
        );
        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Contains("Chuyên mục không hợp lệ", text, StringComparison.Ordinal);
        Assert.Contains("Tiêu đề đã gõ", text, StringComparison.Ordinal);
        Assert.Contains("Thân bài dài đã gõ", text, StringComparison.Ordinal);
        Assert.Contains("2026-12-31T17:30", text, StringComparison.Ordinal);
        var call = Assert.Single(console.Server.Calls, c => c.Method == "POST" && c.Path == "/api/bulletins");
        Assert.Contains("2026-12-31T10:30:00", call.Body, StringComparison.Ordinal);
        Assert.Contains("\"priority\":\"urgent\"", call.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Adds_and_drops_a_language_without_losing_the_others()
    {
        using var visitor = console.SignIn("Biên tập mẫu", "editor");
        var (_, more) = await visitor.Send(
            "/console/ban-tin/moi",
            "/console/ban-tin/moi",
            ("ngon-ngu-0", "vi"),
            ("tieu-de-0", "Tiêu đề một"),
            ("lenh", "them-ngon-ngu")
        );
        Assert.Contains("Tiêu đề một", more, StringComparison.Ordinal);
        Assert.Contains("name=\"tieu-de-1\"", more, StringComparison.Ordinal);
        var (_, fewer) = await visitor.Send(
            "/console/ban-tin/moi",
            "/console/ban-tin/moi",
            ("ngon-ngu-0", "vi"),
            ("tieu-de-0", "Tiêu đề một"),
            ("ngon-ngu-1", "hni"),
            ("tieu-de-1", "Tiêu đề hai"),
            ("lenh", "bo-0")
        );
        Assert.DoesNotContain("Tiêu đề một", fewer, StringComparison.Ordinal);
        Assert.Contains("Tiêu đề hai", fewer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Renews_the_access_token_and_takes_the_roles_it_brings()
    {
        console.Server.TokenSeconds = 30;
        using var visitor = console.SignIn("Người mẫu", "officer");
        await visitor.Open("/console");
        console.Server.TokenSeconds = 3600;
        console.Server.SignsIn = console.Server.SignsIn with { Roles = ["ops"] };
        var before = console.Server.Refreshes;
        var (_, text) = await visitor.Open("/console/diem");
        Assert.Equal(before + 1, console.Server.Refreshes);
        Assert.Contains("/console/diem/moi", text, StringComparison.Ordinal);
        await visitor.Open("/console/diem");
        Assert.Equal(before + 1, console.Server.Refreshes);
    }

    [Fact]
    public async Task Ends_the_session_on_sign_out()
    {
        using var visitor = console.SignIn("Người mẫu", "officer");
        var (_, text) = await visitor.Send("/console", "/console/dang-xuat");
        Assert.Contains("Bạn đã đăng xuất", text, StringComparison.Ordinal);
        console.Server.SignsIn = new ContractServer.Account(Guid.CreateVersion7(), "Người khác mẫu", "officer");
        var (_, again) = await visitor.Open("/console");
        Assert.Contains("Người khác mẫu", again, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hands_an_attachment_on_with_its_name_language_and_type()
    {
        using var visitor = console.SignIn("Biên tập mẫu", "editor");
        var (status, text) = await visitor.Upload(
            $"/console/ban-tin/{Samples.Draft}",
            $"/console/ban-tin/{Samples.Draft}/tep",
            "tep",
            "nghe thử.mp3",
            "audio/mpeg",
            "ID3 mẫu",
            ("ngon-ngu", "hni"),
            ("chu-thich", "Bản đọc mẫu")
        );
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains("Đã đính kèm tệp", text, StringComparison.Ordinal);
        var call = Assert.Single(console.Server.Calls, c => c.Path.Contains("/attachments", StringComparison.Ordinal));
        Assert.Equal(
            $"/api/bulletins/{Samples.Draft}/attachments?name={Uri.EscapeDataString("nghe thử.mp3")}&language=hni&caption={Uri.EscapeDataString("Bản đọc mẫu")}",
            call.Path
        );
        Assert.Equal("ID3 mẫu", call.Body);
    }

    [Fact]
    public async Task Says_in_a_page_that_a_file_is_too_large()
    {
        using var visitor = console.SignIn("Biên tập mẫu", "editor");
        var (status, text) = await visitor.Upload(
            $"/console/ban-tin/{Samples.Draft}",
            $"/console/ban-tin/{Samples.Draft}/tep",
            "tep",
            "dai.mp3",
            "audio/mpeg",
            new string('a', 2_000_000)
        );
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, status);
        Assert.Contains("Mỗi tệp được tối đa 97,7 KB", text, StringComparison.Ordinal);
    }
}
