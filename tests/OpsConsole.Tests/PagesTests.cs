using System.Net;

namespace LaiChau.OpsConsole.Tests;

public sealed class PagesTests(ConsoleFixture console) : IClassFixture<ConsoleFixture>
{
    [Fact]
    public async Task Sends_the_anonymous_to_sign_in()
    {
        using var http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false })
        {
            BaseAddress = console.Address,
        };
        using var first = await http.GetAsync("/console/diem");
        Assert.Equal(HttpStatusCode.Redirect, first.StatusCode);
        Assert.Equal("/console/dang-nhap", first.Headers.Location!.AbsolutePath);
        using var second = await http.GetAsync(first.Headers.Location);
        Assert.Equal(HttpStatusCode.Redirect, second.StatusCode);
        Assert.StartsWith(
            console.Server.Address + "connect/authorize?client_id=console",
            second.Headers.Location!.ToString(),
            StringComparison.Ordinal
        );
        Assert.Contains("code_challenge_method=S256", second.Headers.Location.Query, StringComparison.Ordinal);
        Assert.Contains("signin-oidc", second.Headers.Location.Query, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Comes_back_after_sign_in_to_the_page_that_was_asked_for()
    {
        using var visitor = console.SignIn("Vận hành mẫu", "ops");
        var (status, text) = await visitor.Open("/console/diem?tinh=im-lang");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains("Điểm mẫu Bưu điện", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Điểm mẫu Nhà văn hoá", text, StringComparison.Ordinal);
        Assert.Contains("Vận hành mẫu", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Finds_a_point_typed_without_diacritics()
    {
        using var visitor = console.SignIn("Vận hành mẫu", "ops");
        var (_, text) = await visitor.Open("/console/diem?q=sin%20ho");
        Assert.Contains("Điểm mẫu Nhà văn hoá", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Điểm mẫu Bưu điện", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_point_shows_what_is_there_and_what_it_has_been()
    {
        using var visitor = console.SignIn("Cán bộ mẫu", "officer");
        var (_, text) = await visitor.Open($"/console/diem/{Samples.OnlinePoint}");
        foreach (
            var said in new[]
            {
                "Di động",
                "Thứ 2, Thứ 3, Thứ 4, Thứ 5, Thứ 6",
                "Chủ nhật",
                "Máy in mẫu",
                "Có lỗi",
                "Ghi chú mẫu.",
                "Nghị quyết mẫu số 01",
                "máy tại điểm",
                "01/07/2025",
            }
        )
        {
            Assert.Contains(said, text, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("officer", false, false, false)]
    [InlineData("editor", false, true, false)]
    [InlineData("reviewer", true, false, false)]
    [InlineData("ops", false, false, true)]
    [InlineData("admin", true, true, true)]
    public async Task Offers_buttons_only_to_roles_that_may_use_them(
        string role,
        bool approves,
        bool writes,
        bool operates
    )
    {
        using var visitor = console.SignIn("Người mẫu", role);
        var (_, release) = await visitor.Open($"/console/noi-dung/{Samples.Waiting}");
        Assert.Equal(
            approves,
            release.Contains($"/console/noi-dung/{Samples.Waiting}/phe-duyet", StringComparison.Ordinal)
        );
        var (_, bulletins) = await visitor.Open("/console/ban-tin");
        Assert.Equal(writes, bulletins.Contains("/console/ban-tin/moi", StringComparison.Ordinal));
        var (_, point) = await visitor.Open($"/console/diem/{Samples.NewPoint}");
        Assert.Equal(operates, point.Contains("/ma-ghi-danh", StringComparison.Ordinal));
        Assert.Equal(role == "admin", point.Contains("/console/tai-khoan", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Gives_the_author_no_button_to_approve_with()
    {
        using var visitor = console.SignIn(
            new ContractServer.Account(Samples.Author, "Biên tập mẫu", "editor", "reviewer")
        );
        var (_, text) = await visitor.Open($"/console/noi-dung/{Samples.Waiting}");
        Assert.DoesNotContain("/phe-duyet", text, StringComparison.Ordinal);
        Assert.Contains("Bạn là người soạn nội dung này", text, StringComparison.Ordinal);
        var (_, bulletin) = await visitor.Open($"/console/ban-tin/{Samples.Submitted}");
        Assert.DoesNotContain("/duyet", bulletin, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Escapes_what_others_wrote()
    {
        using var visitor = console.SignIn("Người duyệt mẫu", "reviewer");
        foreach (
            var path in (string[])
                [
                    "/console/noi-dung",
                    $"/console/noi-dung/{Samples.Hostile}",
                    $"/console/noi-dung/{Samples.Hostile}/phe-duyet",
                ]
        )
        {
            var markup = await visitor.Markup(path);
            Assert.DoesNotContain("<script>alert", markup, StringComparison.Ordinal);
            Assert.DoesNotContain("<img src=x", markup, StringComparison.Ordinal);
            Assert.Contains("&lt;script&gt;alert", markup, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Shows_a_bulletin_as_its_readers_will_see_it_and_nothing_that_bites()
    {
        using var visitor = console.SignIn("Người duyệt mẫu", "reviewer");
        var markup = await visitor.Markup($"/console/ban-tin/{Samples.Submitted}");
        Assert.Contains("<h2>Việc cần làm</h2>", WebUtility.HtmlDecode(markup), StringComparison.Ordinal);
        Assert.DoesNotContain("javascript:", markup, StringComparison.Ordinal);
        Assert.DoesNotContain("<iframe", markup, StringComparison.Ordinal);
        Assert.Contains(
            $"<img src=\"/console/ban-tin/{Samples.Submitted}/tep/{Samples.Picture}\" alt=\"Chuồng\"",
            WebUtility.HtmlDecode(markup),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Shows_a_file_inside_a_fence()
    {
        using var visitor = console.SignIn("Người duyệt mẫu", "reviewer");
        using var file = await visitor.Fetch($"/console/noi-dung/{Samples.Waiting}/tep/index.html");
        Assert.Equal("text/html", file.Content.Headers.ContentType!.MediaType);
        var fence = string.Join(' ', file.Headers.GetValues("Content-Security-Policy"));
        Assert.StartsWith("sandbox allow-same-origin; default-src 'none'", fence, StringComparison.Ordinal);
        Assert.DoesNotContain("script", fence, StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(file.Headers.GetValues("X-Content-Type-Options")));
    }

    [Fact]
    public async Task Keeps_every_address_under_its_path()
    {
        using var visitor = console.SignIn("Quản trị mẫu", "admin");
        foreach (
            var path in (string[])
                [
                    "/console",
                    "/console/diem",
                    "/console/noi-dung",
                    "/console/ban-tin/moi",
                    "/console/phu-song",
                    "/console/tai-khoan",
                    $"/console/diem/{Samples.OnlinePoint}",
                ]
        )
        {
            var markup = await visitor.Markup(path);
            foreach (var attribute in (string[])["href=\"", "action=\"", "src=\""])
            {
                foreach (
                    var address in markup
                        .Split(attribute)
                        .Skip(1)
                        .Select(rest => rest[..rest.IndexOf('"', StringComparison.Ordinal)])
                )
                {
                    Assert.True(
                        address.StartsWith("/console", StringComparison.Ordinal)
                            // The token service's pages, behind the same door.
                            || address.StartsWith("/account/", StringComparison.Ordinal)
                            || address.StartsWith('#'),
                        $"{path} has {attribute}{address}"
                    );
                }
            }
        }
        using var style = await visitor.Fetch("/console/assets/console.css");
        Assert.Equal("text/css", style.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task Shows_the_access_statistics_on_every_page_and_counts_the_visit()
    {
        using var visitor = console.SignIn("Người xem mẫu", "officer");
        foreach (
            var path in (string[])
                [
                    "/console",
                    "/console/diem",
                    "/console/noi-dung",
                    "/console/phu-song",
                    "/console/ban-tin",
                    "/console/tai-khoan",
                    "/console/khong-co",
                ]
        )
        {
            var (_, text) = await visitor.Open(path);
            Assert.Contains("Đang truy cập: <b>1.079</b>", text, StringComparison.Ordinal);
            Assert.Contains("Khách: <b>1.078</b>", text, StringComparison.Ordinal);
            Assert.Contains("Thành viên: <b>1</b>", text, StringComparison.Ordinal);
            Assert.Contains("Tổng số lượt truy cập: <b>3.890.701</b>", text, StringComparison.Ordinal);
            Assert.Contains(
                console.Server.Calls,
                c =>
                    c.Path == "/api/telemetry/visits"
                    && c.Body.Contains($"\"path\":\"{path}\"", StringComparison.Ordinal)
                    && c.Body.Contains("\"member\":true", StringComparison.Ordinal)
            );
        }
    }

    [Fact]
    public async Task Names_points_that_may_still_show_what_was_recalled()
    {
        using var visitor = console.SignIn("Vận hành mẫu", "ops");
        var (_, overview) = await visitor.Open("/console");
        Assert.Contains("1 điểm có thể còn đang hiển thị", overview, StringComparison.Ordinal);
        Assert.Contains("1 điểm im lặng", overview, StringComparison.Ordinal);
        var (_, coverage) = await visitor.Open($"/console/phu-song/{Samples.Recalled}");
        var still = coverage[
            coverage.IndexOf("Điểm có thể còn đang hiển thị", StringComparison.Ordinal)..coverage.IndexOf(
                "Đã gỡ (1 điểm)",
                StringComparison.Ordinal
            )
        ];
        Assert.Contains("Điểm mẫu Bưu điện", still, StringComparison.Ordinal);
        Assert.DoesNotContain("Điểm mẫu Nhà văn hoá", still, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Does_not_follow_an_address_out_of_the_console_after_sign_in()
    {
        using var visitor = console.SignIn("Người xem mẫu", "officer");
        using var page = await visitor.Fetch("/console/dang-nhap?ve=https://example.org/");
        Assert.Equal(console.Address.Authority, page.RequestMessage!.RequestUri!.Authority);
        Assert.Equal("/console", page.RequestMessage.RequestUri.AbsolutePath);
    }
}
