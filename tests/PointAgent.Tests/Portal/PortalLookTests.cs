using LaiChau.Testing;

namespace LaiChau.PointAgent.Tests.Portal;

public sealed class PortalLookTests
{
    [Fact]
    public async Task Every_page_is_usable_by_everybody_on_a_phone_and_on_a_screen()
    {
        await using var room = await PortalRoom.Open();
        await Samples.Fill(room);
        foreach (var phone in new[] { true, false })
        {
            await using var browser = await Browser.Open(phone, javaScript: true);
            var page = await browser.NewPage();
            foreach (
                var (name, path) in new[]
                {
                    ("trang-chinh", "/"),
                    ("noi-dung", "/r/nong-nghiep/che-shan"),
                    ("chu-de", "/chu-de/smart-farming"),
                    ("tim-kiem", "/tim-kiem?q=che"),
                    ("tinh-trang", "/trang-thai"),
                    ("khong-thay", "/r/khong/co"),
                }
            )
            {
                await page.GotoAsync(new Uri(room.Address, path).ToString());
                await page.AssertAccessible($"portal-{name}-{(phone ? 360 : 1280)}");
                var overflow = await page.EvaluateAsync<int>(
                    "document.documentElement.scrollWidth - document.documentElement.clientWidth"
                );
                Assert.True(overflow <= 0, $"{path} is {overflow} px wider than the screen");
            }
        }
    }

    [Fact]
    public async Task What_is_touched_is_at_least_48_pixels_high()
    {
        await using var room = await PortalRoom.Open();
        await Samples.Fill(room);
        await using var browser = await Browser.Open(phone: true);
        var page = await browser.NewPage(room.Address);
        var small = await page.EvaluateAsync<string[]>(
            """
            [...document.querySelectorAll('a:not(.skip), button, input')]
              .map(e => [e.matches('.card h3 a') ? e.closest('.card') : e, e.textContent.trim() || e.name])
              .filter(([e]) => e.getBoundingClientRect().height < 48)
              .map(([e, name]) => `${name}: ${e.getBoundingClientRect().height}`)
            """
        );
        Assert.Empty(small);
    }

    [Fact]
    public async Task The_home_page_fills_a_television()
    {
        await using var room = await PortalRoom.Open();
        await Samples.Fill(room);
        await using var browser = await Browser.Open();
        var page = await browser.NewPage();
        await page.SetViewportSizeAsync(1920, 1080);
        await page.GotoAsync(room.Address.ToString());
        await page.AssertAccessible("portal-trang-chinh-1920");
    }

    [Fact]
    public async Task A_point_without_content_says_what_it_waits_for()
    {
        await using var room = await PortalRoom.Open(enrolled: false);
        await using var browser = await Browser.Open(phone: true);
        var page = await browser.NewPage(room.Address);
        await page.AssertAccessible("portal-trong-360");
        Assert.Contains("chưa được ghi danh", await room.Page("/"), StringComparison.Ordinal);
    }
}
