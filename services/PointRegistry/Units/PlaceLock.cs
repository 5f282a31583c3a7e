using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace LaiChau.PointRegistry.Units;

/// <summary>
/// A merge reads which points a unit has and moves them; a point that joins the unit at the same moment would be left behind. So points are
/// placed beside each other, but never beside a merge. SQLite has one writer at a time anyway.
/// </summary>
internal static class PlaceLock
{
    private const long Key = 0x756e697473; // "units"

    /// <summary>For a change that puts a point into a unit.</summary>
    public static Task<PlaceTransaction> Shared(PointRegistryDb db, CancellationToken ct) =>
        Take(db, $"SELECT pg_advisory_xact_lock_shared({Key})", ct);

    /// <summary>For a change of the map.</summary>
    public static Task<PlaceTransaction> Exclusive(PointRegistryDb db, CancellationToken ct) =>
        Take(db, $"SELECT pg_advisory_xact_lock({Key})", ct);

    /// <summary>For what is written by one at a time: a second one waits, and sees what the first wrote.</summary>
    public static Task<PlaceTransaction> Of(PointRegistryDb db, string what, CancellationToken ct) =>
        Take(db, $"SELECT pg_advisory_xact_lock(hashtextextended({what}, 0))", ct);

    private static async Task<PlaceTransaction> Take(PointRegistryDb db, FormattableString sql, CancellationToken ct)
    {
        // A request with an idempotency key has its transaction already.
        var own = db.Database.CurrentTransaction is null ? await db.Database.BeginTransactionAsync(ct) : null;
        if (db.IsPostgres)
        {
            await db.Database.ExecuteSqlAsync(sql, ct);
        }
        return new(own);
    }
}

/// <summary>Commits where it began the transaction, and leaves it to its owner otherwise.</summary>
internal sealed class PlaceTransaction(IDbContextTransaction? own) : IAsyncDisposable
{
    public Task Commit(CancellationToken ct) => own?.CommitAsync(ct) ?? Task.CompletedTask;

    public ValueTask DisposeAsync() => own?.DisposeAsync() ?? ValueTask.CompletedTask;
}
