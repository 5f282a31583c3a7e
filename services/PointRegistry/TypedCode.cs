using System.Security.Cryptography;
using System.Text;

namespace LaiChau.PointRegistry;

/// <summary>
/// A code that is read out or typed off a sheet: twelve characters of Crockford's base 32 hold 60 random bits, too many to guess in its life, and to search
/// for from its hash.
/// </summary>
internal static class TypedCode
{
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private const int Length = 12;

    /// <summary>A new code as people read it, and what is kept of it.</summary>
    public static (string Code, string Hash) New()
    {
        var code = RandomNumberGenerator.GetString(Alphabet, Length);
        return ($"{code[..4]}-{code[4..8]}-{code[8..]}", Hash(code));
    }

    /// <summary>The hash to look for; null when no code looks like this. Spaces, dashes and case do not count, nor O for 0, I or L for 1.</summary>
    public static string? HashOf(string typed)
    {
        var code = new StringBuilder(Length);
        foreach (var c in typed.ToUpperInvariant())
        {
            if (char.IsWhiteSpace(c) || c is '-' or '–' or '—')
            {
                continue;
            }
            var meant = c switch
            {
                'O' => '0',
                'I' or 'L' => '1',
                _ => c,
            };
            if (code.Length == Length || !Alphabet.Contains(meant, StringComparison.Ordinal))
            {
                return null;
            }
            code.Append(meant);
        }
        return code.Length == Length ? Hash(code.ToString()) : null;
    }

    private static string Hash(string code) => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(code)));
}
