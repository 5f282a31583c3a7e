using System.Net;
using System.Net.Http.Headers;
using LaiChau.PointAgent.Library;
using Microsoft.Extensions.DependencyInjection;

namespace LaiChau.PointAgent.Tests.Portal;

public sealed class PortalTests
{
    [Fact]
    public async Task Shows_emergencies_first_and_then_the_newest()
    {
        await using var room = await PortalRoom.Open();
        await Samples.Fill(room);
        var home = await room.Page("/");
        string[] inOrder =
        [
            "KHẨN CẤP",
            "Cảnh báo lũ quét",
            "Mới nhất",
            "tập huấn dùng điện thoại",
            "Chăm sóc nương chè Shan",
            "Chủ đề",
            "Thống kê truy cập",
        ];
        Assert.Equal(inOrder, inOrder.OrderBy(text => home.IndexOf(text, StringComparison.Ordinal)));
        Assert.DoesNotContain("<script", home, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Shows_the_text_of_a_release_with_its_pictures_inside_the_page()
    {
        await using var room = await PortalRoom.Open();
        await room.Show("nong-nghiep/che-shan", "Chăm sóc nương chè Shan", Samples.CheShan());
        var page = await room.Page("/r/nong-nghiep/che-shan");
        Assert.Contains("một tôm hai lá", page, StringComparison.Ordinal);
        Assert.Contains("src=\"/r/nong-nghiep/che-shan/hinh-1-nuong-che.png\"", page, StringComparison.Ordinal);
        Assert.Contains("1 lượt xem", page, StringComparison.Ordinal);
        Assert.Contains("to-roi-cham-soc-che-shan.pdf", page, StringComparison.Ordinal);
        Assert.True(
            page.IndexOf("<audio", StringComparison.Ordinal) < page.IndexOf("class=\"text\"", StringComparison.Ordinal),
            "Listening comes before reading."
        );
    }

    [Theory]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("\"><img src=x onerror=alert(1)>")]
    [InlineData("</title><script>alert(1)</script>")]
    public async Task A_hostile_title_stays_text(string title)
    {
        await using var room = await PortalRoom.Open();
        await room.Show("a/b", title, [Samples.Page("index.html", "<p>x</p>")]);
        foreach (var path in new[] { "/", "/r/a/b", "/tim-kiem?q=" + Uri.EscapeDataString(title) })
        {
            var markup = await room.Client.GetStringAsync(new Uri(path, UriKind.Relative));
            Assert.DoesNotContain("<script", markup, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("<img src=x", markup, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Theory]
    [InlineData("/r/a/b/../../../../etc/passwd")]
    [InlineData("/r/a/b/%2e%2e/%2e%2e/agent.db")]
    [InlineData("/r/a/b/..%2f..%2fagent.db")]
    [InlineData("/r/a/b/%2fetc%2fpasswd")]
    [InlineData("/r/a")]
    [InlineData("/r/")]
    [InlineData("/nothing")]
    public async Task What_is_not_on_the_shelf_is_a_friendly_404(string path)
    {
        await using var room = await PortalRoom.Open();
        await room.Show("a/b", "Một", [Samples.Page("index.html", "<p>x</p>")]);
        using var answer = await room.Client.GetAsync(
            new Uri(
                room.Address + path.TrimStart('/'),
                new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }
            )
        );
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Contains(
            "Không tìm thấy",
            WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync()),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Serves_ranges_of_a_file_and_nothing_when_it_is_unchanged()
    {
        await using var room = await PortalRoom.Open();
        var sound = Enumerable.Range(0, 5000).Select(i => (byte)i).ToArray();
        await room.Show("a/b", "Một", [("am thanh.mp3", "audio/mpeg", sound)]);
        var address = new Uri("/r/a/b/am%20thanh.mp3", UriKind.Relative);

        using var request = new HttpRequestMessage(HttpMethod.Get, address)
        {
            Headers = { Range = new RangeHeaderValue(1000, 1999) },
        };
        using var part = await room.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
        Assert.Equal("audio/mpeg", part.Content.Headers.ContentType?.MediaType);
        Assert.Equal(sound[1000..2000], await part.Content.ReadAsByteArrayAsync());

        using var again = new HttpRequestMessage(HttpMethod.Get, address);
        again.Headers.IfNoneMatch.Add(part.Headers.ETag!);
        using var unchanged = await room.Client.SendAsync(again);
        Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);
    }

    [Fact]
    public async Task An_html_file_by_itself_runs_nothing_and_every_answer_is_guarded()
    {
        await using var room = await PortalRoom.Open();
        await room.Show(
            "a/b",
            "Một",
            [Samples.Page("index.html", "<script>alert(1)</script>"), ("x.bin", "application/x-msdownload", [1])]
        );
        using var file = await room.Client.GetAsync(new Uri("/r/a/b/index.html", UriKind.Relative));
        Assert.StartsWith(
            "sandbox;",
            file.Headers.GetValues("Content-Security-Policy").Single(),
            StringComparison.Ordinal
        );
        using var program = await room.Client.GetAsync(new Uri("/r/a/b/x.bin", UriKind.Relative));
        Assert.Equal("application/octet-stream", program.Content.Headers.ContentType?.MediaType);
        Assert.Equal("attachment", program.Content.Headers.ContentDisposition?.DispositionType);
        using var home = await room.Client.GetAsync(new Uri("/", UriKind.Relative));
        Assert.Equal("nosniff", home.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.StartsWith(
            "default-src 'none'",
            home.Headers.GetValues("Content-Security-Policy").Single(),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("chè")]
    [InlineData("che")]
    [InlineData("NƯƠNG CHÈ")]
    [InlineData("một tôm")]
    [InlineData("mot tom")]
    [InlineData("don vao mua dong")]
    [InlineData("che\u0300 nu\u031Bo\u031Bng")]
    public async Task Finds_with_and_without_marks_however_they_are_composed(string question)
    {
        await using var room = await PortalRoom.Open();
        await Samples.Fill(room);
        Assert.Contains(
            "Chăm sóc nương chè Shan",
            await room.Page("/tim-kiem?q=" + Uri.EscapeDataString(question)),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_word_with_its_marks_finds_itself_before_words_like_it()
    {
        await using var room = await PortalRoom.Open();
        await room.Show("a/ban", "Bàn ghế", [Samples.Page("index.html", "<p>bàn</p>")]);
        await room.Show("a/ban2", "Bạn bè", [Samples.Page("index.html", "<p>bạn</p>")]);
        var found = await room.Page("/tim-kiem?q=b%C3%A0n");
        Assert.InRange(
            found.IndexOf("Bàn ghế", StringComparison.Ordinal),
            0,
            found.IndexOf("Bạn bè", StringComparison.Ordinal)
        );
    }

    [Theory]
    [InlineData("")]
    [InlineData("\"")]
    [InlineData("exact : (x)")]
    [InlineData("* OR NEAR(")]
    [InlineData("khongcogi")]
    public async Task A_strange_question_is_answered_politely(string question)
    {
        await using var room = await PortalRoom.Open();
        await Samples.Fill(room);
        var page = await room.Page("/tim-kiem?q=" + Uri.EscapeDataString(question));
        Assert.Contains("Tìm kiếm", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Gives_each_reader_the_chosen_language_and_forgets_it_with_the_session()
    {
        await using var room = await PortalRoom.Open();
        await room.Show(
            "ban-tin/a",
            "Chào bà con",
            [
                Samples.Page("index.vi.html", "<p>Tiếng Việt đây</p>"),
                Samples.Page("index.hmn-Latn-x-rpa.html", "<p>Nyob zoo</p>"),
            ],
            r =>
                r with
                {
                    Title = new() { ["vi"] = "Chào bà con", ["hmn-Latn-x-rpa"] = "Nyob zoo" },
                    Files = [.. r.Files.Select((f, i) => f with { Language = i == 0 ? "vi" : "hmn-Latn-x-rpa" })],
                }
        );
        Assert.Contains("Tiếng Việt đây", await room.Page("/r/ban-tin/a"), StringComparison.Ordinal);
        using var chosen = await room.Client.GetAsync(new Uri("/ngon-ngu/hmn-Latn-x-vn", UriKind.Relative));
        var cookie = chosen.Headers.GetValues("Set-Cookie").Single();
        Assert.DoesNotContain("expires", cookie, StringComparison.OrdinalIgnoreCase);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/r/ban-tin/a", UriKind.Relative));
        request.Headers.Add("Cookie", cookie.Split(';')[0]);
        using var answer = await room.Client.SendAsync(request);
        var page = await answer.Content.ReadAsStringAsync();
        Assert.Contains("<p>Nyob zoo</p>", page, StringComparison.Ordinal);
        Assert.Contains("<h1 lang=\"hmn-Latn-x-rpa\">Nyob zoo</h1>", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hides_what_is_not_yet_or_no_longer_valid()
    {
        await using var room = await PortalRoom.Open();
        var now = room.Services.GetRequiredService<TimeProvider>().GetUtcNow();
        await room.Show(
            "a/soon",
            "Chưa đến lúc",
            [Samples.Page("index.html", "x")],
            r => r with { ValidFrom = now.AddHours(1) }
        );
        await room.Show(
            "a/late",
            "Đã quá hạn",
            [Samples.Page("index.html", "x")],
            r => r with { ValidUntil = now.AddSeconds(-1) }
        );
        var home = await room.Page("/");
        Assert.DoesNotContain("Chưa đến lúc", home, StringComparison.Ordinal);
        Assert.DoesNotContain("Đã quá hạn", home, StringComparison.Ordinal);
        Assert.Equal(2, room.Services.GetRequiredService<Shelf>().Held.Length);
    }
}
