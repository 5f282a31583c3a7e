using System.Globalization;
using System.Net;

namespace LaiChau.PointAgent.Neighbours;

/// <summary>Where a point next door may be, and how it is written in a setting.</summary>
internal static class NearNetworks
{
    /// <summary>RFC 1918, RFC 3927, RFC 4193, link-local, and this machine.</summary>
    public static readonly IReadOnlyList<IPNetwork> Private =
    [
        .. new[]
        {
            "10.0.0.0/8",
            "172.16.0.0/12",
            "192.168.0.0/16",
            "169.254.0.0/16",
            "127.0.0.0/8",
            "fc00::/7",
            "fe80::/10",
            "::1/128",
        }.Select(n => IPNetwork.Parse(n)),
    ];

    public static bool Includes(this IReadOnlyList<IPNetwork> networks, IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return networks.Any(n => n.Contains(plain));
    }

    public static IPNetwork Parse(string text) =>
        IPNetwork.TryParse(text, out var network)
            ? network
            : throw new FormatException($"Agent:NeighbourNetworks has no network such as 192.168.1.0/24: {text}");

    /// <summary>An address with its port.</summary>
    public static string Named(string text) =>
        text == AgentOptions.FindNeighbours ? text
        : Uri.TryCreate($"http://{text}/", UriKind.Absolute, out var address)
        && address is { PathAndQuery: "/", UserInfo: "", HostNameType: not UriHostNameType.Basic }
            ? $"{address.Host}:{(address.IsDefaultPort ? AgentOptions.DefaultNeighbourPort : address.Port)}"
        : throw new FormatException($"Agent:Neighbours has no address such as 192.168.1.20:8085: {text}");

    public static int? Port(string? text, int otherwise) =>
        text is null ? otherwise
        : string.IsNullOrWhiteSpace(text) ? null
        : ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? port
        : throw new FormatException($"Agent:NeighbourPort is not a port: {text}");
}
