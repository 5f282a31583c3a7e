using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace LaiChau.ServiceDefaults.Http;

/// <summary>Text from outside is NFC from the first moment: Vietnamese typed on a phone and on a PC compares equal.</summary>
internal sealed class NfcStringConverter : JsonConverter<string>
{
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String
            ? reader.GetString()?.Normalize(NormalizationForm.FormC)
            : throw new JsonException("A string is expected here.");

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value);

    public override string ReadAsPropertyName(
        ref Utf8JsonReader reader,
        Type typeToConvert,
        JsonSerializerOptions options
    ) => reader.GetString()!.Normalize(NormalizationForm.FormC);

    public override void WriteAsPropertyName(Utf8JsonWriter writer, string value, JsonSerializerOptions options) =>
        writer.WritePropertyName(value);
}
