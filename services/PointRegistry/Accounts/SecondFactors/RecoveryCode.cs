using LaiChau.ServiceDefaults.Data.Audit;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LaiChau.PointRegistry.Accounts.SecondFactors;

/// <summary>Stands in for the second factor once, when the telephone is gone. A used one is no more.</summary>
[NotAudited("made and forgotten with the second factor, which is audited; each use leaves an entry of its own")]
internal sealed class RecoveryCode
{
    public const int Together = 10;

    public required string CodeHash { get; init; }
    public required Guid AccountId { get; init; }

    public static void Map(EntityTypeBuilder<RecoveryCode> code)
    {
        code.ToTable("recovery_codes");
        code.HasKey(c => c.CodeHash);
        code.HasOne<Account>().WithMany().HasForeignKey(c => c.AccountId);
    }
}
