using LaiChau.PointAgent.Desk;
using LaiChau.PointAgent.Identity;
using LaiChau.PointAgent.Library;
using LaiChau.PointAgent.Pull;
using LaiChau.PointAgent.Telemetry;

namespace LaiChau.PointAgent.Portal;

/// <summary>What every page has: whose point it is, the way home, the search, the languages, the statistics.</summary>
internal sealed class PageFrame(
    Shelf shelf,
    Audience audience,
    EnrolPoint enrolment,
    PullState pulls,
    TrustedClock clock
)
{
    public string PointName => enrolment.Identity?.Name ?? "Điểm hỗ trợ công nghệ thông tin";

    public PageResult Of(HttpContext http, string title, Html main, int status = 200, string question = "")
    {
        var reader = Reader.Of(http);
        if (reader.IsNew)
            reader.Remember(http);
        audience.Visited(reader.Visitor, reader.IsNew);
        return new PageResult(Document(reader, title, main, question), status);
    }

    private Html Document(Reader reader, string title, Html main, string question) =>
        Html.Of(
            $"""
            <!doctype html>
            <html lang="vi">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="theme-color" content="#17354f">
            <title>{title} · {PointName}</title>
            <link rel="icon" href="data:,">
            <link rel="stylesheet" href="{Stylesheet.Address}">
            </head>
            <body>
            <a class="skip" href="#noi-dung">Đến nội dung chính</a>
            <header class="top">
            <div class="wide">
            <a class="brand" href="/"><span class="mark">{Icon.Of(
                Icon.Home
            )}</span><span><b>{PointName}</b><small>{Place()}</small></span></a>
            <form class="search" role="search" action="/tim-kiem"><label class="hidden" for="q">Tìm trong thư viện</label>
            <input id="q" name="q" type="search" value="{question}" placeholder="Tìm: chè, trâu bò, học phí…" autocomplete="off" maxlength="200">
            <button>{Icon.Of(Icon.Search)}<span>Tìm</span></button></form>
            </div>
            </header>
            <div class="weave" aria-hidden="true"></div>
            {LanguageChoice(reader)}
            <main id="noi-dung" class="wide">
            {main}
            </main>
            <footer>
            <div class="wide">
            {Statistics()}
            <p class="fresh">{Icon.Of(Icon.Clock)} {Freshness()} <a href="/trang-thai">Tình trạng của điểm</a> <a href="{DeskPage.Path}" rel="nofollow">Dành cho cán bộ</a></p>
            </div>
            </footer>
            </body>
            </html>
            """
        );

    private string Place() => enrolment.Identity?.UnitName ?? "Tỉnh Lai Châu";

    public string Freshness() =>
        pulls.IsHeld ? "Điểm đang nối với máy chủ: có nội dung mới là nhận ngay."
        : pulls.Freshest is { } contact ? $"Nội dung được cập nhật {Say.Ago(clock.Now - contact.At)}."
        : "Điểm chưa nhận nội dung lần nào.";

    private Html LanguageChoice(Reader reader)
    {
        var offered = shelf
            .Shown.SelectMany(r => r.Languages.Concat(r.Title.Keys))
            .Concat(enrolment.Identity?.Languages ?? [])
            .Prepend(Languages.Vietnamese)
            .DistinctBy(tag => Languages.NameOf(tag))
            .ToList();
        return Html.If(
            offered.Count > 1,
            () =>
                Html.Of(
                    $"""
                    <nav class="languages bar" aria-label="Chọn ngôn ngữ"><ul class="wide">
                    {Html.Each(
                        offered,
                        tag =>
                            Html.Of(
                                $"""<li><a href="/ngon-ngu/{tag}"{Current(Languages.Same(tag, reader.Language))}>{Languages.NameOf(tag)}</a></li>"""
                            )
                    )}
                    </ul></nav>
                    """
                )
        );
    }

    private Html Statistics()
    {
        var guests = Math.Max(1, audience.Guests);
        return Html.Of(
            $"""
            <section class="statistics" aria-labelledby="thong-ke"><h2 id="thong-ke">{Icon.Of(
                Icon.People
            )} Thống kê truy cập</h2><dl>
            <div><dt>Đang truy cập</dt><dd>{Say.Count(guests)}</dd></div>
            <div><dt>Khách</dt><dd>{Say.Count(guests)}</dd></div>
            <div><dt>Thành viên</dt><dd>0</dd></div>
            <div><dt>Tổng số lượt truy cập</dt><dd>{Say.Count(audience.Visits)}</dd></div>
            <div><dt>Lượt xem nội dung</dt><dd>{Say.Count(audience.Views)}</dd></div>
            </dl></section>
            """
        );
    }

    public static Html Current(bool isCurrent) => Html.If(isCurrent, () => Html.Of($" aria-current=\"true\""));
}
