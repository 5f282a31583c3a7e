using Microsoft.EntityFrameworkCore;

namespace LaiChau.Catalog.Plane;

/// <summary>
/// One writer of the plane at a time: an advisory lock in the database for all replicas, and a lock of the process for standalone.
/// PostgreSQL gives it back when the connection ends, so a killed holder holds nothing.
/// </summary>
internal sealed class PublisherLock : IAsyncDisposable
{
    private const long Key = 0x6C61_6963_6861_7501;
    private static readonly SemaphoreSlim InProcess = new(1);
    private readonly AsyncServiceScope? held;

    private PublisherLock(AsyncServiceScope? held) => this.held = held;

    /// <returns>Null when another one writes.</returns>
    public static async Task<PublisherLock?> TryTake(IServiceScopeFactory scopes, CancellationToken ct)
    {
        var scope = scopes.CreateAsyncScope();
        var kept = false;
        try
        {
            var db = scope.ServiceProvider.GetRequiredService<CatalogDb>();
            if (!db.IsPostgres)
            {
                return await InProcess.WaitAsync(TimeSpan.Zero, ct) ? new PublisherLock(null) : null;
            }
            await db.Database.OpenConnectionAsync(ct);
            var taken = await db
                .Database.SqlQuery<bool>($"SELECT pg_try_advisory_lock({Key}) AS \"Value\"")
                .ToListAsync(ct);
            kept = taken[0];
            return kept ? new PublisherLock(scope) : null;
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
        if (held is not { } session)
        {
            InProcess.Release();
            return;
        }
        try
        {
            // The pool resets a session only when it is taken again: until then the lock would stay.
            await session
                .ServiceProvider.GetRequiredService<CatalogDb>()
                .Database.ExecuteSqlAsync($"SELECT pg_advisory_unlock({Key})");
        }
        catch (Exception gone) when (gone is System.Data.Common.DbException or InvalidOperationException)
        {
            // With the connection the lock is gone too.
        }
        await session.DisposeAsync();
    }
}
