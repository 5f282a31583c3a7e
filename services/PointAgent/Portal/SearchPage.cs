using LaiChau.PointAgent.Library;
using LaiChau.PointAgent.Storage;

namespace LaiChau.PointAgent.Portal;

internal static class SearchPage
{
    private const int Longest = 200;

    public static IResult Get(HttpContext http, PageFrame frame, Shelf shelf, AgentDb db, string? q)
    {
        var question = Vietnamese.Compose((q ?? "").Trim());
        if (question.Length > Longest)
            question = question[..Longest];
        var found = db.Find(question)
            .Select(id => shelf.Shown.FirstOrDefault(r => r.Id == id))
            .OfType<Release>()
            .ToList();
        var answer = found.Count switch
        {
            _ when question.Length == 0 => "Gõ điều muốn tìm vào ô phía trên, có dấu hoặc không dấu đều được.",
            0 => $"Chưa có nội dung nào về «{question}». Thử từ ngắn hơn, hoặc chọn chủ đề ở trang chính.",
            _ => $"Có {found.Count} mục về «{question}».",
        };
        return frame.Of(
            http,
            "Tìm kiếm",
            Html.Of(
                $"""
                <p><a class="back" href="/">{Icon.Of(Icon.Back)} Trang chính</a></p>
                <h1>Tìm kiếm</h1><p class="lead">{answer}</p>
                {Html.If(found.Count > 0, () => Cards.List(found, Reader.Of(http).Language))}
                """
            ),
            question: question
        );
    }
}
