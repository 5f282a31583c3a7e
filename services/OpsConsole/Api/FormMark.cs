using System.Globalization;
using System.Net.Http.Headers;

namespace LaiChau.OpsConsole.Api;

/// <summary>What a form carries besides its fields: sent twice it counts once, and it means the version that its writer saw.</summary>
internal sealed record FormMark(string? Once, long? Version = null)
{
    public void On(HttpRequestMessage request)
    {
        if (Once is { Length: > 0 and <= 100 })
        {
            request.Headers.TryAddWithoutValidation("Idempotency-Key", Once);
        }
        if (Version is { } version)
        {
            request.Headers.IfMatch.Add(
                new EntityTagHeaderValue($"\"{version.ToString(CultureInfo.InvariantCulture)}\"")
            );
        }
    }
}
