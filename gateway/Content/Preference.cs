using System.Globalization;
using Microsoft.Extensions.Primitives;

namespace LaiChau.Gateway.Content;

/// <summary>The header Prefer (RFC 7240), as far as it is spoken here.</summary>
internal static class Preference
{
    /// <summary>Seconds that the client would wait; 0 when it does not say so.</summary>
    public static int Wait(StringValues prefer)
    {
        foreach (var line in prefer)
        {
            foreach (var item in line.AsSpan().Split(','))
            {
                var preference = line.AsSpan()[item].Trim();
                if (
                    preference.StartsWith("wait=", StringComparison.OrdinalIgnoreCase)
                    && int.TryParse(
                        preference["wait=".Length..],
                        NumberStyles.None,
                        CultureInfo.InvariantCulture,
                        out var seconds
                    )
                )
                {
                    return seconds;
                }
            }
        }
        return 0;
    }
}
