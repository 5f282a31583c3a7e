using System.Text.Json;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.Telemetry.Data;

/// <summary>
/// Many rows as the source of one statement, so that a batch costs one round trip: <c>unnest</c> of arrays on PostgreSQL, <c>json_each</c> on
/// SQLite. The statement says <c>FROM {rows}</c> and speaks of them as <c>r</c>.
/// </summary>
internal sealed class Rows<T>(TelemetryDb db, IReadOnlyCollection<T> items)
{
    private readonly List<(string Name, Array Values)> columns = [];

    public Rows<T> Column<TValue>(string name, Func<T, TValue> value)
    {
        columns.Add((name, items.Select(value).ToArray()));
        return this;
    }

    public async Task<int> Execute(string statement, CancellationToken ct) =>
        items.Count == 0 ? 0 : await db.Database.ExecuteSqlRawAsync(Sql(statement), Parameters(), ct);

    /// <summary>The one column that the statement returns, named <c>"Value"</c>.</summary>
    public async Task<List<TValue>> Returning<TValue>(string statement, CancellationToken ct) =>
        items.Count == 0 ? [] : await db.Database.SqlQueryRaw<TValue>(Sql(statement), Parameters()).ToListAsync(ct);

    private string Sql(string statement) => statement.Replace("{rows}", Source(), StringComparison.Ordinal);

    private string Source()
    {
        if (db.IsPostgres)
        {
            var arrays = string.Join(", ", columns.Select((_, i) => $"{{{i}}}"));
            return $"unnest({arrays}) AS r({string.Join(", ", columns.Select(c => c.Name))})";
        }
        var picked = string.Join(", ", columns.Select((c, i) => $"value ->> {i} AS {c.Name}"));
        return $"(SELECT {picked} FROM json_each({{0}})) AS r";
    }

    private object[] Parameters() =>
        db.IsPostgres
            ? [.. columns.Select(c => (object)c.Values)]
            :
            [
                JsonSerializer.Serialize(
                    Enumerable.Range(0, items.Count).Select(i => columns.Select(c => AsSqlite(c.Values.GetValue(i))))
                ),
            ];

    /// <summary>As the SQLite provider writes them.</summary>
    private static object? AsSqlite(object? value) =>
        value switch
        {
            Guid id => id.ToString().ToUpperInvariant(),
            DateTimeOffset at => at.UtcTicks,
            _ => value,
        };
}

internal static class RowsOfDb
{
    public static Rows<T> Rows<T>(this TelemetryDb db, IReadOnlyCollection<T> items) => new(db, items);
}
