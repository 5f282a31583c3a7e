using System.Text;
using System.Text.Json;

namespace LaiChau.Telemetry.Events;

/// <summary>Reads the fields of one event out of any JSON whatever, and remembers the first thing wrong with it.</summary>
internal sealed class EventFields(JsonElement json)
{
    /// <summary>Stable code of the first fault, for the point's log.</summary>
    public string? Fault { get; private set; }

    /// <summary>The id for the answer, also when it is no id.</summary>
    public string? ToldId =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty("id", out var id) && Plain(id) is { } text
            ? text[..Math.Min(text.Length, 64)]
            : null;

    public void Refuse(string code) => Fault ??= code;

    public Guid Id(string name) =>
        Find(name) is not { } value ? default
        : Plain(value) is { } text && Guid.TryParseExact(text, "D", out var id) && id != Guid.Empty ? id
        : Bad<Guid>(name == "id" ? "bad-id" : "bad-value");

    public DateTimeOffset Time(string name) =>
        Find(name) is not { } value ? default
        : value.ValueKind == JsonValueKind.String && value.TryGetDateTimeOffset(out var time) ? time.ToUniversalTime()
        : Bad<DateTimeOffset>("bad-value");

    public string Text(string name, int longest, bool mayBeEmpty = false)
    {
        if (Find(name) is not { } value)
        {
            return "";
        }
        var text = Plain(value);
        return text is null || text.Length > longest || (text.Length == 0 && !mayBeEmpty)
            ? Bad<string>("bad-value") ?? ""
            : text;
    }

    /// <summary>Text of people, which may have lines.</summary>
    public string? OptionalText(string name, int longest) =>
        !json.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null ? null
        : Plain(value, withLines: true) is { } text && text.Length <= longest ? text
        : Bad<string>("bad-value");

    public string OneOf(string name, params ReadOnlySpan<string> words)
    {
        var text = Text(name, 40);
        if (!words.Contains(text))
        {
            Refuse("bad-value");
        }
        return text;
    }

    public long Number(string name, long most = long.MaxValue) =>
        Find(name) is { } value ? Whole(value, most) : default;

    public long? OptionalNumber(string name, long most = long.MaxValue) =>
        json.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? Whole(value, most) : null;

    private long Whole(JsonElement value, long most) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) && number >= 0 && number <= most
            ? number
            : Bad<long>("bad-value");

    private JsonElement? Find(string name)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            Refuse("bad-event");
            return null;
        }
        if (json.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null)
        {
            return value;
        }
        Refuse("missing-field");
        return null;
    }

    private T? Bad<T>(string code)
    {
        Refuse(code);
        return default;
    }

    /// <summary>NFC text without control characters, or null: half a surrogate pair or a NUL would be refused by the database.</summary>
    private static string? Plain(JsonElement value, bool withLines = false)
    {
        try
        {
            var text = value.ValueKind == JsonValueKind.String ? value.GetString() : null;
            return text?.Any(c => char.IsControl(c) && !(withLines && c is '\n')) == false
                ? text.Normalize(NormalizationForm.FormC)
                : null;
        }
        catch (Exception notText) when (notText is InvalidOperationException or ArgumentException)
        {
            return null;
        }
    }
}
