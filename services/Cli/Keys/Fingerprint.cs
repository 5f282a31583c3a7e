using LaiChau.Distribution;

namespace LaiChau.Cli.Keys;

/// <summary>Hashes cut to what two people can read to each other, and still long enough that nobody makes a second one.</summary>
internal static class Fingerprint
{
    private const int DigitsOfKey = 24;
    private const int DigitsOfContent = 32;

    public static string OfKey(string keyId) => Groups(keyId, DigitsOfKey);

    public static string OfContent(Sha256Digest content) => Groups(content.ToString(), DigitsOfContent);

    private static string Groups(string hex, int digits) =>
        string.Join(' ', hex[..Math.Min(digits, hex.Length)].Chunk(4).Select(c => new string(c)));
}
