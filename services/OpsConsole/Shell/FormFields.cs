using System.Globalization;
using System.Text;

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

    /// <summary>A coordinate, written with a comma or a point.</summary>
    public static double? Number(this IFormCollection form, string name) =>
        double.TryParse(
            form.Text(name)?.Replace(',', '.'),
            NumberStyles.Float,
            CultureInfo.InvariantCulture,
            out var number
        )
            ? number
            : null;

    /// <summary>The value of a datetime-local field, which speaks of Vietnamese time.</summary>
    public static DateTimeOffset? Time(this IFormCollection form, string name) =>
        DateTime.TryParse(form.Text(name), CultureInfo.InvariantCulture, DateTimeStyles.None, out var local)
            ? new DateTimeOffset(
                DateTime.SpecifyKind(local, DateTimeKind.Unspecified),
                Vietnamese.Zone
            ).ToUniversalTime()
            : null;
}
