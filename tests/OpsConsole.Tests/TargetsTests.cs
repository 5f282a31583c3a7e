using System.Net;

namespace LaiChau.OpsConsole.Tests;

public sealed class TargetsTests(ConsoleFixture console) : IClassFixture<ConsoleFixture>
{
    private const string Import = "/console/chi-tieu/nhap";
    private const string Table = "Mã điểm,Chỉ tiêu,Kỳ,Giá trị\nmẫu,Giờ mở cửa,2026-11,120\n";

    [Fact]
    public async Task Sums_up_a_place_and_goes_through_its_points()
    {
        using var visitor = console.SignIn("Vận hành mẫu", "ops");
        var (_, text) = await visitor.Open("/console/chi-tieu?ky=2026&chi-tieu=openHours&xa=03478");
        Assert.Contains("3 trên 4 điểm có chỉ tiêu đã đạt", text, StringComparison.Ordinal);
        Assert.Contains("vượt 20,5 giờ", text, StringComparison.Ordinal);
        Assert.Contains(
            "/console/chi-tieu?ky=2026&chi-tieu=openHours&xa=03478&sau=trang-sau",
            text,
            StringComparison.Ordinal
        );
        Assert.Contains(
            console.Server.Calls,
            c => c.Path == "/api/points/targets/summary?period=2026&metric=openHours&unit=03478"
        );
    }

    [Theory]
    [InlineData("37,5", "\"value\":37.5", "Đã lưu chỉ tiêu.")]
    [InlineData("", "\"value\":null", "Đã bỏ chỉ tiêu.")]
    public async Task Sets_a_target_and_takes_it_away(string typed, string sent, string said)
    {
        using var visitor = console.SignIn("Vận hành mẫu", "ops");
        var (_, text) = await visitor.Send(
            $"/console/diem/{Samples.OnlinePoint}/mo-cua",
            $"/console/diem/{Samples.OnlinePoint}/chi-tieu",
            ("chi-tieu", "openHours"),
            ("ky", "2026"),
            ("gia-tri", typed)
        );
        Assert.Contains(said, text, StringComparison.Ordinal);
        Assert.Contains(
            console.Server.Calls,
            c => c.Method == "PUT" && c.Body.Contains(sent, StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task Does_not_take_away_a_target_for_what_is_no_number()
    {
        using var visitor = console.SignIn("Vận hành mẫu", "ops");
        var before = console.Server.Calls.Count(c => c.Method == "PUT");
        var (status, text) = await visitor.Send(
            $"/console/diem/{Samples.OnlinePoint}/mo-cua",
            $"/console/diem/{Samples.OnlinePoint}/chi-tieu",
            ("chi-tieu", "openHours"),
            ("ky", "2026-11"),
            ("gia-tri", "nhiều")
        );
        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Contains("giá trị phải là một số", text, StringComparison.Ordinal);
        Assert.Contains("value=\"nhiều\"", text, StringComparison.Ordinal);
        Assert.Equal(before, console.Server.Calls.Count(c => c.Method == "PUT"));
    }

    [Fact]
    public async Task Tries_a_table_first_and_takes_it_only_when_told_to()
    {
        using var visitor = console.SignIn("Vận hành mẫu", "ops");
        var (status, tried) = await visitor.Upload(Import, Import, "tep", "chi-tieu.csv", "text/csv", Table);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains("Tệp đặt 12 chỉ tiêu, trong đó 5 là mới hoặc khác trước.", tried, StringComparison.Ordinal);
        Assert.DoesNotContain(console.Server.Calls, c => c.Path == "/api/points/targets/import");
        var carried = tried.Split("name=\"bang\" value=\"")[1].Split('"')[0];
        var (_, done) = await visitor.Send(Import, Import, ("lan", "nhap-mot-lan"), ("bang", carried));
        Assert.Contains("Đã nhập các chỉ tiêu trong tệp.", done, StringComparison.Ordinal);
        var call = Assert.Single(console.Server.Calls, c => c.Path == "/api/points/targets/import");
        Assert.Equal(Table, call.Body);
        Assert.Equal("nhap-mot-lan", call.Once);
    }

    [Fact]
    public async Task Shows_every_faulty_row_and_offers_nothing_to_confirm()
    {
        console.Server.Refusals["/api/points/targets/import"] = (
            422,
            new
            {
                code = "rows-invalid",
                detail = "Có 1 chỗ chưa đúng",
                faults = new[]
                {
                    new
                    {
                        row = 7,
                        column = "Kỳ",
                        message = "Kỳ ghi như 2026-11.",
                    },
                },
            }
        );
        try
        {
            using var visitor = console.SignIn("Vận hành mẫu", "ops");
            var (status, text) = await visitor.Upload(Import, Import, "tep", "chi-tieu.csv", "text/csv", Table);
            Assert.Equal(HttpStatusCode.Conflict, status);
            Assert.Contains("Dòng 7", text, StringComparison.Ordinal);
            Assert.Contains("Kỳ ghi như 2026-11.", text, StringComparison.Ordinal);
            Assert.Contains("Chưa có gì thay đổi", text, StringComparison.Ordinal);
            Assert.DoesNotContain("name=\"bang\"", text, StringComparison.Ordinal);
        }
        finally
        {
            console.Server.Refusals.TryRemove("/api/points/targets/import", out _);
        }
    }

    [Fact]
    public async Task Hands_out_the_list_of_points_for_filling_in()
    {
        using var visitor = console.SignIn("Vận hành mẫu", "ops");
        using var file = await visitor.Fetch("/console/diem/danh-sach");
        Assert.Equal(HttpStatusCode.OK, file.StatusCode);
        Assert.Equal("diem.xlsx", file.Content.Headers.ContentDisposition!.FileName);
    }
}
