using Microsoft.AspNetCore.HttpOverrides;

namespace LaiChau.Gateway.Edge;

/// <summary>Believes X-Forwarded-For, -Proto and -Host from the proxies the settings name, and from nobody else.</summary>
internal static class TrustedProxies
{
    public static void AddTrustedProxies(this WebApplicationBuilder builder)
    {
        string[] configured = builder.Configuration.GetSection("Gateway:TrustedProxies").Get<string[]>() ?? [];
        var trusted = configured.Where(entry => entry.Length > 0).ToArray();
        builder.Services.Configure<ForwardedHeadersOptions>(options =>
        {
            options.KnownProxies.Clear();
            options.KnownIPNetworks.Clear();
            foreach (var entry in trusted)
            {
                options.KnownIPNetworks.Add(ParseNetwork(entry));
            }
            // An empty list of the known would mean that everybody is believed.
            options.ForwardedHeaders =
                trusted.Length == 0 ? ForwardedHeaders.None : ForwardedHeaders.All & ~ForwardedHeaders.XForwardedPrefix;
            options.ForwardLimit = null;
        });
    }

    private static System.Net.IPNetwork ParseNetwork(string entry) =>
        System.Net.IPNetwork.TryParse(entry, out var network) ? network
        : System.Net.IPAddress.TryParse(entry, out var address)
            ? new System.Net.IPNetwork(address, address.GetAddressBytes().Length * 8)
        : throw new InvalidOperationException($"Gateway:TrustedProxies: {entry} is neither an address nor a network.");
}
