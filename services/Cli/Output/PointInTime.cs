using System.CommandLine;
using System.Globalization;

namespace LaiChau.Cli.Output;

/// <summary>A moment as people type it.</summary>
internal static class PointInTime
{
    public static Option<DateTimeOffset?> Option(string name, string description)
    {
        var option = new Option<DateTimeOffset?>(name)
        {
            Description =
                $"{description}: ngày (2026-12-31, tính từ 0 giờ theo giờ máy này) hoặc giờ đầy đủ (2026-12-31T07:00+07:00).",
            HelpName = "thời điểm",
        };
        option.CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal, out var moment))
            {
                return moment.ToUniversalTime();
            }
            result.AddError($"«{text}» không phải thời điểm; ví dụ đúng: 2026-12-31 hoặc 2026-12-31T07:00+07:00.");
            return null;
        };
        return option;
    }
}
