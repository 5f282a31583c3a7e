using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace LaiChau.Testing;

/// <summary>
/// Ports that no other test process takes: below the kernel's ephemeral range, and held by a lock file until this
/// process ends, so that a killed server finds its port free when it comes back.
/// </summary>
public static class FreePort
{
    private const int First = 20_000;
    private const int Last = 32_000;
    private static readonly List<FileStream> Held = [];

    public static int Take() => TakeRange(1);

    /// <summary>The first of <paramref name="count"/> free ports in a row.</summary>
    public static int TakeRange(int count)
    {
        for (var attempt = 0; attempt < 1_000; attempt++)
        {
            // Aligned, so that ranges taken by different processes are the same or do not touch.
            var step = count == 1 ? 1 : 50;
            var port = First + RandomNumberGenerator.GetInt32((Last - First) / step) * step;
            if (Enumerable.Range(port, count).All(Hold))
            {
                return port;
            }
        }
        throw new InvalidOperationException($"No free port between {First} and {Last}.");
    }

    private static bool Hold(int port)
    {
        try
        {
            using (var listener = new TcpListener(IPAddress.Any, port))
            {
                listener.Start();
            }
            var file = Path.Combine(Path.GetTempPath(), $"laichau-port-{port}.lock");
            var held = new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            lock (Held)
            {
                Held.Add(held);
            }
            return true;
        }
        catch (Exception e) when (e is SocketException or IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
