using System.Net;
using System.Net.Sockets;

namespace LaiChau.Benchmarks;

/// <summary>
/// Stands between a client and a server and counts every byte that crosses, headers and all, each way; can cut the line after any
/// byte. What IP and TCP add is not counted.
/// </summary>
internal sealed class Wire : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Uri _server;
    private readonly Task _accepting;
    private long _up;
    private long _down;
    private long _cutAfter = long.MaxValue;

    public Wire(Uri server)
    {
        _server = server;
        _listener.Start();
        _accepting = Accept();
    }

    /// <summary>What the client is told instead of the server's address.</summary>
    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");

    /// <summary>Bytes to the server and bytes from it since the last <see cref="Reset"/>.</summary>
    public (long Up, long Down) Bytes => (Interlocked.Read(ref _up), Interlocked.Read(ref _down));

    /// <summary>Counts from nought; the line goes dead once <paramref name="cutAfter"/> bytes have come from the server.</summary>
    public void Reset(long cutAfter = long.MaxValue)
    {
        Interlocked.Exchange(ref _up, 0);
        Interlocked.Exchange(ref _down, 0);
        Interlocked.Exchange(ref _cutAfter, cutAfter);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stop.Dispose();
        _listener.Dispose();
    }

    private bool IsCut => Interlocked.Read(ref _down) >= Interlocked.Read(ref _cutAfter);

    private async Task Accept()
    {
        var lines = new List<Task>();
        try
        {
            while (true)
            {
                lines.Add(Carry(await _listener.AcceptTcpClientAsync(_stop.Token)));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(lines);
        }
    }

    private async Task Carry(TcpClient client)
    {
        using var server = new TcpClient();
        using var line = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        try
        {
            if (!IsCut)
            {
                await server.ConnectAsync(_server.Host, _server.Port, line.Token);
                (client.NoDelay, server.NoDelay) = (true, true);
                var up = Copy(client.GetStream(), server.GetStream(), Up, line);
                var down = Copy(server.GetStream(), client.GetStream(), Down, line);
                await Task.WhenAll(up, down);
            }
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
        {
            // Either end has closed, or the line was cut: the client sees it close too.
        }
        finally
        {
            client.Dispose();
        }
    }

    private static async Task Copy(Stream from, Stream to, Func<int, int> count, CancellationTokenSource line)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            int read;
            while ((read = await from.ReadAsync(buffer, line.Token)) > 0)
            {
                var passed = count(read);
                await to.WriteAsync(buffer.AsMemory(0, passed), line.Token);
                if (passed < read)
                {
                    break;
                }
            }
        }
        finally
        {
            await line.CancelAsync();
        }
    }

    private int Up(int read)
    {
        Interlocked.Add(ref _up, read);
        return read;
    }

    /// <summary>How many of the bytes read still pass.</summary>
    private int Down(int read)
    {
        var before = Interlocked.Add(ref _down, read) - read;
        var passed = (int)Math.Clamp(Interlocked.Read(ref _cutAfter) - before, 0, read);
        Interlocked.Add(ref _down, passed - read);
        return passed;
    }
}
