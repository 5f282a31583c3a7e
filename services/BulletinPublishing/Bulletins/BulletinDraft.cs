using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using LaiChau.Contracts;

namespace LaiChau.BulletinPublishing.Bulletins;

/// <summary>What an editor sends: the words of a bulletin and where they are to go.</summary>
internal sealed record BulletinDraft(
    string Category,
    BulletinLevel Level,
    string Author,
    string Office,
    IReadOnlyList<LanguageText> Texts,
    BulletinPriority Priority = BulletinPriority.Normal,
    string? Slug = null,
    DateTimeOffset? ValidFrom = null,
    DateTimeOffset? ValidUntil = null,
    string Feed = "tinh"
)
{
    private const int MostTitle = 300;
    private const int MostLead = 2_000;
    private const int MostBody = 200_000;

    /// <summary>Everything that is wrong, by field, in the editor's words; empty when nothing is.</summary>
    public Dictionary<string, string> Faults()
    {
        var faults = new Dictionary<string, string>();
        Check(Categories.All.Contains(Category), "category", "Chuyên mục không có trong danh sách.");
        Check(Author.Trim().Length is > 0 and <= 200, "author", "Cần tên người soạn (không quá 200 ký tự).");
        Check(Office.Trim().Length is > 0 and <= 200, "office", "Cần tên cơ quan phát hành (không quá 200 ký tự).");
        Check(
            BulletinPatterns.Slug().IsMatch(Feed),
            "feed",
            "Tên luồng chỉ gồm chữ thường không dấu, số và dấu gạch nối."
        );
        Check(
            Slug is null || BulletinPatterns.Slug().IsMatch(Slug),
            "slug",
            "Tên rút gọn chỉ gồm chữ thường không dấu, số và dấu gạch nối, không quá 80 ký tự."
        );
        Check(
            ValidFrom is null || ValidUntil is null || ValidFrom < ValidUntil,
            "validUntil",
            "Thời điểm hết hạn phải sau thời điểm bắt đầu."
        );
        Check(Texts.Any(t => t.Language is "vi" or "vi-VN"), "texts", "Cần có bản tiếng Việt.");
        Check(
            Texts.Select(t => t.Language).Distinct(StringComparer.OrdinalIgnoreCase).Count() == Texts.Count,
            "texts",
            "Mỗi ngôn ngữ chỉ một bản."
        );
        for (var i = 0; i < Texts.Count; i++)
        {
            var text = Texts[i];
            Check(
                BulletinPatterns.LanguageTag().IsMatch(text.Language),
                $"texts[{i}].language",
                "Mã ngôn ngữ không đúng dạng BCP-47, ví dụ vi, hmn-Latn-x-vn."
            );
            Check(
                text.Title.Trim().Length is > 0 and <= MostTitle,
                $"texts[{i}].title",
                $"Cần tiêu đề, không quá {MostTitle} ký tự."
            );
            Check(text.Lead.Length <= MostLead, $"texts[{i}].lead", $"Phần dẫn không quá {MostLead} ký tự.");
            Check(text.Body.Length <= MostBody, $"texts[{i}].body", $"Nội dung không quá {MostBody} ký tự.");
            Check(
                text.Lead.Trim().Length > 0 || text.Body.Trim().Length > 0,
                $"texts[{i}].body",
                "Cần phần dẫn hoặc nội dung."
            );
            Check(
                !text.Body.TrimStart().StartsWith(text.Lead.Trim(), StringComparison.Ordinal)
                    || text.Lead.Trim().Length == 0,
                $"texts[{i}].lead",
                "Phần dẫn không được lặp lại ở đầu nội dung."
            );
        }
        return faults;

        void Check(bool good, string field, string fault)
        {
            if (!good)
            {
                faults.TryAdd(field, fault);
            }
        }
    }

    /// <summary>The slug given, or one made of the Vietnamese title: "Cảnh báo lũ quét" → <c>canh-bao-lu-quet</c>.</summary>
    public string SlugOrTitle()
    {
        if (Slug is not null)
        {
            return Slug;
        }
        var title = Texts.First(t => t.Language is "vi" or "vi-VN").Title.Replace('đ', 'd').Replace('Đ', 'd');
        var slug = new StringBuilder();
        foreach (var c in title.Normalize(NormalizationForm.FormD).ToLowerInvariant())
        {
            if (char.IsAsciiLetterOrDigit(c))
            {
                slug.Append(c);
            }
            else if (
                CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark
                && slug.Length > 0
                && slug[^1] != '-'
            )
            {
                slug.Append('-');
            }
        }
        var text = slug.ToString(0, Math.Min(slug.Length, 80)).Trim('-');
        return text.Length > 0 ? text : "ban-tin";
    }
}

internal static partial class BulletinPatterns
{
    [GeneratedRegex("^[a-z0-9]+(-[a-z0-9]+)*$(?<=^.{1,80})", RegexOptions.ExplicitCapture, 1000)]
    public static partial Regex Slug();

    [GeneratedRegex("^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*(-x(-[A-Za-z0-9]{1,8})+)?$", RegexOptions.ExplicitCapture, 1000)]
    public static partial Regex LanguageTag();

    [GeneratedRegex(@"^[\p{L}\p{N}][\p{L}\p{M}\p{N} ._-]{0,99}$", RegexOptions.ExplicitCapture, 1000)]
    public static partial Regex FileName();
}
