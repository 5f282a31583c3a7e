using System.Net;

namespace LaiChau.OpsConsole.Tests;

public sealed class OutageTests(ConsoleFixture console) : IClassFixture<ConsoleFixture>
{
    [Fact]
    public async Task Shows_what_the_other_parts_gave_when_one_is_away()
    {
        console.Server.Down.Clear();
        console.Server.Down.Add("/api/telemetry");
        using var visitor = console.SignIn("Vận hành mẫu", "ops");
        var (status, overview) = await visitor.Open("/console");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains(
            "Phần «Theo dõi và thống kê» của hệ thống hiện không trả lời",
            overview,
            StringComparison.Ordinal
        );
        Assert.Contains("bản tin chờ duyệt", overview, StringComparison.Ordinal);
        Assert.Contains("Chưa lấy được số liệu truy cập", overview, StringComparison.Ordinal);
        var (_, points) = await visitor.Open("/console/diem");
        Assert.Contains("Điểm mẫu Nhà văn hoá", points, StringComparison.Ordinal);
        Assert.Contains("chỉ thiếu tình trạng liên lạc", points, StringComparison.Ordinal);
        var (_, point) = await visitor.Open($"/console/diem/{Samples.OnlinePoint}");
        Assert.Contains("Điểm mẫu Nhà văn hoá", point, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answers_every_page_in_words_when_the_whole_API_is_away()
    {
        console.Server.Down.Clear();
        using var visitor = console.SignIn("Quản trị mẫu", "admin");
        await visitor.Open("/console");
        console.Server.Down.Add("/api");
        foreach (
            var path in (string[])
                [
                    "/console",
                    "/console/diem",
                    "/console/noi-dung",
                    "/console/ban-tin",
                    "/console/viec",
                    "/console/van-ban",
                    "/console/co-quan",
                    "/console/tap-huan",
                    "/console/tap-huan/buoi",
                    "/console/to-cong-nghe-so",
                    "/console/chi-tieu",
                    "/console/phu-song",
                    "/console/tai-khoan",
                    $"/console/diem/{Samples.OnlinePoint}",
                    $"/console/noi-dung/{Samples.Published}/thu-hoi",
                ]
        )
        {
            var (status, text) = await visitor.Open(path);
            Assert.True(status is HttpStatusCode.OK or HttpStatusCode.ServiceUnavailable, $"{path}: {status}");
            Assert.Contains("hiện không trả lời", text, StringComparison.Ordinal);
            Assert.Contains("aria-label=\"Các trang\"", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Answers_an_unknown_item_and_an_unknown_page_with_404_in_words()
    {
        console.Server.Down.Clear();
        using var visitor = console.SignIn("Người xem mẫu", "officer");
        var (status, text) = await visitor.Open($"/console/diem/{Guid.CreateVersion7()}");
        Assert.Equal(HttpStatusCode.NotFound, status);
        Assert.Contains("Không tìm thấy mục này", text, StringComparison.Ordinal);
        var (other, words) = await visitor.Open("/console/khong-co-trang-nay");
        Assert.Equal(HttpStatusCode.NotFound, other);
        Assert.Contains("Không có trang này", words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Says_what_to_do_next_when_there_is_nothing_yet()
    {
        console.Server.Down.Clear();
        console.Server.Answers["/api/points"] = new { items = Array.Empty<object>() };
        console.Server.Answers["/api/telemetry/coverage"] = new { items = Array.Empty<object>() };
        try
        {
            using var visitor = console.SignIn("Vận hành mẫu", "ops");
            var (_, points) = await visitor.Open("/console/diem");
            Assert.Contains("Đăng ký điểm đầu tiên", points, StringComparison.Ordinal);
            var (_, coverage) = await visitor.Open("/console/phu-song");
            Assert.Contains("Chưa có bản phát hành nào", coverage, StringComparison.Ordinal);
        }
        finally
        {
            Samples.Fill(console.Server);
        }
    }
}
