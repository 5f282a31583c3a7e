using System.Text.RegularExpressions;
using LaiChau.PointRegistry.Units;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.PointRegistry.Points;

/// <summary>What operators say of a point, when they plan it and when they change it.</summary>
/// <param name="Languages">BCP-47 tags in fallback order.</param>
/// <param name="Feeds">The province's feed when left out.</param>
internal sealed partial record PointProfileRequest(
    string Name,
    string UnitCode,
    IReadOnlyList<string> Languages,
    IReadOnlyList<string>? Feeds = null,
    double? Latitude = null,
    double? Longitude = null
)
{
    /// <summary>The first thing wrong with it, for the person who typed it.</summary>
    public ProblemHttpResult? Fault() =>
        string.IsNullOrWhiteSpace(Name) || Name.Length > 200
            ? PointRegistryProblems.Invalid("name", "Tên điểm phải có từ 1 đến 200 ký tự.")
        : Languages.Count is 0 or > 20 || Languages.Any(l => !LanguageTag().IsMatch(l))
            ? PointRegistryProblems.Invalid(
                "languages",
                "Cần từ 1 đến 20 ngôn ngữ theo mã BCP-47, ví dụ «vi», «hmn-Latn-x-vn»."
            )
        : Languages.Distinct(StringComparer.OrdinalIgnoreCase).Count() != Languages.Count
            ? PointRegistryProblems.Invalid("languages", "Có ngôn ngữ bị lặp lại.")
        : Feeds is { } feeds && (feeds.Count is 0 or > 20 || feeds.Any(f => !FeedName().IsMatch(f)))
            ? PointRegistryProblems.Invalid("feeds", "Tên kênh chỉ gồm chữ thường không dấu, số và dấu gạch ngang.")
        : Latitude is null != Longitude is null
            ? PointRegistryProblems.Invalid("latitude", "Cần cả vĩ độ và kinh độ, hoặc không ghi cả hai.")
        : Latitude is < -90 or > 90 || Longitude is < -180 or > 180
            ? PointRegistryProblems.Invalid("latitude", "Vĩ độ hoặc kinh độ nằm ngoài giới hạn.")
        : null;

    /// <summary>The unit as it is today; or why a point cannot belong to it.</summary>
    public async Task<(Unit? Unit, ProblemHttpResult? Fault)> FindUnit(
        PointRegistryDb db,
        TimeProvider time,
        CancellationToken ct
    )
    {
        var today = VietnamDay.Today(time);
        var unit = await db.Units.Where(u => u.Code == UnitCode).SingleOrDefaultAsync(Unit.InForce(today), ct);
        if (unit is not null)
        {
            return unit.IsCommune
                ? (unit, null)
                : (null, PointRegistryProblems.UnitNotCommune.With($"{unit.FullName} không phải là xã hoặc phường."));
        }
        var past = await db
            .Units.Where(u => u.Code == UnitCode)
            .OrderByDescending(u => u.ValidFrom)
            .FirstOrDefaultAsync(ct);
        if (past is null)
        {
            return (
                null,
                PointRegistryProblems.UnitUnknown.With($"Không có đơn vị hành chính nào mang mã «{UnitCode}».")
            );
        }
        var heirs = await db
            .Units.Where(u =>
                db.UnitSuccessions.Any(s =>
                    s.OldCode == past.Code
                    && s.OldValidFrom == past.ValidFrom
                    && s.NewCode == u.Code
                    && s.NewValidFrom == u.ValidFrom
                )
            )
            .Select(u => $"{u.FullName} ({u.Code})")
            .ToListAsync(ct);
        var instead = heirs.Count > 0 ? $" Nay là {string.Join(", ", heirs)}." : "";
        return (
            null,
            PointRegistryProblems.UnitNotInForce.With(
                $"{past.FullName} không còn hiệu lực từ ngày {past.ValidTo:dd/MM/yyyy}.{instead}"
            )
        );
    }

    [GeneratedRegex(@"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,7}\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex LanguageTag();

    [GeneratedRegex(@"^[a-z0-9][a-z0-9-]{0,62}\z", RegexOptions.None, 1000)]
    private static partial Regex FeedName();
}
