using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace LaiChau.PointAgent.Tests;

/// <summary>What systemd listens on: every datagram, and when it came.</summary>
internal sealed class NotifySocket : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("notify-");
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
    private readonly ConcurrentQueue<string> _said = new();
    private long _last = Stopwatch.GetTimestamp();

    public NotifySocket()
    {
        _socket.Bind(new UnixDomainSocketEndPoint(Path));
        _ = Listen();
    }

    public string Path => System.IO.Path.Combine(_folder.FullName, "notify");

    public IReadOnlyList<string> Said => [.. _said];

    public int Pings => _said.Count(s => s == "WATCHDOG=1");

    public TimeSpan Silence => Stopwatch.GetElapsedTime(Interlocked.Read(ref _last));

    public void Dispose()
    {
        _socket.Dispose();
        _folder.Delete(recursive: true);
    }

    private async Task Listen()
    {
        var buffer = new byte[4096];
        try
        {
            while (true)
            {
                var length = await _socket.ReceiveAsync(buffer, SocketFlags.None);
                Interlocked.Exchange(ref _last, Stopwatch.GetTimestamp());
                _said.Enqueue(Encoding.UTF8.GetString(buffer, 0, length));
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // Closed.
        }
    }
}
