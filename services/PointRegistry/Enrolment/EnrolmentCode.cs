using System.Security.Cryptography;
using System.Text;
using LaiChau.PointRegistry.Points;
using LaiChau.ServiceDefaults.Data.Audit;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LaiChau.PointRegistry.Enrolment;

/// <summary>
/// A code that lets one key become a point's. Twelve characters of Crockford's base 32 hold 60 random bits: too many to guess in its
/// life, and to search for from its hash.
/// </summary>
[Audited("enrolment-code")]
internal sealed class EnrolmentCode
{
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private const int Length = 12;

    public Guid Id { get; private init; }
    public Guid PointId { get; private init; }
    public Point Point { get; private init; } = null!;

    [Secret]
    public string CodeHash { get; private init; } = null!;
    public DateTimeOffset CreatedAt { get; private init; }
    public DateTimeOffset ExpiresAt { get; private init; }

    /// <summary>Set when a newer code was issued for the point.</summary>
    public DateTimeOffset? ReplacedAt { get; private set; }
    public DateTimeOffset? UsedAt { get; private set; }

    /// <summary>Thumbprint of the key it was used with.</summary>
    public string? UsedByKey { get; private set; }

    public static (EnrolmentCode Stored, string Code) Issue(Guid pointId, DateTimeOffset now, TimeSpan life)
    {
        var code = RandomNumberGenerator.GetString(Alphabet, Length);
        var stored = new EnrolmentCode
        {
            Id = Guid.CreateVersion7(now),
            PointId = pointId,
            CodeHash = Hash(code),
            CreatedAt = now,
            ExpiresAt = now + life,
        };
        return (stored, $"{code[..4]}-{code[4..8]}-{code[8..]}");
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

    public void Use(PointKey key, DateTimeOffset now) => (UsedAt, UsedByKey) = (now, key.Thumbprint);

    public void Replace(DateTimeOffset now) => ReplacedAt ??= now;

    public static void Map(EntityTypeBuilder<EnrolmentCode> code)
    {
        code.ToTable("enrolment_codes");
        code.Property(c => c.Id).ValueGeneratedNever();
        code.HasOne(c => c.Point).WithMany().HasForeignKey(c => c.PointId);
        code.HasIndex(c => c.CodeHash).IsUnique();
    }

    private static string Hash(string code) => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(code)));
}
