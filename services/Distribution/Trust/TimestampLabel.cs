using System.Text.Json;

namespace LaiChau.Distribution.Trust;

/// <summary>What a timestamp.json says of itself; believe it only of one that was verified.</summary>
/// <param name="Version">Rises with each.</param>
/// <param name="Expires">From then on it is refused.</param>
public readonly record struct TimestampLabel(long Version, DateTimeOffset Expires)
{
    /// <exception cref="InvalidDataException">It says no such thing.</exception>
    public static TimestampLabel Read(ReadOnlyMemory<byte> timestamp)
    {
        try
        {
            using var document = JsonDocument.Parse(timestamp);
            var signed = document.RootElement.GetProperty("signed");
            return new(signed.GetProperty("version").GetInt64(), signed.GetProperty("expires").GetDateTimeOffset());
        }
        catch (Exception error)
            when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException($"The timestamp has no version or end: {error.Message}", error);
        }
    }
}
