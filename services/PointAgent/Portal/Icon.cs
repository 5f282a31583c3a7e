namespace LaiChau.PointAgent.Portal;

/// <summary>Line pictures drawn in place: no font, no request.</summary>
internal static class Icon
{
    public const string Home = "M3 11.5 12 4l9 7.5M6 9.5V20h12V9.5M10 20v-6h4v6";
    public const string Search = "M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13ZM15.5 15.5 21 21";
    public const string Sound = "M4 9.5v5h3.5L12 18.5v-13L7.5 9.5H4ZM15.5 9a4 4 0 0 1 0 6M18 6.5a7.5 7.5 0 0 1 0 11";
    public const string Film = "M4 5.5h16v13H4zM10 9l5 3-5 3V9Z";
    public const string Paper = "M7 3h7l4 4v14H7V3ZM14 3v4h4M9.5 12h6M9.5 16h6";
    public const string Eye =
        "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12ZM12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6Z";
    public const string Warning = "M12 3.5 2.5 20h19L12 3.5ZM12 10v5M12 17.5v.1";
    public const string Back = "M20 12H4M10 6l-6 6 6 6";
    public const string People =
        "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM2.5 20c0-4 3-6 6.5-6s6.5 2 6.5 6M16 4.5a3.5 3.5 0 0 1 0 6.5M18 14.5c2.3.8 3.5 2.7 3.5 5.5";
    public const string Clock = "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM12 7v5l3.5 2";

    public static Html Of(string path) =>
        Html.Of($"""<svg viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d="{path}"/></svg>""");
}
