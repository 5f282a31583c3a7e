using System.Net;
using System.Net.Sockets;

namespace LaiChau.PointAgent.Pull;

/// <summary>
/// The point's one way out. No limit on how long a transfer takes, since 64 kbit/s is a working link: what is limited is the
/// time to connect here, and the time without any byte where a stream is read. One connection is kept, since a new one costs more than all that an
/// idle point says in hours; where the platform speaks HTTP/2 everything goes over it side by side.
/// </summary>
internal static class Link
{
    /// <summary>Seconds; the kernel takes no more.</summary>
    private const int LongestSilence = short.MaxValue;

    /// <summary>More than this is not read of an answer nobody wants, only to keep its connection.</summary>
    private const int WorthAConnection = 8 * 1024;

    /// <param name="poll">A connection that has been silent for that long is probed: a dead one ends, and no router on the way forgets a living one.</param>
    /// <param name="count">Told of all bytes that go, both ways.</param>
    public static HttpClient Client(TimeSpan poll, Action<int> count)
    {
        var client = new HttpClient(
            new SocketsHttpHandler
            {
                ConnectTimeout = TimeSpan.FromSeconds(30),
                ConnectCallback = (connection, stop) => Connect(connection.DnsEndPoint, poll, count, stop),
                PooledConnectionIdleTimeout = poll * 1.5,
                MaxResponseDrainSize = WorthAConnection,
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

    private static async ValueTask<Stream> Connect(
        DnsEndPoint server,
        TimeSpan poll,
        Action<int> count,
        CancellationToken stop
    )
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            Set(SocketOptionName.TcpKeepAliveTime, (int)Math.Clamp(poll.TotalSeconds, 1, LongestSilence));
            Set(SocketOptionName.TcpKeepAliveInterval, 15);
            Set(SocketOptionName.TcpKeepAliveRetryCount, 4);
            await socket.ConnectAsync(server, stop);
            return new CountedStream(socket, count);
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        void Set(SocketOptionName option, int value) => socket.SetSocketOption(SocketOptionLevel.Tcp, option, value);
    }

    private sealed class CountedStream(Socket socket, Action<int> count) : NetworkStream(socket, ownsSocket: true)
    {
        public override async ValueTask<int> ReadAsync(
            Memory<byte> buffer,
            CancellationToken cancellationToken = default
        )
        {
            var read = await base.ReadAsync(buffer, cancellationToken);
            count(read);
            return read;
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            count(buffer.Length);
            return base.WriteAsync(buffer, cancellationToken);
        }
    }
}
