using LaiChau.Testing;
using Microsoft.Playwright;

namespace LaiChau.OpsConsole.Tests;

public sealed class BrowserTests(ConsoleFixture console) : IClassFixture<ConsoleFixture>
{
    private static readonly (string Name, string Path)[] Pages =
    [
        ("tong-quan", "/console"),
        ("diem", "/console/diem"),
        ("diem-moi", "/console/diem/moi"),
        ("diem-moi-2", "/console/diem/moi?xa=03478"),
        ("diem-im-lang", $"/console/diem/{Samples.SilentPoint}"),
        ("diem-dong", $"/console/diem/{Samples.SilentPoint}/dong"),
        ("diem-mo-cua", $"/console/diem/{Samples.OnlinePoint}/mo-cua"),
        ("diem-mo-cua-sua", $"/console/diem/{Samples.OnlinePoint}/mo-cua/{Samples.Opened}/sua"),
        ("chi-tieu", "/console/chi-tieu"),
        ("chi-tieu-nhap", "/console/chi-tieu/nhap"),
        ("diem-nguoi", $"/console/diem/{Samples.OnlinePoint}/nguoi"),
        ("tap-huan", "/console/tap-huan"),
        ("tap-huan-nguoi", "/console/tap-huan/nguoi"),
        ("tap-huan-buoi", "/console/tap-huan/buoi"),
        ("tap-huan-buoi-moi", "/console/tap-huan/buoi/moi?xa=03478"),
        ("tap-huan-buoi-mot", $"/console/tap-huan/buoi/{Samples.OfStaff}"),
        ("tap-huan-khoa", "/console/tap-huan/khoa"),
        ("to", "/console/to-cong-nghe-so"),
        ("to-mot", $"/console/to-cong-nghe-so/{Samples.Team}"),
        ("to-nguoi", $"/console/to-cong-nghe-so/{Samples.Team}/nguoi/{Samples.Member}"),
        ("to-moi", "/console/to-cong-nghe-so/moi?xa=03478"),
        ("van-ban", "/console/van-ban"),
        ("van-ban-mot", $"/console/van-ban/{Samples.Act}"),
        ("van-ban-sua", $"/console/van-ban/{Samples.Act}/sua"),
        ("van-ban-xoa", $"/console/van-ban/{Samples.Act}/xoa"),
        ("co-quan", "/console/co-quan"),
        ("co-quan-mot", $"/console/co-quan/{Samples.Office}"),
        ("co-quan-sua", $"/console/co-quan/{Samples.Office}/sua"),
        ("viec", "/console/viec"),
        ("viec-moi", $"/console/viec/moi?diem={Samples.SilentPoint}"),
        ("viec-moi-noi", "/console/viec/moi?q=mau"),
        ("viec-dang-lam", $"/console/viec/{Samples.Broken}"),
        ("viec-da-dong", $"/console/viec/{Samples.Mended}"),
        ("noi-dung", "/console/noi-dung"),
        ("noi-dung-cho-duyet", $"/console/noi-dung/{Samples.Waiting}"),
        ("noi-dung-da-phat-hanh", $"/console/noi-dung/{Samples.Published}"),
        ("noi-dung-thu-hoi", $"/console/noi-dung/{Samples.Published}/thu-hoi"),
        ("ban-tin", "/console/ban-tin"),
        ("ban-tin-moi", "/console/ban-tin/moi"),
        ("ban-tin-sua", $"/console/ban-tin/{Samples.Draft}/sua"),
        ("ban-tin-nhap", $"/console/ban-tin/{Samples.Draft}"),
        ("ban-tin-cho-duyet", $"/console/ban-tin/{Samples.Submitted}"),
        ("phu-song", "/console/phu-song"),
        ("phu-song-thu-hoi", $"/console/phu-song/{Samples.Recalled}"),
        ("tai-khoan", "/console/tai-khoan"),
        ("du-lieu", $"/console/tai-khoan/du-lieu/{Samples.Author}"),
        ("du-lieu-xoa", $"/console/tai-khoan/du-lieu/{Samples.Member}/xoa"),
        ("quy-che", "/console/quy-che"),
        ("quy-che-mot", "/console/quy-che/2"),
        ("quy-che-moi", "/console/quy-che/moi"),
        ("quy-che-chap-nhan", "/console/quy-che/2/chap-nhan"),
        ("khong-co", "/console/khong-co"),
        ("da-dang-xuat", "/console/da-dang-xuat"),
    ];

    [Theory]
    [InlineData(360)]
    [InlineData(1440)]
    public async Task Every_page_is_accessible_and_fits_the_screen(int width)
    {
        console.Server.SignsIn = new ContractServer.Account(Guid.CreateVersion7(), "Quản trị mẫu", "admin");
        await using var browser = await Browser.Open(phone: width == 360);
        var page = await browser.NewPage();
        await page.SetViewportSizeAsync(width, 900);
        var complaints = new List<string>();
        page.Console += (_, message) =>
        {
            if (message.Type is "error" && !message.Text.Contains("404", StringComparison.Ordinal))
            {
                complaints.Add($"{page.Url}: {message.Text}");
            }
        };
        foreach (var (name, path) in Pages)
        {
            await page.GotoAsync(new Uri(console.Address, path).ToString());
            await page.AssertAccessible($"{name}-{width}");
            Assert.False(
                await page.EvaluateAsync<bool>(
                    "document.documentElement.scrollWidth > document.documentElement.clientWidth"
                ),
                $"{path} is wider than the screen."
            );
        }
        Assert.Empty(complaints);
    }

    [Theory]
    [InlineData("/console")]
    [InlineData("/console/diem")]
    public async Task Is_accessible_in_the_dark(string path)
    {
        console.Server.SignsIn = new ContractServer.Account(Guid.CreateVersion7(), "Quản trị mẫu", "admin");
        await using var browser = await Browser.Open();
        var page = await browser.NewPage();
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await page.GotoAsync(new Uri(console.Address, path).ToString());
        await page.AssertAccessible($"toi-{path.Split('/')[^1]}");
    }

    [Fact]
    public async Task Runs_no_script_of_the_content_under_review()
    {
        console.Server.SignsIn = new ContractServer.Account(Guid.CreateVersion7(), "Người duyệt mẫu", "reviewer");
        console.Server.Answers[$"/api/catalog/releases/{Samples.Waiting}/files/ac-y.html"] =
            Microsoft.AspNetCore.Http.Results.Text(
                "<!doctype html><title>mẫu</title><body onload=\"document.title='hong'\"><script>document.title='hong'</script><p>Nội dung mẫu</p>",
                "text/html; charset=utf-8"
            );
        await using var browser = await Browser.Open();
        var page = await browser.NewPage(
            new Uri(console.Address, $"/console/noi-dung/{Samples.Waiting}/tep/ac-y.html")
        );
        Assert.Equal("Nội dung mẫu", await page.Locator("p").InnerTextAsync());
        Assert.Equal("mẫu", await page.TitleAsync());
    }

    [Fact]
    public async Task Hands_a_case_on_by_keyboard_without_script()
    {
        console.Server.SignsIn = new ContractServer.Account(Guid.CreateVersion7(), "Cán bộ mẫu", "officer");
        await using var browser = await Browser.Open(javaScript: false);
        var page = await browser.NewPage(new Uri(console.Address, $"/console/viec/{Samples.Broken}"));
        await page.GetByText("Chuyển cho nơi khác xử lý").FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await page.GetByLabel("Chuyển cho", new() { Exact = true }).FocusAsync();
        await page.Keyboard.TypeAsync("Xã");
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.TypeAsync("Cần máy mới");
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Enter");
        await page.GetByText("Đã chuyển cho nơi khác xử lý.").WaitForAsync();
        Assert.Contains(
            console.Server.Calls,
            c =>
                c.Path == $"/api/points/cases/{Samples.Broken}/steps"
                && c.Body.Contains("\"assignee\":\"commune\"", StringComparison.Ordinal)
        );
    }

    [Theory]
    [InlineData(360)]
    [InlineData(1440)]
    public async Task Publishes_rules_without_script_after_they_were_read_once_more(int width)
    {
        console.Server.SignsIn = new ContractServer.Account(Guid.CreateVersion7(), "Quản trị mẫu", "admin");
        console.Server.Refusals["/api/points/rules"] = (
            422,
            new
            {
                code = "invalid",
                field = "inForceFrom",
                detail = "Ngày có hiệu lực không được ở trong quá khứ.",
            }
        );
        await using var browser = await Browser.Open(javaScript: false);
        var page = await browser.NewPage(new Uri(console.Address, "/console/quy-che/moi"));
        await page.SetViewportSizeAsync(width, 900);
        await page.GetByLabel("Tên quy chế").FillAsync("Quy chế mới (mẫu)");
        await page.GetByLabel("Nội dung").FillAsync("Điều 1. Mẫu.\nĐiều 2. Mẫu.");
        await page.GetByLabel("Có hiệu lực từ ngày").FillAsync("2099-01-01");
        await page.GetByRole(AriaRole.Button, new() { Name = "Xem lại" }).ClickAsync();
        await page.GetByText("không được ở trong quá khứ").WaitForAsync();
        await page.Shot($"quy-che-sai-{width}");
        console.Server.Refusals.TryRemove("/api/points/rules", out _);
        await page.GetByRole(AriaRole.Button, new() { Name = "Xem lại" }).ClickAsync();
        await page.GetByText("không sửa, không rút lại được").WaitForAsync();
        await page.Shot($"quy-che-xem-lai-{width}");
        await page.GetByRole(AriaRole.Button, new() { Name = "Ban hành phiên bản 3" }).ClickAsync();
        await page.GetByText("Đã ban hành quy chế.").WaitForAsync();
        Assert.Contains(
            console.Server.Calls,
            c =>
                c.Path == "/api/points/rules"
                && c.Body.Contains(@"1. M\u1EABu.\n\u0110i", StringComparison.OrdinalIgnoreCase)
        );
    }

    [Theory]
    [InlineData(360)]
    [InlineData(1440)]
    public async Task Erases_a_person_without_script_once_the_name_was_typed(int width)
    {
        console.Server.SignsIn = new ContractServer.Account(Guid.CreateVersion7(), "Quản trị mẫu", "admin");
        await using var browser = await Browser.Open(javaScript: false);
        var page = await browser.NewPage(
            new Uri(console.Address, $"/console/to-cong-nghe-so/{Samples.Team}/nguoi/{Samples.Member}")
        );
        await page.SetViewportSizeAsync(width, 900);
        await page.GetByRole(AriaRole.Link, new() { Name = "Xuất, xoá dữ liệu cá nhân" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Xoá dữ liệu" }).ClickAsync();
        await page.GetByLabel("Lý do xoá").FillAsync("Theo đơn (mẫu)");
        await page.GetByRole(AriaRole.Button, new() { Name = "Xem sẽ xoá gì" }).ClickAsync();
        await page.GetByLabel("gõ lại họ tên").FillAsync("Người khác");
        await page.GetByRole(AriaRole.Button, new() { Name = "Xoá vĩnh viễn" }).ClickAsync();
        await page.GetByText("phải gõ đúng").WaitForAsync();
        await page.Shot($"du-lieu-se-xoa-{width}");
        Assert.DoesNotContain(console.Server.Calls, c => Erases(c.Path));
        await page.GetByLabel("gõ lại họ tên").FillAsync("Người mẫu trong Tổ");
        await page.GetByRole(AriaRole.Button, new() { Name = "Xoá vĩnh viễn" }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "Đã xoá dữ liệu" }).WaitForAsync();
        await page.Shot($"du-lieu-da-xoa-{width}");
        Assert.Contains(console.Server.Calls, c => Erases(c.Path));
        console.Server.Calls.Clear();

        static bool Erases(string path) => path == $"/api/points/people/{Samples.Member}/erasure";
    }

    [Fact]
    public async Task Approves_by_keyboard_without_script()
    {
        console.Server.SignsIn = new ContractServer.Account(Guid.CreateVersion7(), "Người duyệt mẫu", "reviewer");
        await using var browser = await Browser.Open(javaScript: false);
        var page = await browser.NewPage(new Uri(console.Address, $"/console/noi-dung/{Samples.Waiting}"));
        await page.GetByRole(AriaRole.Link, new() { Name = "Phê duyệt" }).FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await page.GetByRole(AriaRole.Button, new() { Name = "Phê duyệt và phát hành" }).FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await page.GetByText("Đã phê duyệt.").WaitForAsync();
        Assert.Contains(
            console.Server.Calls,
            c => c.Method == "POST" && c.Path == $"/api/catalog/releases/{Samples.Waiting}/approve"
        );
    }
}
