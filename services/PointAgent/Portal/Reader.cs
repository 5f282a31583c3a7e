using System.Buffers.Text;
using System.Security.Cryptography;

namespace LaiChau.PointAgent.Portal;

/// <summary>
/// Who is in front of the screen, as far as the portal wants to know: the language chosen, and a random number that lives as
/// long as the browser's session, so that one visit is counted once.
/// </summary>
internal sealed record Reader(string Language, string Visitor, bool IsNew)
{
    public const string LanguageCookie = "ngon-ngu";
    private const string VisitorCookie = "luot-xem";
    private const int VisitorLength = 22;

    public static readonly CookieOptions ForThisSession = new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Lax,
        IsEssential = true,
    };

    public static Reader Of(HttpContext http)
    {
        var language = http.Request.Cookies[LanguageCookie] is { Length: > 0 and <= 40 } chosen
            ? chosen
            : Languages.Vietnamese;
        if (http.Request.Cookies[VisitorCookie] is { Length: VisitorLength } known && Base64Url.IsValid(known))
            return new Reader(language, known, IsNew: false);
        return new Reader(language, Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16)), IsNew: true);
    }

    public void Remember(HttpContext http) => http.Response.Cookies.Append(VisitorCookie, Visitor, ForThisSession);
}
