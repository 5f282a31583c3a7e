using LaiChau.ServiceDefaults.Data.Audit;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LaiChau.PointRegistry.Accounts.Passwords;

/// <summary>A code with which somebody who forgot the password chooses another, once and soon.</summary>
[Audited("password-reset")]
internal sealed class PasswordReset
{
    public static readonly TimeSpan Life = TimeSpan.FromHours(1);

    public Guid Id { get; private init; }
    public Guid AccountId { get; private init; }

    [Secret]
    public string CodeHash { get; private init; } = null!;
    public DateTimeOffset CreatedAt { get; private init; }
    public DateTimeOffset ExpiresAt { get; private init; }

    /// <summary>Used, or replaced by a newer one.</summary>
    public DateTimeOffset? EndedAt { get; private set; }

    /// <summary>Of two who use it at once, one does.</summary>
    public long Version { get; private set; }

    public static (PasswordReset Stored, string Code) Issue(Guid account, DateTimeOffset now)
    {
        var (code, hash) = TypedCode.New();
        var stored = new PasswordReset
        {
            Id = Guid.CreateVersion7(now),
            AccountId = account,
            CodeHash = hash,
            CreatedAt = now,
            ExpiresAt = now + Life,
        };
        return (stored, code);
    }

    public bool IsOpen(DateTimeOffset now) => EndedAt is null && now < ExpiresAt;

    public void End(DateTimeOffset now) => (EndedAt, Version) = (now, Version + 1);

    public static void Map(EntityTypeBuilder<PasswordReset> reset)
    {
        reset.ToTable("password_resets");
        reset.Property(r => r.Id).ValueGeneratedNever();
        reset.Property(r => r.Version).IsConcurrencyToken();
        reset.HasOne<Account>().WithMany().HasForeignKey(r => r.AccountId);
        reset.HasIndex(r => r.CodeHash).IsUnique();
    }
}
