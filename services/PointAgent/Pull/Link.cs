using System.Net;

namespace LaiChau.PointAgent.Pull;

/// <summary>
/// The point's one way out. No limit on how long a transfer takes, since 64 kbit/s is a working link: what is limited is the
/// time to connect here, and the time without any byte where a stream is read.
/// </summary>
internal static class Link
{
    public static HttpClient Client()
    {
        var client = new HttpClient(
            new SocketsHttpHandler
            {
                ConnectTimeout = TimeSpan.FromSeconds(30),
                PooledConnectionIdleTimeout = TimeSpan.FromMinutes(2),
                AutomaticDecompression = DecompressionMethods.None,
                UseCookies = false,
            }
        )
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        client.DefaultRequestHeaders.UserAgent.ParseAdd("LaiChau-PointAgent/" + Product.Version);
        return client;
    }
}
