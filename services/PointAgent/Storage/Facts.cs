using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Data.Sqlite;

namespace LaiChau.PointAgent.Storage;

/// <summary>Single things the agent remembers, each a JSON document under its name.</summary>
internal static class Facts
{
    public const string Identity = "identity";
    public const string Server = "server";
    public const string EnrolmentCode = "enrolment-code";
    public const string Contact = "contact";
    public const string Clock = "clock";
    public const string Scrub = "scrub";
    public const string Evicted = "evicted";
    public const string Stick = "stick";
    public const string Profile = "profile";

    public static T? Recall<T>(this SqliteConnection db, string name, JsonTypeInfo<T> shape) =>
        db.Scalar<string>("SELECT value FROM fact WHERE name = $name", ("$name", name)) is { } json
            ? JsonSerializer.Deserialize(json, shape)
            : default;

    public static void Remember<T>(this SqliteConnection db, string name, T value, JsonTypeInfo<T> shape) =>
        db.Execute(
            "INSERT INTO fact VALUES ($name, $value) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            ("$name", name),
            ("$value", JsonSerializer.Serialize(value, shape))
        );

    public static void Forget(this SqliteConnection db, string name) =>
        db.Execute("DELETE FROM fact WHERE name = $name", ("$name", name));
}
