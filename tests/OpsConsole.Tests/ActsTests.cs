using System.Net;

namespace LaiChau.OpsConsole.Tests;

public sealed class ActsTests(ConsoleFixture console) : IClassFixture<ConsoleFixture>
{
    private static readonly string Act = $"/console/van-ban/{Samples.Act}";

    [Fact]
    public async Task Finds_acts_by_words_kind_issuer_and_day()
    {
        using var visitor = console.SignIn("Cán bộ mẫu", "officer");
        var (status, text) = await visitor.Open(
            $"/console/van-ban?q=m%E1%BA%ABu&loai=HD&co-quan={Samples.Office}&ngay=2025-01-01"
        );
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains("01/HD-MAU", text, StringComparison.Ordinal);
        Assert.Contains("được thay thế bởi 02/HD-MAU", text, StringComparison.Ordinal);
        Assert.Contains(
            $"/console/van-ban?q=m%E1%BA%ABu&loai=HD&co-quan={Samples.Office}&ngay=2025-01-01&sau=trang-sau",
            text,
            StringComparison.Ordinal
        );
        Assert.DoesNotContain("/console/van-ban/moi", text, StringComparison.Ordinal);
        Assert.Contains(
            console.Server.Calls,
            c => c.Path == $"/api/points/acts?q=m%E1%BA%ABu&kind=HD&issuer={Samples.Office}&asOf=2025-01-01&limit=50"
        );
    }

    [Fact]
    public async Task Shows_an_act_as_its_issuer_was_called_and_what_cites_it()
    {
        using var visitor = console.SignIn("Cán bộ mẫu", "officer");
        var (_, text) = await visitor.Open(Act);
        foreach (
            var said in new[]
            {
                "Sở cũ (mẫu)",
                "Hết hiệu lực",
                "13/09/2024",
                "99/KH-MAU",
                "02/HD-MAU",
                "Điểm mẫu Nhà văn hoá",
            }
        )
        {
            Assert.Contains(said, text, StringComparison.Ordinal);
        }
        Assert.DoesNotContain("/sua", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Tài khoản dẫn văn bản này", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Records_an_act_once_and_says_what_is_missing()
    {
        const string form = "/console/van-ban/moi";
        using var visitor = console.SignIn("Vận hành mẫu", "ops");
        var (status, missing) = await visitor.Send(form, form, ("so", "12/KH-MAU"), ("trich-yeu", "Đã gõ"));
        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Contains("cần chọn cơ quan ban hành và ngày ban hành", missing, StringComparison.Ordinal);
        Assert.Contains("Đã gõ</textarea>", missing, StringComparison.Ordinal);
        var (_, text) = await visitor.Send(
            form,
            form,
            ("lan", "van-ban-mot-lan"),
            ("so", "12/KH-MAU"),
            ("loai", "KH"),
            ("ngay", "2026-01-05"),
            ("co-quan", Samples.Office.ToString()),
            ("trich-yeu", "Kế hoạch mẫu"),
            ("thay-the", "01/HD-MAU")
        );
        Assert.Contains("Đã ghi văn bản.", text, StringComparison.Ordinal);
        var call = Assert.Single(console.Server.Calls, c => c.Once == "van-ban-mot-lan");
        Assert.Contains("\"date\":\"2026-01-05\"", call.Body, StringComparison.Ordinal);
        Assert.Contains("\"replaces\":\"01/HD-MAU\"", call.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("99/KH-MAU", true)]
    [InlineData("98/KH-MAU", false)]
    public async Task Names_what_it_replaces_by_id_until_it_is_typed_anew(string typed, bool byId)
    {
        using var visitor = console.SignIn("Vận hành mẫu", "ops");
        var (_, text) = await visitor.Send(
            Act + "/sua",
            Act + "/sua",
            ("phien-ban", "5"),
            ("so", "01/HD-MAU"),
            ("loai", "HD"),
            ("ngay", "2024-09-13"),
            ("co-quan", Samples.Office.ToString()),
            ("trich-yeu", "Hướng dẫn mẫu"),
            ("thay-the", typed),
            ("thay-the-so", "99/KH-MAU"),
            ("thay-the-ma", Samples.OlderAct.ToString())
        );
        Assert.Contains("Đã sửa văn bản.", text, StringComparison.Ordinal);
        Assert.Contains(
            console.Server.Calls,
            c =>
                c is { Method: "PUT", IfMatch: "\"5\"" }
                && c.Body.Contains(
                    $"\"replaces\":\"{(byId ? Samples.OlderAct.ToString() : typed)}\"",
                    StringComparison.Ordinal
                )
        );
    }

    [Fact]
    public async Task Asks_before_an_act_is_deleted_and_says_why_it_is_not()
    {
        using var visitor = console.SignIn("Vận hành mẫu", "ops");
        console.Server.Refusals[$"/api/points/acts/{Samples.Act}"] = (
            409,
            new { code = "act-cited", detail = "Văn bản đang được dẫn ở 1 điểm nên không xoá được." }
        );
        try
        {
            var (status, text) = await visitor.Send(Act + "/xoa", Act + "/xoa");
            Assert.Equal(HttpStatusCode.Conflict, status);
            Assert.Contains("đang được dẫn ở 1 điểm", text, StringComparison.Ordinal);
        }
        finally
        {
            console.Server.Refusals.TryRemove($"/api/points/acts/{Samples.Act}", out _);
        }
        var (_, done) = await visitor.Send(Act + "/xoa", Act + "/xoa");
        Assert.Contains("Đã xoá văn bản.", done, StringComparison.Ordinal);
        Assert.Contains(console.Server.Calls, c => c is { Method: "DELETE", IfMatch: "\"5\"" });
    }

    [Fact]
    public async Task Shows_an_organisation_with_its_names_in_time_and_adds_one()
    {
        var page = $"/console/co-quan/{Samples.Office}";
        using var visitor = console.SignIn("Vận hành mẫu", "ops");
        var (_, text) = await visitor.Open(page);
        foreach (var said in new[] { "Sở cũ (mẫu)", "Sở mới (mẫu)", "01/03/2025", "Uỷ ban mẫu", "01/HD-MAU" })
        {
            Assert.Contains(said, text, StringComparison.Ordinal);
        }
        var (_, changed) = await visitor.Send(
            page + "/sua",
            page + "/sua",
            ("phien-ban", "8"),
            ("loai", "department"),
            ("ten-0", "Sở cũ (mẫu)"),
            ("ten-tu-0", ""),
            ("ten-1", "Sở mới (mẫu)"),
            ("ten-tu-1", "2025-03-01"),
            ("ten-2", "Sở mới nữa (mẫu)"),
            ("ten-tu-2", "2026-01-01"),
            ("chu-quan-0", Samples.OlderOffice.ToString()),
            ("chu-quan-tu-0", ""),
            ("chu-quan-1", ""),
            ("chu-quan-tu-1", "")
        );
        Assert.Contains("Đã sửa cơ quan.", changed, StringComparison.Ordinal);
        var call = Assert.Single(console.Server.Calls, c => c is { Method: "PUT", IfMatch: "\"8\"" });
        Assert.Contains("\"from\":\"2026-01-01\"}]", call.Body, StringComparison.Ordinal);
        Assert.Contains(
            $"\"owners\":[{{\"ownerId\":\"{Samples.OlderOffice}\",\"from\":null}}]",
            call.Body,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Lets_readers_read_organisations_and_no_more()
    {
        using var visitor = console.SignIn("Biên tập mẫu", "editor");
        var (_, list) = await visitor.Open("/console/co-quan?q=c%C5%A9&ngay=2025-01-01");
        Assert.Contains("Sở mới (mẫu)", list, StringComparison.Ordinal);
        Assert.DoesNotContain("/console/co-quan/moi", list, StringComparison.Ordinal);
        Assert.Contains(
            console.Server.Calls,
            c => c.Path == "/api/points/organisations?q=c%C5%A9&asOf=2025-01-01&limit=50"
        );
        var (_, one) = await visitor.Open($"/console/co-quan/{Samples.Office}");
        Assert.DoesNotContain("/sua", one, StringComparison.Ordinal);
    }
}
