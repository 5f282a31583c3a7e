using LaiChau.PointRegistry.Accounts;
using LaiChau.PointRegistry.Accounts.Keys;
using LaiChau.PointRegistry.Points;
using LaiChau.ServiceDefaults.Data.Audit;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LaiChau.PointRegistry.Tokens;

/// <summary>
/// Tokens of an account or a point that were issued up to a moment are void, though their time is not over: what they say is true no more.
/// The gateway asks for the list every second.
/// </summary>
[NotAudited("the change that voids the tokens is audited")]
internal sealed class Revocation
{
    public required Guid Subject { get; init; }
    public DateTimeOffset At { get; set; }

    public static void Map(EntityTypeBuilder<Revocation> revocation)
    {
        revocation.ToTable("revocations");
        revocation.HasKey(r => r.Subject);
        revocation.Property(r => r.Subject).ValueGeneratedNever();
        revocation.HasIndex(r => r.At);
    }

    /// <summary>Notes, with the change itself, whose tokens it voids: no operation can forget to.</summary>
    public static async Task Follow(PointRegistryDb db, TimeProvider time, CancellationToken ct)
    {
        db.ChangeTracker.DetectChanges();
        var subjects = db
            .ChangeTracker.Entries<Account>()
            .Where(e =>
                HasChanged(
                    e,
                    nameof(Account.Roles),
                    nameof(Account.UnitCode),
                    nameof(Account.PointId),
                    nameof(Account.ExpiresAt),
                    nameof(Account.DisabledAt),
                    nameof(Account.SignedOutAt)
                )
            )
            .Select(e => e.Entity.Id)
            .Concat(
                db.ChangeTracker.Entries<AccountKey>()
                    .Where(e => HasChanged(e, nameof(AccountKey.RevokedAt)))
                    .Select(e => e.Entity.AccountId)
            )
            .Concat(
                db.ChangeTracker.Entries<Point>().Where(e => HasStopped(e) || HasOtherKey(e)).Select(e => e.Entity.Id)
            )
            .Distinct()
            .ToList();
        foreach (var subject in subjects)
        {
            var revocation = await db.Set<Revocation>().FindAsync([subject], ct);
            if (revocation is null)
            {
                revocation = new Revocation { Subject = subject };
                db.Add(revocation);
            }
            revocation.At = time.GetUtcNow();
        }
    }

    private static bool HasChanged(EntityEntry entry, params ReadOnlySpan<string> properties)
    {
        if (entry.State is not EntityState.Modified)
        {
            return false;
        }
        foreach (var name in properties)
        {
            if (entry.Property(name).IsModified)
            {
                return true;
            }
        }
        return false;
    }

    private static bool HasStopped(EntityEntry<Point> entry) =>
        HasChanged(entry, nameof(Point.State)) && entry.Property(p => p.State).OriginalValue is PointState.Active;

    /// <summary>A point's first key voids nothing.</summary>
    private static bool HasOtherKey(EntityEntry<Point> entry) =>
        HasChanged(entry, nameof(Point.KeyThumbprint))
        && entry.Property(p => p.KeyThumbprint).OriginalValue is not null;
}

internal static class ListRevocations
{
    /// <param name="Subject">Account or point.</param>
    /// <param name="IssuedUpTo">Unix seconds: tokens issued in this second or before are void.</param>
    internal sealed record RevokedSubject(Guid Subject, long IssuedUpTo);

    public static async Task<Ok<List<RevokedSubject>>> Handle(
        PointRegistryDb db,
        IdentitySettings settings,
        TimeProvider time,
        CancellationToken ct
    )
    {
        var since = time.GetUtcNow() - settings.LongestToken;
        var rows = await db.Set<Revocation>().AsNoTracking().Where(r => r.At > since).ToListAsync(ct);
        return TypedResults.Ok(rows.ConvertAll(r => new RevokedSubject(r.Subject, r.At.ToUnixTimeSeconds())));
    }
}
