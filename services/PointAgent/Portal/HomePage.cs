using LaiChau.PointAgent.Identity;
using LaiChau.PointAgent.Library;

namespace LaiChau.PointAgent.Portal;

/// <summary>What a citizen sees first: emergencies, the newest, the subjects.</summary>
internal static class HomePage
{
    private const int Newest = 12;

    public static IResult Get(HttpContext http, PageFrame frame, Shelf shelf, EnrolPoint enrolment)
    {
        var language = Reader.Of(http).Language;
        var shown = shelf.Shown.ToList();
        if (shown.Count == 0)
            return frame.Of(http, "Thư viện", Empty(enrolment.Identity is not null));
        var urgent = shown.Where(r => r.IsUrgent).ToList();
        var others = shown.Where(r => !r.IsUrgent).ToList();
        return frame.Of(
            http,
            "Trang chính",
            Html.Of(
                $"""
                <h1 class="hidden">Thư viện của {frame.PointName}</h1>
                {Cards.Urgent(urgent, language)}
                {Html.If(
                    others.Count > 0,
                    () => Html.Of($"<section><h2>Mới nhất</h2>{Cards.List(others.Take(Newest), language)}</section>")
                )}
                {TopicTiles(shown)}
                """
            )
        );
    }

    private static Html TopicTiles(List<Release> shown)
    {
        var counts = shown.CountBy(r => Topic.Of(r.Category).Code).ToDictionary();
        var topics = Topic.All.Where(t => counts.ContainsKey(t.Code));
        return Html.Of(
            $"""
            <section><h2>Chủ đề</h2><ul class="topics">
            {Html.Each(
                topics,
                t =>
                    Html.Of(
                        $"""<li><a class="t-{t.Code}" href="/chu-de/{t.Code}"><span class="tile">{Icon.Of(t.Picture)}</span><b>{t.Name}</b><small>{counts[t.Code]} mục</small></a></li>"""
                    )
            )}
            </ul></section>
            """
        );
    }

    private static Html Empty(bool isEnrolled) =>
        Html.Of(
            $"""
            <section class="notice"><span class="tile">{Icon.Of(Icon.Paper)}</span>
            <h1>Thư viện đang chờ những nội dung đầu tiên</h1>
            <p>{(
                isEnrolled
                    ? "Điểm đã được ghi danh. Nội dung sẽ tự hiện ra ở đây khi nhận đủ, không cần làm gì thêm."
                    : "Điểm chưa được ghi danh. Cán bộ phụ trách điểm xin Sở mã ghi danh rồi nhập vào máy này."
            )}</p>
            <p><a class="button" href="/trang-thai">Xem tình trạng của điểm</a></p></section>
            """
        );
}
