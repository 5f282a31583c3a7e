using System.Security.Cryptography;
using System.Text;

namespace LaiChau.Contracts.Audit;

/// <summary>
/// How the entries of an audit trail hang together: each entry's hash is the SHA-256 over the hash before it, a line feed, and its own line,
/// all in UTF-8. Whoever keeps one hash can tell later whether anything before it was edited, removed, or put in another order.
/// </summary>
public static class AuditChain
{
    /// <summary>What stands before the first entry: 64 zeros.</summary>
    public static readonly string Start = new('0', 64);

    /// <param name="previous">Hash of the entry before, or <see cref="Start"/>.</param>
    /// <param name="line">The entry as it was written: JSON on one line, byte for byte.</param>
    /// <returns>64 lower-case hexadecimal digits.</returns>
    public static string Next(string previous, string line) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{previous}\n{line}")));
}
