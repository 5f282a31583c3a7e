using System.Text.RegularExpressions;

namespace LaiChau.Contracts;

/// <summary>The number of a legal act as papers cite it: <c>3658/HD-UBND</c>, <c>49/2024/NĐ-CP</c>, <c>05-NQ/TW</c>.</summary>
public static partial class ActNumber
{
    /// <summary>What people are told when it is not one, in Vietnamese.</summary>
    public const string Shape =
        "Số hiệu văn bản cần ghi như «3658/HD-UBND», «49/2024/NĐ-CP» hoặc «05-NQ/TW», không quá 60 ký tự.";

    /// <summary>True for digits, then groups of letters and digits with a slash among what keeps them apart; at most 60 characters.</summary>
    public static bool IsValid(string? text) =>
        text is { Length: <= 60 } && text.Contains('/') && Number().IsMatch(text);

    [GeneratedRegex(@"\A[0-9]{1,6}\p{L}?([/-][\p{L}\p{N}&.]+)+\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Number();
}
