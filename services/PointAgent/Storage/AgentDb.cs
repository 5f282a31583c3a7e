using Microsoft.Data.Sqlite;

namespace LaiChau.PointAgent.Storage;

/// <summary>
/// The point's own database: what is on the screen, what is trusted, what has not been told to the server yet. One writer at
/// a time; readers see whole transactions.
/// </summary>
internal sealed class AgentDb : IDisposable
{
    /// <summary>KiB a connection, of which there are as many as readers at once; the system caches the file anyway.</summary>
    private const string SmallCache = "PRAGMA cache_size=-256";

    private readonly SqliteConnection _writer;
    private readonly string _readers;
    private readonly Lock _turn = new();

    public AgentDb(string folder)
    {
        Durable.MakeFolder(folder);
        var path = Path.Combine(folder, "agent.db");
        var address = new SqliteConnectionStringBuilder
        {
            DataSource = path,
            DefaultTimeout = 30,
            ForeignKeys = true,
        };
        _readers = address.ConnectionString;
        address.Pooling = false;
        _writer = new SqliteConnection(address.ConnectionString);
        _writer.Open();
        _writer.Execute("PRAGMA journal_mode=WAL");
        _writer.Execute(SmallCache);
        Upgrade();
    }

    /// <summary>On the disk when it returns: fsync at commit.</summary>
    public T Write<T>(Func<SqliteConnection, T> change) => Write(change, "FULL");

    public void Write(Action<SqliteConnection> change) => Write(Answering(change), "FULL");

    /// <summary>
    /// Survives the death of the process, not of the power: for counts made on a citizen's page view, which must not wait for
    /// the disk.
    /// </summary>
    public void WriteQuickly(Action<SqliteConnection> change) => Write(Answering(change), "NORMAL");

    public T Read<T>(Func<SqliteConnection, T> question)
    {
        using var connection = new SqliteConnection(_readers);
        connection.Open();
        connection.Execute(SmallCache);
        return question(connection);
    }

    public void Dispose()
    {
        lock (_turn)
            _writer.Dispose();
        using var reader = new SqliteConnection(_readers);
        SqliteConnection.ClearPool(reader);
    }

    private T Write<T>(Func<SqliteConnection, T> change, string durability)
    {
        lock (_turn)
        {
            _writer.Execute("PRAGMA synchronous=" + durability);
            using var transaction = _writer.BeginTransaction(deferred: false);
            var answer = change(_writer);
            transaction.Commit();
            return answer;
        }
    }

    private static Func<SqliteConnection, bool> Answering(Action<SqliteConnection> change) =>
        connection =>
        {
            change(connection);
            return true;
        };

    private void Upgrade()
    {
        var version = _writer.Scalar<long>("PRAGMA user_version");
        for (; version < Schema.Steps.Count; version++)
        {
            var step = Schema.Steps[(int)version];
            var next = version + 1;
            Write(
                connection =>
                {
                    connection.Execute(step);
                    connection.Execute($"PRAGMA user_version={next}");
                    return true;
                },
                "FULL"
            );
        }
    }
}
