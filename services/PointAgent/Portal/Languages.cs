namespace LaiChau.PointAgent.Portal;

/// <summary>What the languages of Lai Châu are called, and which of a release's texts a reader gets.</summary>
internal static class Languages
{
    public const string Vietnamese = "vi";

    public static string NameOf(string tag) =>
        tag.ToLowerInvariant() switch
        {
            "hmn-latn-x-rpa" => "Tiếng Mông (chữ quốc tế)",
            "hmn-latn-x-vn" => "Tiếng Mông",
            "twh-tavt" or "twh" => "Tiếng Thái (Thái Trắng)",
            "blt-tavt" or "blt" => "Tiếng Thái (Thái Đen)",
            "mji" => "Tiếng Dao (Kim Mùn)",
            _ => Primary(tag) switch
            {
                "vi" => "Tiếng Việt",
                "hmn" => "Tiếng Mông",
                "twh" or "blt" => "Tiếng Thái",
                "ium" => "Tiếng Dao",
                "hni" => "Tiếng Hà Nhì",
                "lhu" => "Tiếng La Hủ",
                "khb" => "Tiếng Lự",
                "pcc" => "Tiếng Giáy",
                "lo" => "Tiếng Lào",
                "kjg" => "Tiếng Khơ Mú",
                "kjm" => "Tiếng Kháng",
                "zng" => "Tiếng Mảng",
                "cnc" => "Tiếng Cống",
                "slt" => "Tiếng Si La",
                "tyz" => "Tiếng Tày",
                "nut" => "Tiếng Nùng",
                "mtq" => "Tiếng Mường",
                "en" => "Tiếng Anh",
                _ => tag,
            },
        };

    /// <summary>The reader's own language, a close one, Vietnamese, or whatever there is.</summary>
    public static string? Best(IReadOnlyCollection<string> offered, string wanted) =>
        offered.FirstOrDefault(o => Same(o, wanted))
        ?? offered.FirstOrDefault(o => Primary(o) == Primary(wanted))
        ?? offered.FirstOrDefault(o => Primary(o) == Vietnamese)
        ?? offered.FirstOrDefault();

    public static (string Language, string Text) Pick(IReadOnlyDictionary<string, string> texts, string wanted) =>
        Best([.. texts.Keys], wanted) is { } best ? (best, texts[best]) : (Vietnamese, "");

    public static bool Same(string one, string other) =>
        one.Equals(other, StringComparison.OrdinalIgnoreCase)
        || (Primary(one) == Vietnamese && Primary(other) == Vietnamese);

    public static bool Related(string one, string other) => Primary(one) == Primary(other);

    private static string Primary(string tag) => tag.Split('-', 2)[0].ToLowerInvariant();
}
