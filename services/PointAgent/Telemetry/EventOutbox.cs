using System.Text.Json;
using LaiChau.PointAgent.Storage;
using Microsoft.Data.Sqlite;

namespace LaiChau.PointAgent.Telemetry;

/// <summary>Events kept until the server has them. Each is written in the transaction of the change it tells of.</summary>
internal static class EventOutbox
{
    public const int BatchSize = 500;

    public static void Tell(this SqliteConnection db, PointEvent told) =>
        db.Execute(
            "INSERT INTO event VALUES ($id, $document)",
            ("$id", told.Id.ToString()),
            ("$document", JsonSerializer.Serialize(told, AgentJson.Default.PointEvent))
        );

    public static List<PointEvent> Oldest(this AgentDb db, int limit) =>
        db.Read(c =>
            c.Query(
                "SELECT document FROM event ORDER BY rowid LIMIT $limit",
                row => JsonSerializer.Deserialize(row.GetString(0), AgentJson.Default.PointEvent)!,
                ("$limit", limit)
            )
        );

    /// <summary>What is kept, as a mark that changes with it; null: nothing.</summary>
    public static string? KeptMark(this AgentDb db) =>
        db.Read(c =>
            c.Query(
                "SELECT COUNT(*), MIN(rowid), MAX(rowid) FROM event",
                row => row.GetInt64(0) == 0 ? null : $"{row.GetInt64(0)} {row.GetInt64(1)} {row.GetInt64(2)}"
            )[0]
        );

    public static void Delivered(
        this AgentDb db,
        IEnumerable<PointEvent> sent,
        IReadOnlyDictionary<Guid, string> refused,
        DateTimeOffset at
    ) =>
        db.Write(c =>
        {
            foreach (var told in sent)
            {
                if (refused.TryGetValue(told.Id, out var code))
                    c.Execute(
                        "INSERT OR IGNORE INTO refused_event SELECT id, $code, document, $at FROM event WHERE id = $id",
                        ("$code", code),
                        ("$at", at.ToString("O")),
                        ("$id", told.Id.ToString())
                    );
                c.Execute("DELETE FROM event WHERE id = $id", ("$id", told.Id.ToString()));
            }
        });
}
