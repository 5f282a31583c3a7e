using System.Net;
using System.Text.Json;

namespace LaiChau.OpsConsole.Tests;

public sealed class PersonalDataTests(ConsoleFixture console) : IClassFixture<ConsoleFixture>
{
    private static readonly string Page = $"/console/tai-khoan/du-lieu/{Samples.Author}";
    private static readonly string Erasure = $"/api/points/people/{Samples.Author}/erasure";

    [Fact]
    public async Task Shows_what_each_part_holds_about_the_person_of_an_account()
    {
        using var visitor = console.SignIn("Quản trị mẫu", "admin");
        var (_, accounts) = await visitor.Open("/console/tai-khoan");
        Assert.Contains(Page, accounts, StringComparison.Ordinal);
        var (status, text) = await visitor.Open(Page);
        Assert.Equal(HttpStatusCode.OK, status);
        foreach (
            var said in new[] { "Biên tập mẫu", "Việc và sự cố (2)", "Bản tin (1)", "không giữ gì", "/xuat", "/xoa" }
        )
        {
            Assert.Contains(said, text, StringComparison.Ordinal);
        }
        Assert.Equal(
            HttpStatusCode.NotFound,
            (await visitor.Open($"/console/tai-khoan/du-lieu/{Guid.CreateVersion7()}")).Status
        );
    }

    [Fact]
    public async Task Hands_out_all_of_it_in_one_file_or_none()
    {
        using var visitor = console.SignIn("Quản trị mẫu", "admin");
        using var file = await visitor.Fetch(Page + "/xuat");
        Assert.Equal("application/json", file.Content.Headers.ContentType?.MediaType);
        Assert.Equal($"du-lieu-{Samples.Author}.json", file.Content.Headers.ContentDisposition?.FileName);
        var written = await file.Content.ReadAsStringAsync();
        Assert.Contains("Biên tập mẫu", written, StringComparison.Ordinal);
        using var whole = JsonDocument.Parse(written);
        Assert.Equal(
            ["points", "bulletins", "catalog", "telemetry"],
            whole.RootElement.GetProperty("services").EnumerateArray().Select(s => s.GetProperty("service").GetString())
        );

        var away = $"/api/catalog/people/{Samples.Author}/export";
        var answer = console.Server.Answers[away];
        console.Server.Answers[away] = Microsoft.AspNetCore.Http.Results.StatusCode(503);
        try
        {
            var (status, text) = await visitor.Open(Page + "/xuat");
            Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
            Assert.Contains("Phần «Kho nội dung» của hệ thống hiện không trả lời", text, StringComparison.Ordinal);
            Assert.Contains("Bản tin (1)", (await visitor.Open(Page)).Text, StringComparison.Ordinal);
        }
        finally
        {
            console.Server.Answers[away] = answer;
        }
    }

    [Fact]
    public async Task Erases_only_after_the_plan_was_seen_and_the_user_name_typed()
    {
        using var visitor = console.SignIn("Quản trị mẫu", "admin");
        var (_, plan) = await visitor.Send(
            Page + "/xoa",
            Page + "/xoa",
            ("ly-do", "Theo đơn (mẫu)"),
            ("can-cu", "01/HD-MAU")
        );
        foreach (
            var said in new[]
            {
                "Chưa xoá gì.",
                "cases.raised_by_name",
                "1.234",
                "Mã của người ấy",
                "Tên còn trong lời người khác viết",
                "Các bước xử lý việc",
                "gõ lại tên đăng nhập",
            }
        )
        {
            Assert.Contains(said, plan, StringComparison.Ordinal);
        }
        (string, string)[] sent = [("ly-do", "Theo đơn (mẫu)"), ("lenh", "xoa")];
        foreach (var typed in new[] { "", "Bientap", "Biên tập mẫu" })
        {
            var (status, text) = await visitor.Send(Page + "/xoa", Page + "/xoa", [.. sent, ("xac-nhan", typed)]);
            Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
            Assert.Contains("Chưa xoá gì: phải gõ đúng «bientap»", text, StringComparison.Ordinal);
        }
        Assert.DoesNotContain(console.Server.Calls, c => c.Path == Erasure);

        var (_, done) = await visitor.Send(Page + "/xoa", Page + "/xoa", [.. sent, ("xac-nhan", " bientap ")]);
        Assert.Contains("<h1>Đã xoá dữ liệu</h1>", done, StringComparison.Ordinal);
        var call = Assert.Single(console.Server.Calls, c => c.Path == Erasure);
        using var body = JsonDocument.Parse(call.Body);
        Assert.Equal("Theo đơn (mẫu)", body.RootElement.GetProperty("reason").GetString());
    }

    [Fact]
    public async Task Says_at_the_reason_that_it_names_the_person()
    {
        var person = $"/console/tai-khoan/du-lieu/{Samples.Member}/xoa";
        console.Server.Refusals[$"/api/points/people/{Samples.Member}/erasure"] = (
            422,
            new
            {
                code = "invalid",
                field = "reason",
                detail = "Lý do không được nhắc tên người ấy.",
            }
        );
        using var visitor = console.SignIn("Quản trị mẫu", "admin");
        var (status, text) = await visitor.Send(person, person, ("ly-do", "Người mẫu trong Tổ xin xoá"));
        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Contains("<span>Lý do không được nhắc tên người ấy.</span>", text, StringComparison.Ordinal);
        Assert.Contains("Người mẫu trong Tổ xin xoá</textarea>", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Offers_nobody_to_erase_the_own_data()
    {
        using var visitor = console.SignIn(new ContractServer.Account(Samples.Author, "Biên tập mẫu", "admin"));
        var (_, text) = await visitor.Open(Page);
        Assert.Contains("Hãy nhờ một quản trị viên khác", text, StringComparison.Ordinal);
        Assert.DoesNotContain(Page + "/xoa", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ops")]
    [InlineData("commune")]
    public async Task Is_for_administrators_only(string role)
    {
        using var visitor = console.SignIn("Người mẫu", role);
        foreach (var page in new[] { "", "/xuat", "/xoa" })
        {
            var (status, text) = await visitor.Open(Page + page);
            Assert.Equal(HttpStatusCode.Forbidden, status);
            Assert.DoesNotContain("bientap", text, StringComparison.Ordinal);
        }
        var (_, member) = await visitor.Open($"/console/to-cong-nghe-so/{Samples.Team}/nguoi/{Samples.Member}");
        Assert.DoesNotContain("/du-lieu/", member, StringComparison.Ordinal);
    }
}
