using System.Text.RegularExpressions;
using LaiChau.PointRegistry.Acts;
using LaiChau.PointRegistry.Tokens;
using LaiChau.PointRegistry.Units;
using LaiChau.ServiceDefaults.Data;
using LaiChau.ServiceDefaults.Data.Audit;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LaiChau.PointRegistry.Accounts;

/// <summary>A person's, or a ministry system's, account. Its id is the <c>sub</c> of every token it gets, whichever way it signs in.</summary>
[Audited("account")]
internal sealed partial class Account : IFollowsUnit
{
    public Guid Id { get; private init; }

    /// <summary>Lower case; also the OAuth client id.</summary>
    [Personal]
    public required string UserName { get; init; }

    [Personal]
    public required string Name { get; set; }
    public required List<string> Roles { get; set; }

    [Secret]
    public string PasswordHash { get; set; } = null!;
    public DateTimeOffset CreatedAt { get; private init; }

    /// <summary>Of the code that the account's point asks for while the link is away (<see cref="PointCodes.PointCode"/>).</summary>
    [Secret]
    public string? PointCodeHash { get; set; }

    /// <summary>The commune-level unit whose points the account may manage: with the role <c>commune</c>.</summary>
    public string? UnitCode { get; set; }

    /// <summary>First day of that unit: codes are given again.</summary>
    public DateOnly? UnitValidFrom { get; set; }

    /// <summary>The point that the account answers for or runs: with the roles <c>manager</c> and <c>officer</c>.</summary>
    public Guid? PointId { get; set; }

    /// <summary>The act by which it was given its roles.</summary>
    public Guid? ActId { get; private set; }
    public LegalAct? Act { get; private set; }

    /// <summary>From then on the account gets no more tokens: a partner's is for a time.</summary>
    public DateTimeOffset? ExpiresAt { get; set; }

    /// <summary>Set: the account gets no more tokens.</summary>
    public DateTimeOffset? DisabledAt { get; set; }

    /// <summary>Nothing is left of the person but the id; such an account is never enabled again.</summary>
    public DateTimeOffset? ErasedAt { get; private set; }

    /// <summary>Whoever signed in until then, in whatever way, signs in again.</summary>
    public DateTimeOffset? SignedOutAt { get; private set; }

    /// <summary>Encrypted (<see cref="SecondFactors.SecondFactorKeys"/>).</summary>
    [Secret]
    public string? SecondFactorKey { get; private set; }
    public DateTimeOffset? SecondFactorSince { get; private set; }

    /// <summary>The last 30 seconds whose code was taken; no earlier one counts any more.</summary>
    [NotAudited("it moves with each sign-in")]
    public long SecondFactorStep { get; private set; }

    public static Account Create(string userName, string name, IEnumerable<string> roles, DateTimeOffset now) =>
        new()
        {
            Id = Guid.CreateVersion7(now),
            UserName = userName,
            Name = name,
            Roles = [.. roles],
            CreatedAt = now,
        };

    public bool MaySignIn(DateTimeOffset now) => DisabledAt is null && (ExpiresAt is null || ExpiresAt > now);

    /// <summary>Whether the account may write at its point's desk.</summary>
    public bool RunsPoint(DateTimeOffset now) =>
        PointId is not null
        && MaySignIn(now)
        && Roles.Exists(r => r is ServiceDefaults.Identity.Roles.Officer or ServiceDefaults.Identity.Roles.Manager);

    public void Cite(LegalAct? act) => (Act, ActId) = (act, act?.Id);

    public bool HasSecondFactor => SecondFactorKey is not null;

    /// <summary>Who once has one needs it, whatever the setting.</summary>
    public bool NeedsSecondFactor(SecondFactorMode mode) =>
        HasSecondFactor
        || (
            mode is SecondFactorMode.Required
            && Roles.Exists(r => r is ServiceDefaults.Identity.Roles.Reviewer or ServiceDefaults.Identity.Roles.Admin)
        );

    public void SetSecondFactor(string key, long step, DateTimeOffset now) =>
        (SecondFactorKey, SecondFactorStep, SecondFactorSince) = (key, step, now);

    public void ClearSecondFactor() => (SecondFactorKey, SecondFactorStep, SecondFactorSince) = (null, 0, null);

    /// <summary>Whoever knew the old one is out.</summary>
    public void ChangePassword(string hash, DateTimeOffset now)
    {
        PasswordHash = hash;
        SignOutEverywhere(now);
    }

    public void SignOutEverywhere(DateTimeOffset now) => SignedOutAt = now;

    /// <summary>The user name that an erased account has.</summary>
    public string Pseudonym => $"xoa-{Id:N}";

    /// <summary>Of the names the database is told apart.</summary>
    public void Erase(DateTimeOffset now)
    {
        (PasswordHash, PointCodeHash, DisabledAt, ErasedAt) = ("", null, DisabledAt ?? now, ErasedAt ?? now);
        ClearSecondFactor();
        SignOutEverywhere(now);
    }

    public static string Normalize(string userName) => userName.Trim().ToLowerInvariant();

    /// <summary>Never the shape of a point's id, nor the console's name: all three are client ids at one door.</summary>
    public static bool IsUserName(string text) =>
        UserNamePattern().IsMatch(text) && text != Tokens.ConsoleApplication.ClientId && !Guid.TryParse(text, out _);

    public static void Map(EntityTypeBuilder<Account> account)
    {
        account.ToTable("accounts");
        account.Property(a => a.Id).ValueGeneratedNever();
        account.Property(a => a.Roles).IsJson();
        account.Ignore(a => a.Pseudonym);
        account.HasOne(a => a.Act).WithMany().HasForeignKey(a => a.ActId).OnDelete(DeleteBehavior.Restrict);
        account.Navigation(a => a.Act).AutoInclude();
        account.HasIndex(a => a.UserName).IsUnique();
    }

    [GeneratedRegex(@"^[a-z0-9][a-z0-9._@-]{2,63}\z", RegexOptions.None, 1000)]
    private static partial Regex UserNamePattern();
}
