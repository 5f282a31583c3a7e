namespace LaiChau.PointAgent.Portal;

/// <summary>Kept for the browser's session only: the next person at the screen starts anew.</summary>
internal static class ChooseLanguage
{
    public static IResult Get(string tag, HttpContext http)
    {
        if (tag.Length <= 40 && tag.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'))
            http.Response.Cookies.Append(Reader.LanguageCookie, tag, Reader.ForThisSession);
        return Results.Redirect("/");
    }
}
