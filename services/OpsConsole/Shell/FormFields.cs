using System.Globalization;
using System.Text;
using LaiChau.OpsConsole.Api;

namespace LaiChau.OpsConsole.Shell;

/// <summary>Reading what a form says: trimmed, NFC, nothing for an empty field.</summary>
internal static class FormFields
{
    public static string? Text(this IFormCollection form, string name)
    {
        var text = form[name].ToString().Normalize(NormalizationForm.FormC).Trim();
        return text.Length == 0 ? null : text;
    }

    public static IReadOnlyList<string> All(this IFormCollection form, string name) =>
        [.. form[name].Select(v => v?.Trim() ?? "").Where(v => v.Length > 0).Distinct()];

    /// <summary>A number, written with a comma or a point.</summary>
    public static double? Number(this IFormCollection form, string name) =>
        double.TryParse(
            form.Text(name)?.Replace(',', '.'),
            NumberStyles.Float,
            CultureInfo.InvariantCulture,
            out var number
        )
            ? number
            : null;

    public static int? Whole(this IFormCollection form, string name) =>
        int.TryParse(form.Text(name), NumberStyles.Integer, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;

    public static DateOnly? Day(this IFormCollection form, string name) =>
        DateOnly.TryParseExact(
            form.Text(name),
            "yyyy-MM-dd",
            CultureInfo.InvariantCulture,
            DateTimeStyles.None,
            out var day
        )
            ? day
            : null;

    public static TimeOnly? Clock(this IFormCollection form, string name) =>
        TimeOnly.TryParse(form.Text(name), CultureInfo.InvariantCulture, out var time) ? time : null;

    public static Guid? Id(this IFormCollection form, string name) =>
        Guid.TryParse(form.Text(name), out var id) ? id : null;

    /// <summary>What <see cref="FormMarkFields"/> wrote.</summary>
    public static FormMark Mark(this IFormCollection form) =>
        new(
            form.Text("lan"),
            long.TryParse(form.Text("phien-ban"), CultureInfo.InvariantCulture, out var version) ? version : null
        );

    /// <summary>The value of a datetime-local field, which speaks of Vietnamese time.</summary>
    public static DateTimeOffset? Time(this IFormCollection form, string name) =>
        DateTime.TryParse(form.Text(name), CultureInfo.InvariantCulture, DateTimeStyles.None, out var local)
            ? new DateTimeOffset(
                DateTime.SpecifyKind(local, DateTimeKind.Unspecified),
                Vietnamese.Zone
            ).ToUniversalTime()
            : null;
}
