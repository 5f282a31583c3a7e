using System.Text.RegularExpressions;
using LaiChau.PointRegistry.Acts;
using LaiChau.PointRegistry.Units;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LaiChau.PointRegistry.Points;

/// <summary>
/// What operators say of a point, when they plan it and when they change it. What is left out stays as it is; an empty list or text
/// takes away what was there.
/// </summary>
/// <param name="Languages">BCP-47 tags in fallback order.</param>
/// <param name="Feeds">The province's feed when left out.</param>
/// <param name="Tags">Groups for lists and filters.</param>
/// <param name="Act">The number, or the id, of the act by which it was set up.</param>
internal sealed partial record PointProfileRequest(
    string Name,
    string UnitCode,
    IReadOnlyList<string> Languages,
    IReadOnlyList<string>? Feeds = null,
    double? Latitude = null,
    double? Longitude = null,
    PointLink? Link = null,
    IReadOnlyList<OpeningHours>? OpeningHours = null,
    IReadOnlyList<string>? Tags = null,
    string? Notes = null,
    IReadOnlyList<Equipment>? Equipment = null,
    string? Act = null
)
{
    /// <summary>The first thing wrong with it, for the person who typed it.</summary>
    public ProblemHttpResult? Fault() =>
        Faults().FirstOrDefault() is { Field: { } field, Sentence: { } sentence }
            ? PointRegistryProblems.Invalid(field, sentence)
            : null;

    /// <summary>All that is wrong with it, but for its unit.</summary>
    public IEnumerable<(string? Field, string Sentence)> Faults()
    {
        if (string.IsNullOrWhiteSpace(Name) || Name.Length > 200)
        {
            yield return ("name", "Tên điểm phải có từ 1 đến 200 ký tự.");
        }
        if (Languages.Count is 0 or > 20 || Languages.Any(l => l is null || !LanguageTag().IsMatch(l)))
        {
            yield return ("languages", "Cần từ 1 đến 20 ngôn ngữ theo mã BCP-47, ví dụ «vi», «hmn-Latn-x-vn».");
        }
        else if (HasTwice(Languages))
        {
            yield return ("languages", "Có ngôn ngữ bị lặp lại.");
        }
        if (Feeds is { } feeds && (feeds.Count is 0 or > 20 || feeds.Any(f => f is null || !FeedName().IsMatch(f))))
        {
            yield return (
                "feeds",
                "Tên kênh chỉ gồm chữ thường không dấu, số và dấu gạch ngang; cần từ 1 đến 20 kênh."
            );
        }
        if (Latitude is null != Longitude is null)
        {
            yield return ("latitude", "Cần cả vĩ độ và kinh độ, hoặc không ghi cả hai.");
        }
        else if (Latitude is < -90 or > 90 or double.NaN || Longitude is < -180 or > 180 or double.NaN)
        {
            yield return ("latitude", "Vĩ độ hoặc kinh độ nằm ngoài giới hạn.");
        }
        if (Link is { MonthlyBytes: <= 0 })
        {
            yield return ("link.monthlyBytes", "Dung lượng mỗi tháng phải lớn hơn 0; bỏ trống nếu không giới hạn.");
        }
        if (
            Link?.QuietHours is { } quiet
            && (quiet.Count > 10 || quiet.Any(h => !HoursOfDay.IsValid(h, overMidnight: true)))
        )
        {
            yield return ("link.quietHours", "Giờ không tải cần ghi như «07:30-17:00», không quá 10 khoảng.");
        }
        if (OpeningHours is { } hours && !AreOpeningHours(hours))
        {
            yield return (
                "openingHours",
                "Giờ mở cửa cần ghi thứ từ 1 (thứ Hai) đến 7 (Chủ nhật), mỗi thứ một lần, và các khoảng giờ như «07:30-11:30»."
            );
        }
        if (Tags is { } tags && (tags.Count > 20 || tags.Any(t => t is null || !Tag().IsMatch(t)) || HasTwice(tags)))
        {
            yield return (
                "tags",
                "Nhãn gồm chữ, số, dấu cách, chấm và gạch ngang, không quá 40 ký tự; nhiều nhất 20 nhãn, không lặp lại."
            );
        }
        if (Equipment is { } things && !AreEquipment(things))
        {
            yield return (
                "equipment",
                "Thiết bị cần tên từ 1 đến 200 ký tự và số lượng từ 1 đến 1000; nhiều nhất 100 dòng, ghi chú không quá 1000 ký tự."
            );
        }
        if (Notes is { Length: > 4000 })
        {
            yield return ("notes", "Ghi chú không quá 4000 ký tự.");
        }
    }

    private static bool AreEquipment(IReadOnlyList<Equipment> things) =>
        things.Count <= 100
        && things.All(t =>
            t is not null
            && t.Name.Trim() is { Length: > 0 and <= 200 }
            && t.Count is >= 1 and <= 1000
            && t.Serial is null or { Length: <= 100 }
            && t.Notes is null or { Length: <= 1000 }
        );

    /// <summary>Makes a point what this says, but for name and unit.</summary>
    /// <param name="point">The point.</param>
    /// <param name="act">What <see cref="Act"/> cites.</param>
    public void Describe(Point point, LegalAct? act)
    {
        if (Act is not null)
        {
            point.Cite(act);
        }
        point.Languages = [.. Languages];
        point.Feeds = [.. Feeds ?? (point.Feeds is [] ? [Point.ProvinceFeed] : point.Feeds)];
        (point.Latitude, point.Longitude) = (Latitude, Longitude);
        point.Link =
            Link is null ? point.Link
            : Link is { Kind: null, MonthlyBytes: null, QuietHours: null or [] } ? null
            : Link;
        point.OpeningHours = [.. OpeningHours ?? point.OpeningHours];
        point.Equipment = [.. Equipment ?? point.Equipment];
        point.Tags = [.. Tags ?? point.Tags];
        point.Notes =
            Notes is null ? point.Notes
            : Notes.Trim() is { Length: > 0 } notes ? notes
            : null;
    }

    private static bool HasTwice(IReadOnlyList<string> words) =>
        words.Distinct(StringComparer.OrdinalIgnoreCase).Count() != words.Count;

    private static bool AreOpeningHours(IReadOnlyList<OpeningHours> hours)
    {
        // JSON may hold null where a list says it does not.
        if (hours.Any(h => h is null))
        {
            return false;
        }
        var days = hours.SelectMany(h => h.Days).ToList();
        return days.TrueForAll(d => d is >= 1 and <= 7)
            && days.Distinct().Count() == days.Count
            && hours.All(h =>
                h.Days.Count > 0
                && h.Hours.Count is > 0 and <= 6
                && h.Hours.All(span => HoursOfDay.IsValid(span, overMidnight: false))
            );
    }

    [GeneratedRegex(@"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,7}\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex LanguageTag();

    [GeneratedRegex(@"^[a-z0-9][a-z0-9-]{0,62}\z", RegexOptions.None, 1000)]
    private static partial Regex FeedName();

    [GeneratedRegex(@"^[\p{L}\p{N}][\p{L}\p{M}\p{N} .-]{0,39}\z", RegexOptions.None, 1000)]
    private static partial Regex Tag();
}
