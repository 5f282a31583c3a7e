using System.Net.Sockets;
using System.Text;

namespace LaiChau.Benchmarks.Gateway;

/// <summary>What points cost that wait for the next timestamp.</summary>
internal static class HeldRequests
{
    private const int Count = 5_000;
    private const int Seconds = 20;

    public static async Task Measure(Server gateway, string path)
    {
        var tag = await gateway.Tag(path);
        var request = Encoding.ASCII.GetBytes(
            $"GET /{path} HTTP/1.1\r\nHost: {gateway.Address.Authority}\r\nIf-None-Match: {tag}\r\nPrefer: wait=300\r\n\r\n"
        );
        var memory = gateway.ResidentBytes;
        var sockets = new List<Socket>();
        try
        {
            for (var i = 0; i < Count; i++)
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                sockets.Add(socket);
                await socket.ConnectAsync(gateway.Address.Host, gateway.Address.Port);
                await socket.SendAsync(request);
            }
            await Task.Delay(TimeSpan.FromSeconds(5));
            var before = gateway.CpuSeconds;
            await Task.Delay(TimeSpan.FromSeconds(Seconds));
            var cpu = (gateway.CpuSeconds - before) / Seconds;
            if (sockets.Any(socket => socket.Available > 0))
            {
                throw new InvalidOperationException("Some were not held.");
            }
            Console.WriteLine(
                $"\n{Count:n0} held requests: {cpu:p1} of one core, {(gateway.ResidentBytes - memory) / 1024.0 / Count:f1} KiB of memory each."
            );
        }
        finally
        {
            sockets.ForEach(socket => socket.Dispose());
        }
    }
}
