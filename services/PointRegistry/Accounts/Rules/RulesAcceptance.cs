using LaiChau.PointRegistry.Tokens;
using LaiChau.ServiceDefaults.Data.Audit;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LaiChau.PointRegistry.Accounts.Rules;

/// <summary>Somebody said of a version of the rules: I have read and accept it. Said once, and kept.</summary>
[Audited("rules-acceptance")]
internal sealed class RulesAcceptance
{
    public required Guid AccountId { get; init; }
    public required int Version { get; init; }
    public required DateTimeOffset At { get; init; }

    [NotAudited("every entry says from where")]
    public string? ClientAddress { get; set; }

    [NotAudited("every entry says from where")]
    public string? ClientAgent { get; set; }

    public static void Map(EntityTypeBuilder<RulesAcceptance> acceptance)
    {
        acceptance.ToTable("rules_acceptances");
        acceptance.HasKey(a => new { a.AccountId, a.Version });
        acceptance.HasOne<Account>().WithMany().HasForeignKey(a => a.AccountId);
        acceptance.HasOne<RulesVersion>().WithMany().HasForeignKey(a => a.Version).OnDelete(DeleteBehavior.Restrict);
    }
}

/// <summary>Which rules hold today, and for whom they are still to be read.</summary>
internal static class RulesInForce
{
    /// <summary>Null: none were published, or none have begun.</summary>
    public static Task<int?> Today(PointRegistryDb db, TimeProvider time, CancellationToken ct)
    {
        var today = VietnamDay.Today(time);
        return db.Rules.Where(r => r.InForceFrom <= today).MaxAsync(r => (int?)r.Version, ct);
    }

    /// <summary>The version in force, where the account has not accepted it.</summary>
    public static async Task<int?> Awaited(PointRegistryDb db, Guid account, TimeProvider time, CancellationToken ct) =>
        await Today(db, time, ct) is { } version
        && !await db.RulesAcceptances.AnyAsync(a => a.AccountId == account && a.Version == version, ct)
            ? version
            : null;

    /// <summary>Programs cannot read a page: whether they wait for it too is a setting.</summary>
    public static async Task<bool> HoldTokens(
        PointRegistryDb db,
        Guid account,
        IdentitySettings settings,
        TimeProvider time,
        CancellationToken ct
    ) => settings.RulesAcceptance is RulesAcceptanceMode.Required && await Awaited(db, account, time, ct) is not null;
}
