using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LaiChau.Distribution;

/// <summary>JSON that is not of the shape asked for.</summary>
internal sealed class JsonShapeException(string message) : Exception(message);

/// <summary>Reading JSON of a given shape, and the reverse for what has no node of its own.</summary>
internal static class JsonShape
{
    public static JsonElement? Optional(this JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) ? value : null;

    public static JsonElement Field(this JsonElement element, string name, JsonValueKind kind) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == kind
            ? value
            : throw new JsonShapeException($"field {name} is missing or not {kind}");

    public static string Text(this JsonElement element, string name) =>
        element.Field(name, JsonValueKind.String).GetString()!;

    public static string Text(this JsonElement element) =>
        element.ValueKind == JsonValueKind.String
            ? element.GetString()!
            : throw new JsonShapeException("a list of strings holds something else");

    public static long Integer(this JsonElement element, string name, long min) =>
        element.Field(name, JsonValueKind.Number).TryGetInt64(out var value) && value >= min
            ? value
            : throw new JsonShapeException($"field {name} is not an integer of at least {min}");

    public static DateTimeOffset Time(this JsonElement element, string name) =>
        DateTimeOffset.TryParseExact(
            element.Text(name),
            TimeFormat,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out var value
        )
            ? value
            : throw new JsonShapeException($"field {name} is not a time like 2026-11-24T00:00:00Z");

    public static string Time(DateTimeOffset time) =>
        time.ToUniversalTime().ToString(TimeFormat, CultureInfo.InvariantCulture);

    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    public static string? OptionalText(this JsonElement element, string name) =>
        element.Optional(name) is null ? null : element.Text(name);

    public static DateTimeOffset? OptionalTime(this JsonElement element, string name) =>
        element.Optional(name) is null ? null : element.Time(name);

    public static IReadOnlyDictionary<string, string> Texts(this JsonElement element, string name) =>
        element.Optional(name) is null
            ? new Dictionary<string, string>()
            : element
                .Field(name, JsonValueKind.Object)
                .EnumerateObject()
                .ToDictionary(p => p.Name, p => p.Value.Text(), StringComparer.Ordinal);

    public static JsonObject Node(IReadOnlyDictionary<string, string> texts) =>
        new(texts.Select(t => KeyValuePair.Create(t.Key, (JsonNode?)JsonValue.Create(t.Value))));
}
