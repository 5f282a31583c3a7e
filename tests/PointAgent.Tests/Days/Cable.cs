using System.Net;
using System.Net.Sockets;

namespace LaiChau.PointAgent.Tests.Days;

/// <summary>The point's way to the platform: can be cut, which ends what is on it, and be as thin as a test wants it.</summary>
internal sealed class Cable : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Uri _server;
    private readonly Task _accepting;
    private CancellationTokenSource _line = new();
    private volatile bool _isCut;
    private volatile int _bytesPerSecond = int.MaxValue;

    public Cable(Uri server)
    {
        _server = server;
        _listener.Start();
        _accepting = Accept();
    }

    /// <summary>What the point is told instead of the platform's address.</summary>
    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");

    public void Cut()
    {
        _isCut = true;
        Interlocked.Exchange(ref _line, new()).Cancel();
    }

    public void Mend() => _isCut = false;

    /// <summary>How fast each connection is, each way.</summary>
    public void Carry(int bytesPerSecond) => _bytesPerSecond = bytesPerSecond;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        Cut();
        await _accepting;
        _listener.Dispose();
        _line.Dispose();
        _stop.Dispose();
    }

    private async Task Accept()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
                connections.Add(Connect(await _listener.AcceptTcpClientAsync(_stop.Token)));
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task Connect(TcpClient point)
    {
        using var _ = point;
        using var server = new TcpClient();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token, _line.Token);
        try
        {
            // What is not read any more when it ends is lost, as on a line.
            point.LingerState = server.LingerState = new(enable: true, seconds: 0);
            if (_isCut)
                return;
            await server.ConnectAsync(_server.Host, _server.Port, end.Token);
            var (up, down) = (
                Copy(point.GetStream(), server.GetStream(), end.Token),
                Copy(server.GetStream(), point.GetStream(), end.Token)
            );
            await Task.WhenAny(up, down);
            await end.CancelAsync();
            await Task.WhenAll(up, down);
        }
        catch (Exception error) when (error is IOException or SocketException or OperationCanceledException)
        {
            // Either end has gone, or it was cut.
        }
    }

    private async Task Copy(NetworkStream from, NetworkStream to, CancellationToken stop)
    {
        var buffer = new byte[16 * 1024];
        while (
            await from.ReadAsync(buffer.AsMemory(0, Math.Min(buffer.Length, _bytesPerSecond / 10)), stop)
                is > 0
                    and var read
        )
        {
            await to.WriteAsync(buffer.AsMemory(0, read), stop);
            if (_bytesPerSecond < int.MaxValue)
                await Task.Delay(TimeSpan.FromSeconds((double)read / _bytesPerSecond), stop);
        }
    }
}
