namespace LaiChau.PointAgent.Portal;

internal static class NotFoundPage
{
    public static IResult Get(HttpContext http, PageFrame frame) =>
        frame.Of(
            http,
            "Không tìm thấy",
            Html.Of(
                $"""
                <section class="notice"><span class="tile">{Icon.Of(Icon.Search)}</span>
                <h1>Không tìm thấy trang này</h1>
                <p>Nội dung có thể đã hết hạn hoặc đã được gỡ xuống. Mời bà con về trang chính hoặc tìm bằng ô phía trên.</p>
                <p><a class="button" href="/">Về trang chính</a></p></section>
                """
            ),
            StatusCodes.Status404NotFound
        );
}
