using LaiChau.PointAgent.Identity;
using LaiChau.PointAgent.Library;
using LaiChau.PointAgent.Neighbours;
using LaiChau.PointAgent.Pull;
using LaiChau.PointAgent.Sticks;
using LaiChau.PointAgent.Storage;

namespace LaiChau.PointAgent.Portal;

/// <summary>For the officer in the room: is the point well, how fresh is it, what is on its way.</summary>
internal static class StatePage
{
    public static IResult Get(
        HttpContext http,
        PageFrame frame,
        AgentOptions options,
        AgentDb db,
        EnrolPoint enrolment,
        PullState pulls,
        LinkBudget budget,
        Shelf shelf,
        Scrub scrub,
        StickWatch sticks,
        CarryEvents carried,
        Neighbourhood neighbourhood,
        TrustedClock clock
    )
    {
        var waiting = db.Read(c => c.Scalar<long>("SELECT count(*) FROM event"));
        var language = Reader.Of(http).Language;
        (string Name, string Value)[] rows =
        [
            ("Điểm", enrolment.Identity?.Name ?? "chưa ghi danh"),
            ("Đơn vị", enrolment.Identity?.UnitName ?? "chưa rõ"),
            ("Mã điểm", enrolment.Identity?.PointId.ToString() ?? "chưa có"),
            ("Máy chủ", options.ServerRoot.Host),
            (
                "Liên lạc lần cuối",
                pulls.IsHeld ? "đang nối với máy chủ"
                : pulls.LastContact is { } last ? $"{Say.Moment(last.At)} ({Say.Ago(clock.Now - last.At)})"
                : "chưa liên lạc lần nào"
            ),
            ("Phiên bản danh mục", pulls.Freshest is { } seen ? Say.Count(seen.MetadataVersion) : "chưa có"),
            (
                "USB lần gần nhất",
                pulls.Stick is { } stick ? $"{stick.Says()} ({Say.Ago(clock.Now - stick.At)})" : "chưa có lần nào"
            ),
            (
                "Nội dung đang có",
                $"{shelf.Shown.Count()} mục, {Say.Size(shelf.Held.Sum(r => r.Files.Sum(f => f.Size)))}{(options.QuotaBytes is { } quota ? $" trên {Say.Size(quota)}" : "")}"
            ),
            ("Đang tải", pulls.Running is { } now ? Progress(now, language) : "không có gì"),
            (
                "Chờ tải",
                pulls.Queue.Count == 0
                    ? "không có gì"
                    : $"{pulls.Queue.Count} mục, {Say.Size(pulls.Queue.Sum(q => q.Size))}"
            ),
            .. pulls
                .Queue.Where(q => q.Why is not null)
                .Select(q => (Languages.Pick(q.Title, language).Text, $"{Say.Size(q.Size)}. {q.Why}")),
            ("Đã dùng đường truyền tháng này", Spent(budget, options)),
            ("Máy bên cạnh", neighbourhood.Says()),
            ("Đã lấy từ máy bên cạnh", Say.Size(neighbourhood.Taken)),
            ("Chỗ trống trên đĩa", Say.Size(new DriveInfo(options.DataFolder).AvailableFreeSpace)),
            (
                "Kiểm tra thư viện",
                scrub.Last switch
                {
                    null => "chưa kiểm tra lần nào",
                    { After: null } read =>
                        $"{Say.Moment(read.At)}: {Say.Size(read.Bytes)} nguyên vẹn{(read.Spoilt > 0 ? $", {read.Spoilt} tệp hỏng đã bỏ để tải lại" : "")}",
                    var going => $"đang đọc, {Say.Size(going.Bytes)} nguyên vẹn",
                }
            ),
            (
                "Số liệu chờ gửi",
                $"{Say.Count(waiting)} mục{(carried.Last is { } given ? $"; USB «{given.Stick}» đã chép {Say.Count(given.Events)} mục để mang về ({Say.Ago(clock.Now - given.At)})" : "")}"
            ),
            ("Giờ của máy", Say.Moment(clock.Now)),
            ("Phiên bản chương trình", Product.Version),
        ];
        var troubles = Troubles(enrolment, pulls, sticks, clock).ToList();
        return frame.Of(
            http,
            "Tình trạng của điểm",
            Html.Of(
                $"""
                <p><a class="back" href="/">{Icon.Of(Icon.Back)} Trang chính</a></p>
                <h1>Tình trạng của điểm</h1>
                {(
                    troubles.Count == 0
                        ? Html.Of($"""<p class="verdict good">Điểm hoạt động bình thường. {frame.Freshness()}</p>""")
                        : Html.Each(
                            troubles,
                            t => Html.Of($"""<p class="verdict bad">{Icon.Of(Icon.Warning)}<span>{t}</span></p>""")
                        )
                )}
                <dl class="state">{Html.Each(
                    rows,
                    r => Html.Of($"<div><dt>{r.Name}</dt><dd>{r.Value}</dd></div>")
                )}</dl>
                """
            )
        );
    }

    private static IEnumerable<string> Troubles(
        EnrolPoint enrolment,
        PullState pulls,
        StickWatch sticks,
        TrustedClock clock
    )
    {
        if (enrolment.Identity is null)
            yield return enrolment.Refusal is { } refusal
                ? $"Máy chủ từ chối mã ghi danh ({refusal}). Hãy xin Sở cấp mã mới rồi chạy lại lệnh enrol."
                : "Điểm chưa được ghi danh. Hãy xin Sở mã ghi danh rồi nhập vào máy này.";
        if (pulls.Trouble is { } trouble)
            yield return trouble;
        if (pulls.DiskIsFull)
            yield return "Đĩa đã đầy: nội dung đang có vẫn xem được, nội dung mới phải chờ. Hãy dọn bớt đĩa.";
        if (pulls.Stick is { NeedsCare: true } stick && sticks.Present.Any(s => s.Name == stick.Name))
            yield return stick.Says();
        if (!clock.MachineIsRight)
            yield return "Đồng hồ của máy sai nhiều. Hãy chỉnh lại ngày giờ.";
    }

    internal static string Spent(LinkBudget budget, AgentOptions options) =>
        options.MonthlyBytes is { } most
            ? $"{Say.Size(budget.Used)} trên {Say.Size(most)}, trong đó {Say.Size(options.UrgentReserve)} dành cho tin khẩn"
            : Say.Size(budget.Used);

    private static string Progress(Transfer running, string language) =>
        $"{Languages.Pick(running.Title, language).Text}: {Say.Size(running.Fetched)} trên {Say.Size(running.Expected)}";
}
