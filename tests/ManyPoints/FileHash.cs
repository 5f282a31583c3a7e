using System.Security.Cryptography;

namespace LaiChau.ManyPoints;

internal static class FileHash
{
    /// <summary>SHA-256 in hex, as the format writes it.</summary>
    public static async Task<string> Of(string path)
    {
        await using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(file));
    }
}
