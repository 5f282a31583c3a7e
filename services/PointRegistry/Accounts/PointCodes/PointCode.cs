using System.Security.Cryptography;
using System.Text;

namespace LaiChau.PointRegistry.Accounts.PointCodes;

/// <summary>
/// The digits that somebody types at the own point, which knows a hash of them and needs no link. They open nothing but the point's desk, and the hash
/// lies on a machine in a village: so they are never the password.
/// </summary>
internal static class PointCode
{
    public const int Shortest = 6;
    public const int Longest = 12;
    private const int Iterations = 200_000;

    /// <summary>Why the digits are not good enough, in Vietnamese; null when they are.</summary>
    public static string? Fault(string code) =>
        code.Length is < Shortest or > Longest || !code.All(char.IsAsciiDigit)
            ? $"Mã tại điểm gồm từ {Shortest} đến {Longest} chữ số."
        : code.Distinct().Count() < 3 || code.Zip(code.Skip(1), (a, b) => b - a).Distinct().Count() == 1
            ? "Mã này quá dễ đoán. Hãy chọn dãy số khác."
        : null;

    /// <returns>PBKDF2 with SHA-256, as <c>iterations.salt.hash</c>, the last two in base 64: what the point's program reads.</returns>
    public static string Hash(string code)
    {
        var salt = RandomNumberGenerator.GetBytes(16);
        var hash = Rfc2898DeriveBytes.Pbkdf2(
            Encoding.ASCII.GetBytes(code),
            salt,
            Iterations,
            HashAlgorithmName.SHA256,
            32
        );
        return $"{Iterations}.{Convert.ToBase64String(salt)}.{Convert.ToBase64String(hash)}";
    }
}
