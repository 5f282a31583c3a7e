using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Threading.Channels;
using LaiChau.PointAgent.Tests.Faults;
using LaiChau.Testing;
using Microsoft.Win32.SafeHandles;

namespace LaiChau.PointAgent.Tests.Links;

/// <summary>
/// A link between this machine and a network namespace: two TUN devices and a relay between them that loses, delays and holds back packets as told.
/// What goes over it is the kernel's own TCP. There is no netem in every kernel.
/// </summary>
internal sealed partial class ThinLink : IAsyncDisposable
{
    private static int _count;
    private readonly string _here;
    private readonly string _there;
    private readonly int _net = Interlocked.Increment(ref _count) + Environment.ProcessId % 200;
    private readonly CancellationTokenSource _stop = new();
    private readonly Random _random;
    private readonly List<Task> _running = [];
    private readonly SafeFileHandle[] _devices;
    private volatile bool _isSilent;
    private long _delivered;

    /// <param name="delay">Each way.</param>
    /// <param name="loss">Of all packets, each way.</param>
    /// <param name="bytesPerSecond">Each way.</param>
    public ThinLink(int seed, TimeSpan delay, double loss, int bytesPerSecond)
    {
        _random = new Random(seed);
        (_here, _there) = ($"lc{Environment.ProcessId}h{_net}", $"lc{Environment.ProcessId}t{_net}");
        Programs.Run("ip", "netns", "add", Namespace);
        _devices = [Device(_here), Device(_there)];
        Programs.Run("ip", "addr", "add", $"{Here}/30", "dev", _here);
        Programs.Run("ip", "link", "set", _here, "up");
        Programs.Run("ip", "link", "set", _there, "netns", Namespace);
        foreach (
            var command in (string[])[$"addr add {There}/30 dev {_there}", $"link set {_there} up", "link set lo up"]
        )
            Programs.Run("ip", ["-n", Namespace, .. command.Split(' ')]);
        Relay(_devices[0], _devices[1], delay, loss, bytesPerSecond, isDown: true);
        Relay(_devices[1], _devices[0], delay, loss, bytesPerSecond, isDown: false);
    }

    public string Namespace => $"lc-{Environment.ProcessId}-{_net}";

    /// <summary>This machine's address on it.</summary>
    public string Here => $"10.97.{_net}.1";

    private string There => $"10.97.{_net}.2";

    /// <summary>Bytes of IP packets that came out in the namespace.</summary>
    public long Delivered => Interlocked.Read(ref _delivered);

    /// <summary>Nothing gets through, and nobody is told.</summary>
    public void Silence(bool isSilent) => _isSilent = isSilent;

    /// <summary>As when a modem dials anew: what was open in the namespace is gone there, and the other end is not told.</summary>
    public async Task Forget()
    {
        var run = await ProgramRun.OfCommand(["ip", "netns", "exec", Namespace, "ss", "-K", "-t", "-H", "dst", Here]);
        Assert.Equal(0, run.ExitCode);
    }

    public async ValueTask DisposeAsync()
    {
        // That ends whoever reads from them.
        Programs.Run("ip", "link", "del", _here);
        Programs.Run("ip", "-n", Namespace, "link", "del", _there);
        Programs.Run("ip", "netns", "del", Namespace);
        await _stop.CancelAsync();
        foreach (var device in _devices)
            device.Dispose();
        await Task.WhenAll(_running);
        _stop.Dispose();
    }

    private void Relay(
        SafeFileHandle from,
        SafeFileHandle to,
        TimeSpan delay,
        double loss,
        int bytesPerSecond,
        bool isDown
    )
    {
        // What a modem keeps back.
        var longestQueue = TimeSpan.FromSeconds(Math.Max(0.5, 64_000.0 / bytesPerSecond));
        var line = Channel.CreateUnbounded<(long Due, byte[] Packet)>();
        _running.Add(Task.Factory.StartNew(Take, TaskCreationOptions.LongRunning));
        _running.Add(Task.Factory.StartNew(Give, TaskCreationOptions.LongRunning).Unwrap());

        void Take()
        {
            var buffer = new byte[2048];
            var free = Stopwatch.GetTimestamp();
            while ((int)Read(from, buffer, (nuint)buffer.Length) is > 0 and var length)
            {
                var now = Stopwatch.GetTimestamp();
                var begins = Math.Max(now, free);
                if (_isSilent || IsLost(loss) || Stopwatch.GetElapsedTime(now, begins) > longestQueue)
                    continue;
                free = begins + length * Stopwatch.Frequency / bytesPerSecond;
                line.Writer.TryWrite((free + (long)(delay.TotalSeconds * Stopwatch.Frequency), buffer[..length]));
            }
            line.Writer.Complete();
        }

        async Task Give()
        {
            await foreach (var (due, packet) in line.Reader.ReadAllAsync())
            {
                var wait = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due);
                if (wait > TimeSpan.Zero && !_stop.IsCancellationRequested)
                    await Task.Delay(wait, _stop.Token).ContinueWith(_ => { }, TaskScheduler.Default);
                if (_stop.IsCancellationRequested)
                    return;
                if (_isSilent)
                    continue;
                if (isDown)
                    Interlocked.Add(ref _delivered, packet.Length);
                _ = Write(to, packet, (nuint)packet.Length);
            }
        }
    }

    private bool IsLost(double loss)
    {
        lock (_random)
            return _random.NextDouble() < loss;
    }

    /// <summary>It stays ours when it goes to another namespace.</summary>
    private static SafeFileHandle Device(string name)
    {
        const int ReadWrite = 2;
        const nuint SetInterface = 0x400454ca;
        const short TunWithoutHeader = 0x1001;
        var device = new SafeFileHandle(Open("/dev/net/tun", ReadWrite), ownsHandle: true);
        var request = new byte[40];
        System.Text.Encoding.ASCII.GetBytes(name, request);
        BitConverter.TryWriteBytes(request.AsSpan(16), TunWithoutHeader);
        Assert.Equal(0, Control(device, SetInterface, request));
        return device;
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "ioctl")]
    private static partial int Control(SafeFileHandle device, nuint request, byte[] how);

    [LibraryImport("libc", EntryPoint = "read")]
    private static partial nint Read(SafeFileHandle device, byte[] buffer, nuint length);

    [LibraryImport("libc", EntryPoint = "write")]
    private static partial nint Write(SafeFileHandle device, byte[] packet, nuint length);
}
