using LaiChau.PointAgent.Library;

namespace LaiChau.PointAgent.Portal;

internal static class TopicPage
{
    public static IResult Get(string topic, HttpContext http, PageFrame frame, Shelf shelf)
    {
        if (Topic.Find(topic) is not { } found)
            return NotFoundPage.Get(http, frame);
        var releases = shelf.Shown.Where(r => r.Category == found.Code).ToList();
        return frame.Of(
            http,
            found.Name,
            Html.Of(
                $"""
                <p><a class="back" href="/">{Icon.Of(Icon.Back)} Trang chính</a></p>
                <h1 class="heading t-{found.Code}"><span class="tile">{Icon.Of(found.Picture)}</span>{found.Name}</h1>
                {(
                    releases.Count > 0
                        ? Cards.List(releases, Reader.Of(http).Language)
                        : Html.Of($"<p class=\"quiet\">Chủ đề này chưa có nội dung nào.</p>")
                )}
                """
            )
        );
    }
}
