using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LaiChau.Distribution.Trust;

/// <summary>
/// OLPC canonical JSON (http://wiki.laptop.org/go/Canonical_JSON): what metadata signatures are made over. It leaves control
/// characters as they are, which is not JSON; files are the same with those escaped.
/// </summary>
internal static class CanonicalJson
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 64 };

    /// <exception cref="JsonException">Not JSON, a name twice, too deep.</exception>
    public static JsonElement Parse(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json, Strict);
        return document.RootElement.Clone();
    }

    public static byte[] ForSigning(JsonElement element) => Write(element, escapeControls: false);

    public static byte[] ForFile(JsonElement element) => Write(element, escapeControls: true);

    public static byte[] ForFile(JsonNode node) => ForFile(ToElement(node));

    public static JsonElement ToElement(JsonNode node)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            node.WriteTo(writer);
        }
        return Parse(buffer.WrittenMemory);
    }

    /// <exception cref="JsonException">A number that is not an integer of 64 bits, or a string that is not Unicode.</exception>
    private static byte[] Write(JsonElement element, bool escapeControls)
    {
        var output = new ArrayBufferWriter<byte>();
        try
        {
            Append(element, output, escapeControls);
        }
        catch (Exception e) when (e is InvalidOperationException or EncoderFallbackException)
        {
            throw new JsonException("A string is not valid Unicode.", e);
        }
        return output.WrittenSpan.ToArray();
    }

    private static void Append(JsonElement element, ArrayBufferWriter<byte> output, bool escapeControls)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                var separator = "{"u8;
                // By code point, which is the order of the UTF-8 bytes, not that of UTF-16.
                foreach (
                    var (name, value) in element
                        .EnumerateObject()
                        .Select(p => (Name: Utf8.GetBytes(p.Name), p.Value))
                        .OrderBy(p => p.Name, ByteOrder.Instance)
                )
                {
                    output.Write(separator);
                    AppendString(name, output, escapeControls);
                    output.Write(":"u8);
                    Append(value, output, escapeControls);
                    separator = ","u8;
                }
                output.Write(separator is [(byte)'{'] ? "{}"u8 : "}"u8);
                break;
            case JsonValueKind.Array:
                separator = "["u8;
                foreach (var item in element.EnumerateArray())
                {
                    output.Write(separator);
                    Append(item, output, escapeControls);
                    separator = ","u8;
                }
                output.Write(separator is [(byte)'['] ? "[]"u8 : "]"u8);
                break;
            case JsonValueKind.String:
                AppendString(Utf8.GetBytes(element.GetString()!), output, escapeControls);
                break;
            case JsonValueKind.Number:
                if (!element.TryGetInt64(out var number))
                {
                    throw new JsonException(
                        $"Canonical JSON knows integers of 64 bits only, not {element.GetRawText()}."
                    );
                }
                output.Write(Utf8.GetBytes(number.ToString(System.Globalization.CultureInfo.InvariantCulture)));
                break;
            default:
                output.Write(Utf8.GetBytes(element.GetRawText()));
                break;
        }
    }

    private static void AppendString(ReadOnlySpan<byte> text, ArrayBufferWriter<byte> output, bool escapeControls)
    {
        output.Write("\""u8);
        foreach (var b in text)
        {
            if (b is (byte)'"' or (byte)'\\')
            {
                output.Write([(byte)'\\', b]);
            }
            else if (b < 0x20 && escapeControls)
            {
                output.Write(Utf8.GetBytes($"\\u{b:x4}"));
            }
            else
            {
                output.Write([b]);
            }
        }
        output.Write("\""u8);
    }

    private sealed class ByteOrder : IComparer<byte[]>
    {
        public static readonly ByteOrder Instance = new();

        public int Compare(byte[]? x, byte[]? y) => x.AsSpan().SequenceCompareTo(y);
    }
}
