using System.Globalization;
using System.Net;
using LaiChau.PointAgent.Identity;
using LaiChau.PointAgent.Library;
using LaiChau.PointAgent.Portal;
using LaiChau.PointAgent.Telemetry;

namespace LaiChau.PointAgent.Desk;

/// <summary>The desk on the screen: at this machine only, for the code goes over the room's network in clear.</summary>
internal static class DeskPage
{
    public const string Path = "/can-bo";
    private const string Cookie = "can-bo";
    private const string Title = "Bàn làm việc của cán bộ";
    private const int Shown = 30;

    public static IResult Get(
        HttpContext http,
        PageFrame frame,
        OfficerDesk desk,
        Audience audience,
        Shelf shelf,
        TrustedClock clock
    )
    {
        if (!IsHere(http))
            return Elsewhere(http, frame);
        if (desk.Who(http.Request.Cookies[Cookie]) is { } officer)
            return Desk(http, frame, desk, audience, shelf, clock, officer, null, null);
        desk.Refresh();
        return Door(http, frame, desk, null, null);
    }

    public static async Task<IResult> Post(
        HttpContext http,
        PageFrame frame,
        OfficerDesk desk,
        Audience audience,
        Shelf shelf,
        TrustedClock clock
    )
    {
        if (!IsHere(http))
            return Elsewhere(http, frame);
        if (!http.Request.HasFormContentType)
            return Results.StatusCode(StatusCodes.Status415UnsupportedMediaType);
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        if (Text(form, "viec") == "vao")
            return Enter(http, frame, desk, form);
        if (desk.Who(http.Request.Cookies[Cookie]) is not { } officer)
            return Door(http, frame, desk, "Đã lâu không dùng nên bàn làm việc đã khóa. Hãy nhập lại mã.", null);
        string? fault;
        switch (Text(form, "viec"))
        {
            case "ra":
                desk.Close();
                http.Response.Cookies.Delete(Cookie, new() { Path = Path });
                return Results.Redirect("/");
            case "mo-cua":
                fault = WriteOpening(desk, officer, form);
                break;
            case "su-co":
                fault = desk.WriteIncident(
                    officer,
                    Text(form, "tieu-de") ?? "",
                    Text(form, "mo-ta"),
                    Text(form, "thiet-bi"),
                    Text(form, "khan") is not null
                );
                break;
            default:
                return Results.StatusCode(StatusCodes.Status400BadRequest);
        }
        // After a redirect: whoever loads the page anew writes nothing twice.
        return fault is null
            ? Results.Redirect($"{Path}#da-ghi")
            : Desk(http, frame, desk, audience, shelf, clock, officer, fault, form);
    }

    private static bool IsHere(HttpContext http) =>
        http.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address);

    private static PageResult Elsewhere(HttpContext http, PageFrame frame) =>
        Notice(http, frame, "Trang này chỉ mở được trên chính máy của điểm.", StatusCodes.Status403Forbidden);

    private static PageResult Notice(HttpContext http, PageFrame frame, string sentence, int status) =>
        frame.Of(http, Title, Html.Of($"<h1>{Title}</h1>{Fault(sentence)}"), status);

    private static IResult Enter(HttpContext http, PageFrame frame, OfficerDesk desk, IFormCollection form)
    {
        var named = Guid.TryParse(Text(form, "ai"), out var officer) ? officer : Guid.Empty;
        var (token, refusal) = desk.Open(named, Text(form, "ma") ?? "");
        if (token is null)
        {
            desk.Refresh();
            return Door(http, frame, desk, refusal, named);
        }
        http.Response.Cookies.Append(
            Cookie,
            token,
            new()
            {
                HttpOnly = true,
                SameSite = SameSiteMode.Strict,
                IsEssential = true,
                Path = Path,
            }
        );
        return Results.Redirect(Path);
    }

    private static string? WriteOpening(OfficerDesk desk, Officer officer, IFormCollection form)
    {
        if (Moment(form, "tu") is not { } from)
            return "Cần ghi ngày và giờ mở cửa.";
        return Moment(form, "den") is { } to
            ? desk.WriteOpening(officer, from, to, Text(form, "ghi-chu"))
            : "Cần ghi giờ đóng cửa.";

        DateTimeOffset? Moment(IFormCollection typed, string hour) =>
            DateTime.TryParseExact(
                $"{Text(typed, "ngay")} {Text(typed, hour)}",
                "yyyy-MM-dd HH:mm",
                CultureInfo.InvariantCulture,
                DateTimeStyles.None,
                out var local
            )
                ? new DateTimeOffset(local, Say.Zone)
                : null;
    }

    private static PageResult Door(HttpContext http, PageFrame frame, OfficerDesk desk, string? fault, Guid? named) =>
        desk.Officers is []
            ? Notice(
                http,
                frame,
                "Chưa có cán bộ nào đặt mã tại điểm. Hãy đăng nhập bảng điều khiển của nền tảng, mở trang «Mã tại điểm» (/account/point-code), "
                    + "rồi mở lại trang này khi máy có mạng.",
                StatusCodes.Status200OK
            )
            : frame.Of(
                http,
                Title,
                Html.Of(
                    $"""
                    <h1>{Title}</h1>
                    {Fault(fault)}
                    <form class="desk" method="post" action="{Path}">
                    <label for="ai">Cán bộ</label>
                    <select id="ai" name="ai">{Html.Each(
                        desk.Officers,
                        o => Html.Of($"""<option value="{o.Id.ToString()}"{Selected(o.Id == named)}>{o.Name}</option>""")
                    )}</select>
                    <label for="ma">Mã tại điểm</label>
                    <input id="ma" name="ma" type="password" inputmode="numeric" required maxlength="12" autocomplete="off">
                    <button class="button" name="viec" value="vao">Mở</button>
                    </form>
                    """
                ),
                fault is null ? StatusCodes.Status200OK : StatusCodes.Status403Forbidden
            );

    private static PageResult Desk(
        HttpContext http,
        PageFrame frame,
        OfficerDesk desk,
        Audience audience,
        Shelf shelf,
        TrustedClock clock,
        Officer officer,
        string? fault,
        IFormCollection? typed
    )
    {
        var today = clock.Now.ToOffset(Say.Zone).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var language = Reader.Of(http).Language;
        var viewed = shelf
            .Shown.Select(r => (Title: Languages.Pick(r.Title, language).Text, Views: audience.ViewsOf(r.Package)))
            .Where(r => r.Views > 0)
            .OrderByDescending(r => r.Views)
            .Take(5)
            .ToList();
        return frame.Of(
            http,
            Title,
            Html.Of(
                $"""
                <h1>{Title}</h1>
                <form class="who" method="post" action="{Path}"><p>{officer.Name}</p><button class="button" name="viec" value="ra">Xong, khóa lại</button></form>
                {Fault(fault)}
                <div class="desks">
                <form class="desk" method="post" action="{Path}">
                <h2>Ghi giờ mở cửa</h2>
                <label for="ngay">Ngày</label><input id="ngay" name="ngay" type="date" required max="{today}" value="{Value("ngay") ?? today}">
                <label for="tu">Từ giờ</label><input id="tu" name="tu" type="time" required value="{Value("tu")}">
                <label for="den">Đến giờ</label><input id="den" name="den" type="time" required value="{Value("den")}">
                <label for="ghi-chu">Ghi chú (không bắt buộc)</label><input id="ghi-chu" name="ghi-chu" maxlength="1000" value="{Value(
                    "ghi-chu"
                )}">
                <button class="button" name="viec" value="mo-cua">Ghi lại</button>
                </form>
                <form class="desk" method="post" action="{Path}">
                <h2>Báo sự cố</h2>
                <label for="tieu-de">Điều gì đã xảy ra</label><input id="tieu-de" name="tieu-de" required maxlength="200" value="{Value(
                    "tieu-de"
                )}">
                {Html.If(
                    desk.Equipment.Count > 0,
                    () =>
                        Html.Of(
                            $"""
                            <label for="thiet-bi">Thiết bị (không bắt buộc)</label>
                            <select id="thiet-bi" name="thiet-bi"><option value="">Không phải thiết bị</option>{Html.Each(
                                desk.Equipment,
                                e => Html.Of($"""<option{Selected(e == Value("thiet-bi"))}>{e}</option>""")
                            )}</select>
                            """
                        )
                )}
                <label for="mo-ta">Mô tả (không bắt buộc)</label><textarea id="mo-ta" name="mo-ta" rows="4" maxlength="2000">{Value(
                    "mo-ta"
                )}</textarea>
                <label class="check"><input type="checkbox" name="khan" value="1"{Html.If(
                    Value("khan") is not null,
                    () => Html.Of($" checked")
                )}> Cần xử lý gấp</label>
                <button class="button" name="viec" value="su-co">Báo sự cố</button>
                </form>
                </div>
                <h2 id="da-ghi">Đã ghi tại điểm</h2>
                {Entries(desk.Entries(Shown))}
                <h2>Điểm được dùng ra sao</h2>
                <dl class="state">
                <div><dt>Lượt truy cập</dt><dd>{Say.Count(audience.Visits)}</dd></div>
                <div><dt>Lượt xem nội dung</dt><dd>{Say.Count(audience.Views)}</dd></div>
                {Html.Each(viewed, r => Html.Of($"<div><dt>{Say.Count(r.Views)} lượt xem</dt><dd>{r.Title}</dd></div>"))}
                </dl>
                <p>Không ghi ai đã xem gì. <a href="/trang-thai">Tình trạng máy và đường truyền</a></p>
                """
            ),
            fault is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity
        );

        string? Value(string field) => typed is null ? null : Text(typed, field);
    }

    private static Html Entries(IReadOnlyList<DeskEntryState> entries) =>
        entries is []
            ? Html.Of($"<p>Chưa ghi gì.</p>")
            : Html.Of(
                $"""
                <dl class="state">{Html.Each(
                    entries,
                    e =>
                        Html.Of(
                            $"""<div><dt>{Say.Moment(e.Entry.At)}, {e.By}</dt><dd>{e.Entry.Says()}<br><small>{(
                                e.Refusal is { } refusal ? "Không được nhận: " + refusal
                                : e.IsWaiting ? "Chờ gửi khi có mạng"
                                : "Đã gửi"
                            )}</small></dd></div>"""
                        )
                )}</dl>
                """
            );

    private static Html Fault(string? sentence) =>
        Html.If(
            sentence is not null,
            () => Html.Of($"""<p class="verdict bad" role="alert">{Icon.Of(Icon.Warning)}<span>{sentence}</span></p>""")
        );

    private static Html Selected(bool isSelected) => Html.If(isSelected, () => Html.Of($" selected"));

    /// <summary>What was typed, composed and with one kind of line end; null for nothing.</summary>
    private static string? Text(IFormCollection form, string field) =>
        Vietnamese.Compose(form[field].ToString()).Replace("\r\n", "\n", StringComparison.Ordinal).Trim()
            is { Length: > 0 } text
            ? text
            : null;
}
