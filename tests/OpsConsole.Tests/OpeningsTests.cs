using System.Net;

namespace LaiChau.OpsConsole.Tests;

public sealed class OpeningsTests(ConsoleFixture console) : IClassFixture<ConsoleFixture>
{
    private static readonly string Log = $"/console/diem/{Samples.OnlinePoint}/mo-cua";

    [Fact]
    public async Task Shows_when_a_point_was_open_and_what_was_put_right()
    {
        using var visitor = console.SignIn("Cán bộ mẫu", "officer");
        var (status, text) = await visitor.Open(Log);
        Assert.Equal(HttpStatusCode.OK, status);
        foreach (
            var said in new[]
            {
                "07:30–11:30",
                "08:30–10:30",
                "Quản lý mẫu sửa",
                "31,25 giờ",
                "thiếu 6,25 giờ",
                "26 %",
                "thiếu 88,75 giờ",
                "Nhật ký bốn tuần gần nhất",
            }
        )
        {
            Assert.Contains(said, text, StringComparison.Ordinal);
        }
        var (_, point) = await visitor.Open($"/console/diem/{Samples.OnlinePoint}");
        Assert.Contains("theo lịch đến hôm nay 37,5 giờ", point, StringComparison.Ordinal);
        Assert.Contains(Log, point, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Goes_back_month_by_month()
    {
        using var visitor = console.SignIn("Cán bộ mẫu", "officer");
        var (_, text) = await visitor.Open(Log + "?ky=2026-01");
        Assert.Contains("Nhật ký tháng 1/2026", text, StringComparison.Ordinal);
        Assert.Contains(Log + "?ky=2025-12", text, StringComparison.Ordinal);
        Assert.Contains(Log + "?ky=2026-02", text, StringComparison.Ordinal);
        Assert.Contains(
            console.Server.Calls,
            c => c.Path == $"/api/points/{Samples.OnlinePoint}/openings?period=2026-01&limit=500"
        );
    }

    [Theory]
    [InlineData("officer", true, false)]
    [InlineData("editor", false, false)]
    [InlineData("ops", true, true)]
    public async Task Offers_the_log_to_those_at_points_and_targets_to_the_department(
        string role,
        bool records,
        bool sets
    )
    {
        using var visitor = console.SignIn("Người mẫu", role);
        var (_, text) = await visitor.Open(Log);
        Assert.Equal(records, text.Contains("Ghi một lần mở cửa", StringComparison.Ordinal));
        Assert.Equal(records, text.Contains("/gach-bo", StringComparison.Ordinal));
        Assert.Equal(sets, text.Contains("Lưu chỉ tiêu", StringComparison.Ordinal));
        var (_, targets) = await visitor.Open("/console/chi-tieu");
        Assert.Equal(sets, targets.Contains("/console/chi-tieu/nhap", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Records_an_opening_in_Vietnamese_time_and_once()
    {
        using var visitor = console.SignIn("Cán bộ mẫu", "officer");
        var (_, text) = await visitor.Send(
            Log,
            Log,
            ("lan", "mo-cua-mot-lan"),
            ("ngay", "2026-11-20"),
            ("mo", "18:00"),
            ("dong", "00:00"),
            ("ghi-chu", "Lớp buổi tối")
        );
        Assert.Contains("Đã ghi lần mở cửa.", text, StringComparison.Ordinal);
        var call = Assert.Single(console.Server.Calls, c => c.Once == "mo-cua-mot-lan");
        Assert.Contains("\"openedAt\":\"2026-11-20T18:00:00+07:00\"", Readable(call.Body), StringComparison.Ordinal);
        Assert.Contains("\"closedAt\":\"2026-11-21T00:00:00+07:00\"", Readable(call.Body), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Says_what_is_missing_and_keeps_what_was_typed()
    {
        using var visitor = console.SignIn("Cán bộ mẫu", "officer");
        var (status, text) = await visitor.Send(Log, Log, ("ngay", "2026-11-20"), ("ghi-chu", "Đã gõ"));
        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Contains("cần ghi ngày, giờ mở cửa và giờ đóng cửa", text, StringComparison.Ordinal);
        Assert.Contains("value=\"Đã gõ\"", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Corrects_what_was_seen_and_shows_a_refusal_in_place()
    {
        var form = $"{Log}/{Samples.Opened}/sua";
        using var visitor = console.SignIn("Cán bộ mẫu", "officer");
        var (_, page) = await visitor.Open(form);
        Assert.Contains("name=\"phien-ban\" value=\"2\"", page, StringComparison.Ordinal);
        Assert.Contains("value=\"07:30\"", page, StringComparison.Ordinal);
        var (_, done) = await visitor.Send(
            form,
            form,
            ("phien-ban", "2"),
            ("ngay", "2026-11-20"),
            ("mo", "08:00"),
            ("dong", "11:00")
        );
        Assert.Contains("Đã sửa lần mở cửa", done, StringComparison.Ordinal);
        Assert.Contains(
            console.Server.Calls,
            c => c is { Method: "PUT", IfMatch: "\"2\"" } && c.Path == $"/api/points/openings/{Samples.Opened}"
        );
    }

    [Fact]
    public async Task Strikes_out_only_with_a_reason()
    {
        var form = $"{Log}/{Samples.Opened}/gach-bo";
        using var visitor = console.SignIn("Cán bộ mẫu", "officer");
        var (missing, _) = await visitor.Send(form, form + "?ban=2");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, missing);
        var (_, text) = await visitor.Send(form, form + "?ban=2", ("ly-do", "Ghi nhầm ngày"));
        Assert.Contains("Đã gạch bỏ lần mở cửa.", text, StringComparison.Ordinal);
        var call = Assert.Single(console.Server.Calls, c => c.Path == $"/api/points/openings/{Samples.Opened}/strike");
        Assert.Equal("\"2\"", call.IfMatch);
    }

    private static string Readable(string json) => json.Replace("\\u002B", "+", StringComparison.OrdinalIgnoreCase);
}
