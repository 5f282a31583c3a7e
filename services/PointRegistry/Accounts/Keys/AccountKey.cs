using LaiChau.PointRegistry.Points;
using LaiChau.ServiceDefaults.Data.Audit;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LaiChau.PointRegistry.Accounts.Keys;

/// <summary>A public key by which a program speaks for an account (RFC 7523); the private one never leaves its owner.</summary>
[Audited("account-key")]
internal sealed class AccountKey
{
    public Guid Id { get; private init; }
    public Guid AccountId { get; private init; }

    /// <summary>What its owner calls it: which machine, which system.</summary>
    [Personal]
    public required string Name { get; init; }
    public string Jwk { get; private init; } = null!;

    /// <summary>Once anybody's, nobody else's for ever: a revoked key does not come back.</summary>
    public string Thumbprint { get; private init; } = null!;
    public DateTimeOffset CreatedAt { get; private init; }
    public DateTimeOffset? RevokedAt { get; private set; }

    public static AccountKey Of(Guid account, string name, PointKey key, DateTimeOffset now) =>
        new()
        {
            Id = Guid.CreateVersion7(now),
            AccountId = account,
            Name = name,
            Jwk = key.Jwk,
            Thumbprint = key.Thumbprint,
            CreatedAt = now,
        };

    public void Revoke(DateTimeOffset now) => RevokedAt ??= now;

    public static void Map(EntityTypeBuilder<AccountKey> key)
    {
        key.ToTable("account_keys");
        key.Property(k => k.Id).ValueGeneratedNever();
        key.HasOne<Account>().WithMany().HasForeignKey(k => k.AccountId);
        key.HasIndex(k => k.Thumbprint).IsUnique();
    }
}
