namespace LaiChau.PointRegistry.Accounts;

/// <summary>What a password must be: long rather than odd (NIST SP 800-63B).</summary>
internal static class PasswordRules
{
    public const int Shortest = 10;
    private const int Longest = 256;
    private const int DifferentCharacters = 5;

    /// <summary>Why the password is not good enough, in Vietnamese; null when it is.</summary>
    public static string? Fault(string password, string userName) =>
        password.Length < Shortest ? $"Mật khẩu phải có ít nhất {Shortest} ký tự."
        : password.Length > Longest ? $"Mật khẩu không được dài quá {Longest} ký tự."
        : password.Distinct().Count() < DifferentCharacters
            ? $"Mật khẩu phải có ít nhất {DifferentCharacters} ký tự khác nhau."
        : password.Contains(userName, StringComparison.OrdinalIgnoreCase) ? "Mật khẩu không được chứa tên đăng nhập."
        : null;
}
