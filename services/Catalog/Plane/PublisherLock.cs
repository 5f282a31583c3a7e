using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.Catalog.Plane;

/// <summary>What one process at a time does; the numbers are those of the advisory locks.</summary>
internal enum PublisherWork : long
{
    /// <summary>Writing the plane.</summary>
    Plane = 0x6C61_6963_6861_7501,

    /// <summary>Making deltas: it takes long and writes nothing that a reader is pointed to.</summary>
    Deltas = 0x6C61_6963_6861_7502,
}

/// <summary>
/// One worker at a time: an advisory lock in the database for all replicas, and a lock of the process for standalone.
/// PostgreSQL gives it back when the connection ends, so a killed holder holds nothing.
/// </summary>
internal sealed class PublisherLock : IAsyncDisposable
{
    private static readonly ConcurrentDictionary<(string? Database, PublisherWork), SemaphoreSlim> InProcess = new();
    private readonly PublisherWork work;
    private readonly AsyncServiceScope? session;
    private readonly SemaphoreSlim? inProcess;

    private PublisherLock(PublisherWork work, AsyncServiceScope? session, SemaphoreSlim? inProcess) =>
        (this.work, this.session, this.inProcess) = (work, session, inProcess);

    /// <returns>Null when another one is at it.</returns>
    public static async Task<PublisherLock?> TryTake(
        IServiceScopeFactory scopes,
        PublisherWork work,
        CancellationToken ct
    )
    {
        var scope = scopes.CreateAsyncScope();
        var kept = false;
        try
        {
            var db = scope.ServiceProvider.GetRequiredService<CatalogDb>();
            if (!db.IsPostgres)
            {
                var key = (db.Database.GetConnectionString(), work);
                var mine = InProcess.GetOrAdd(key, _ => new SemaphoreSlim(1));
                return await mine.WaitAsync(TimeSpan.Zero, ct) ? new PublisherLock(work, null, mine) : null;
            }
            await db.Database.OpenConnectionAsync(ct);
            var taken = await db
                .Database.SqlQuery<bool>($"SELECT pg_try_advisory_lock({(long)work}) AS \"Value\"")
                .ToListAsync(ct);
            kept = taken[0];
            return kept ? new PublisherLock(work, scope, null) : null;
        }
        finally
        {
            if (!kept)
            {
                await scope.DisposeAsync();
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        inProcess?.Release();
        if (session is not { } held)
        {
            return;
        }
        try
        {
            // The pool resets a session only when it is taken again: until then the lock would stay.
            await held
                .ServiceProvider.GetRequiredService<CatalogDb>()
                .Database.ExecuteSqlAsync($"SELECT pg_advisory_unlock({(long)work})");
        }
        catch (Exception gone) when (gone is System.Data.Common.DbException or InvalidOperationException)
        {
            // With the connection the lock is gone too.
        }
        await held.DisposeAsync();
    }
}
