using System.Net;

namespace LaiChau.OpsConsole.Tests;

public sealed class RulesTests(ConsoleFixture console) : IClassFixture<ConsoleFixture>
{
    private const string Form = "/console/quy-che/moi";

    [Fact]
    public async Task Shows_the_versions_with_their_day_and_the_text_as_it_was_written()
    {
        using var visitor = console.SignIn("Quản trị mẫu", "admin");
        var (_, list) = await visitor.Open("/console/quy-che");
        foreach (var said in new[] { "Quy chế thử (mẫu)", "Chưa đến ngày", "Đang có hiệu lực", "Đã thay thế" })
        {
            Assert.Contains(said, list, StringComparison.Ordinal);
        }
        var markup = await visitor.Markup("/console/quy-che/2");
        Assert.Contains("&lt;m", markup, StringComparison.Ordinal);
        var (status, text) = await visitor.Open("/console/quy-che/2");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains("Không cho ai mượn <mật khẩu> (mẫu).", text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await visitor.Open("/console/quy-che/99")).Status);
    }

    [Fact]
    public async Task Asks_once_more_before_rules_are_published_and_lets_them_be_changed()
    {
        using var visitor = console.SignIn("Quản trị mẫu", "admin");
        (string, string)[] typed =
        [
            ("ten", "Quy chế mới (mẫu)"),
            ("noi-dung", "Điều 1.\r\nĐiều 2."),
            ("tu", "2099-01-01"),
            ("can-cu", "01/HD-MAU"),
        ];
        var (_, asked) = await visitor.Send(Form, Form, typed);
        Assert.Contains("không sửa, không rút lại được", asked, StringComparison.Ordinal);
        Assert.Contains("Ban hành phiên bản 3", asked, StringComparison.Ordinal);
        var tried = Assert.Single(
            console.Server.Calls,
            c => c.Path == "/api/points/rules?dryRun=true" && c.Body.Contains("01/HD-MAU", StringComparison.Ordinal)
        );
        Assert.Contains("\"inForceFrom\":\"2099-01-01\",\"act\":\"01/HD-MAU\"", tried.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("\\r", tried.Body, StringComparison.Ordinal);

        var (_, again) = await visitor.Send(Form, Form, [.. typed, ("lenh", "sua-lai")]);
        Assert.Contains("value=\"01/HD-MAU\"", again, StringComparison.Ordinal);
        Assert.Contains("Điều 1.\nĐiều 2.</textarea>", again, StringComparison.Ordinal);
        Assert.DoesNotContain(console.Server.Calls, c => c is { Method: "POST", Path: "/api/points/rules" });

        var (_, done) = await visitor.Send(Form, Form, [.. typed, ("lenh", "ban-hanh"), ("lan", "quy-che-mot-lan")]);
        Assert.Contains("Đã ban hành quy chế.", done, StringComparison.Ordinal);
        Assert.Equal("/api/points/rules", Assert.Single(console.Server.Calls, c => c.Once == "quy-che-mot-lan").Path);
    }

    [Theory]
    [InlineData("title", "Tên quy chế phải có từ 1 đến 200 ký tự.", "id=\"ten\"")]
    [InlineData("text", "Nội dung quy chế phải có từ 1 đến 100000 ký tự.", "id=\"noi-dung\"")]
    [InlineData(null, "Chưa có văn bản «0/MAU» trong hệ thống; hãy thêm trước.", "id=\"can-cu\"")]
    public async Task Says_at_the_field_what_is_wrong_with_it(string? field, string detail, string marked)
    {
        using var visitor = console.SignIn("Quản trị mẫu", "admin");
        console.Server.Refusals["/api/points/rules"] = (
            422,
            new
            {
                code = field is null ? "act-unknown" : "invalid",
                field,
                detail,
            }
        );
        try
        {
            var (status, text) = await visitor.Send(Form, Form, ("ten", "Đã gõ"), ("tu", "2099-01-01"));
            Assert.Equal(HttpStatusCode.Conflict, status);
            Assert.Contains($"<span>{detail}</span>", text, StringComparison.Ordinal);
            Assert.Contains("value=\"Đã gõ\"", text, StringComparison.Ordinal);
            var at = text[text.IndexOf(marked, StringComparison.Ordinal)..];
            Assert.Contains(
                "aria-invalid=\"true\"",
                at[..at.IndexOf('>', StringComparison.Ordinal)],
                StringComparison.Ordinal
            );
        }
        finally
        {
            console.Server.Refusals.TryRemove("/api/points/rules", out _);
        }
    }

    [Fact]
    public async Task Asks_for_the_day_before_anybody_is_asked()
    {
        using var visitor = console.SignIn("Quản trị mẫu", "admin");
        var (status, text) = await visitor.Send(Form, Form, ("ten", "Không có ngày"), ("noi-dung", "Điều 1."));
        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Contains("<span>Cần chọn ngày có hiệu lực.</span>", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Finds_who_has_accepted_and_who_has_not()
    {
        const string page = "/console/quy-che/2/chap-nhan";
        using var visitor = console.SignIn("Quản trị mẫu", "admin");
        var (_, text) = await visitor.Open(page + "?q=m%E1%BA%ABu&tinh=chua&sau=trang-hai");
        foreach (var said in new[] { "Biên tập mẫu", "192.0.2.7", "Cán bộ mẫu", "Chưa chấp nhận" })
        {
            Assert.Contains(said, text, StringComparison.Ordinal);
        }
        Assert.Contains($"{page}?q=m%E1%BA%ABu&tinh=chua&sau=trang-sau", text, StringComparison.Ordinal);
        Assert.Contains(
            console.Server.Calls,
            c =>
                c.Path
                == "/api/points/rules/acceptances?version=2&accepted=false&q=m%E1%BA%ABu&limit=50&after=trang-hai"
        );
        await visitor.Open(page + "?tinh=roi");
        Assert.Contains(
            console.Server.Calls,
            c => c.Path == "/api/points/rules/acceptances?version=2&accepted=true&limit=50"
        );
    }

    [Theory]
    [InlineData("ops")]
    [InlineData("editor")]
    [InlineData("commune")]
    public async Task Is_for_administrators_only(string role)
    {
        using var visitor = console.SignIn("Người mẫu", role);
        var (_, home) = await visitor.Open("/console");
        Assert.DoesNotContain("/console/quy-che", home, StringComparison.Ordinal);
        foreach (var page in new[] { "", "/moi", "/2", "/2/chap-nhan" })
        {
            var (status, text) = await visitor.Open("/console/quy-che" + page);
            Assert.Equal(HttpStatusCode.Forbidden, status);
            Assert.Contains("không có quyền làm việc này", text, StringComparison.Ordinal);
        }
        Assert.Equal(HttpStatusCode.Forbidden, (await visitor.Send("/console", Form, ("ten", "Quy chế"))).Status);
    }
}
