using System.Security.Cryptography;
using System.Text;
using LaiChau.ServiceDefaults.Data.Audit;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LaiChau.PointRegistry;

/// <summary>Wrong guesses of one kind from one place, counted in the database so that replicas count together.</summary>
[NotAudited("it counts guesses and forgets them")]
internal sealed class AttemptCount
{
    /// <summary>What is guessed at, hashed: a password typed into the field of the user name must not be kept.</summary>
    public required string Key { get; init; }
    public required int Failures { get; init; }

    /// <summary>Unix seconds at which the count starts afresh.</summary>
    public required long Until { get; init; }

    public static void Map(EntityTypeBuilder<AttemptCount> attempts)
    {
        attempts.ToTable("attempts");
        attempts.HasKey(a => a.Key);
    }
}

internal sealed class Attempts(PointRegistryDb db, TimeProvider time)
{
    /// <summary>Until when no further guess is heard; null when the next one may be.</summary>
    public async Task<DateTimeOffset?> BlockedUntil(string kind, string subject, int allowed, CancellationToken ct)
    {
        var key = KeyOf(kind, subject);
        var count = await db.Set<AttemptCount>().AsNoTracking().SingleOrDefaultAsync(a => a.Key == key, ct);
        return count is not null && count.Failures >= allowed && count.Until > Now
            ? DateTimeOffset.FromUnixTimeSeconds(count.Until)
            : null;
    }

    public async Task CountFailure(string kind, string subject, TimeSpan window, CancellationToken ct)
    {
        var key = KeyOf(kind, subject);
        var until = Now + (long)window.TotalSeconds;
        await db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO attempts (key, failures, until) VALUES ({key}, 1, {until})
            ON CONFLICT (key) DO UPDATE SET
                failures = CASE WHEN attempts.until <= {Now} THEN 1 ELSE attempts.failures + 1 END,
                until = excluded.until
            """,
            ct
        );
    }

    public async Task Forget(string kind, string subject, CancellationToken ct)
    {
        var key = KeyOf(kind, subject);
        await db.Set<AttemptCount>().Where(a => a.Key == key).ExecuteDeleteAsync(ct);
    }

    public Task<int> Prune(CancellationToken ct)
    {
        var now = Now;
        return db.Set<AttemptCount>().Where(a => a.Until <= now).ExecuteDeleteAsync(ct);
    }

    private long Now => time.GetUtcNow().ToUnixTimeSeconds();

    private static string KeyOf(string kind, string subject) =>
        $"{kind}:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(subject)))}";
}
