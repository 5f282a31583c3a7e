using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Unicode;

namespace LaiChau.ServiceDefaults.Http;

/// <summary>How JSON looks at every door: camelCase, enums as camelCase words, nothing required may be missing or null.</summary>
public static class PlatformJson
{
    public static JsonSerializerOptions Options { get; } = Apply(new JsonSerializerOptions(JsonSerializerDefaults.Web));

    /// <summary>For what we wrote ourselves: a row or a message of an older version may lack what a newer one has.</summary>
    public static JsonSerializerOptions Stored { get; } =
        ApplyStored(new JsonSerializerOptions(JsonSerializerDefaults.Web));

    public static JsonSerializerOptions ApplyStored(JsonSerializerOptions options)
    {
        Apply(options);
        options.RespectNullableAnnotations = false;
        options.RespectRequiredConstructorParameters = false;
        return options;
    }

    public static JsonSerializerOptions Apply(JsonSerializerOptions options)
    {
        options.RespectNullableAnnotations = true;
        options.RespectRequiredConstructorParameters = true;
        options.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        options.Encoder = JavaScriptEncoder.Create(UnicodeRanges.All);
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false));
        options.Converters.Add(new NfcStringConverter());
        return options;
    }
}
