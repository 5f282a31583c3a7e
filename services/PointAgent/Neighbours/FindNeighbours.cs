using System.Net;
using static LaiChau.PointAgent.Durations;

namespace LaiChau.PointAgent.Neighbours;

/// <summary>
/// Says by mDNS (RFC 6762, 6763; IPv4) that this point is there, and hears of others. A subset: queries and answers are multicast, known answers are not left
/// out, and a neighbour speaks for the address alone from which it sends. Nothing of it passes a router.
/// </summary>
internal sealed class FindNeighbours(
    AgentOptions options,
    Neighbourhood neighbourhood,
    ServeNeighbours served,
    TimeProvider time,
    ILogger<FindNeighbours> log
) : BackgroundService
{
    private const string Service = "_laichau-point._tcp.local";
    private const uint Ttl = 75 * 60;
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(5);

    private readonly string _instance = $"{neighbourhood.Self:n}.{Service}";
    private readonly string _host = $"laichau-{neighbourhood.Self:n}.local";
    private readonly SemaphoreSlim _asked = new(0, 1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!neighbourhood.IsSearched)
            return;
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                using var group = new MulticastGroup(options, log);
                using var failed = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
                Task[] work = [Hear(group, failed.Token), Say(group, failed.Token), Answer(group, failed.Token)];
                await Task.WhenAny(work);
                await failed.CancelAsync();
                if (stoppingToken.IsCancellationRequested)
                    Send(group, ttl: 0);
                await Task.WhenAll(work);
            }
            catch (Exception error) when (!stoppingToken.IsCancellationRequested)
            {
                log.LogWarning("Points next door cannot be looked for: {Reason}", error.Message);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            neighbourhood.HasLooked();
            await Task.Delay(Look, time, stoppingToken);
        }
    }

    /// <summary>Asks, ever more seldom, and begins anew when a network comes up: this machine may have started before that.</summary>
    private async Task Say(MulticastGroup group, CancellationToken stop)
    {
        var pause = TimeSpan.Zero;
        while (true)
        {
            if (group.Join())
                pause = TimeSpan.Zero;
            group.Send(_ => DnsMessage.Query(Service));
            if (pause <= FirstPause)
                Send(group, Ttl);
            pause = pause == TimeSpan.Zero ? FirstPause : Shorter(pause * 2, LongestPause);
            var since = time.GetTimestamp();
            while (pause - time.GetElapsedTime(since) is var left && left > TimeSpan.Zero && !group.HasNewNetwork())
                await Task.Delay(Shorter(left, Look), time, stop);
            if (pause > FirstPause)
                neighbourhood.HasLooked();
        }
    }

    private async Task Hear(MulticastGroup group, CancellationToken stop)
    {
        while (true)
            if (await group.Receive(stop) is var (from, bytes) && DnsMessage.Parse(bytes.Span) is { } message)
                Take(message, from);
    }

    private void Take(DnsMessage message, IPAddress from)
    {
        if (!message.IsResponse)
        {
            if (
                _asked.CurrentCount == 0
                && message.Questions.Any(q => q.Name is Service || q.Name == _instance || q.Name == _host)
            )
                _asked.Release();
            return;
        }
        foreach (var found in message.Records.Where(r => r is { Type: DnsType.Ptr, Name: Service }))
            if (
                found.Target != _instance
                && message.Records.FirstOrDefault(r => r.Type == DnsType.Srv && r.Name == found.Target)
                    is { Port: > 0 }
                        and var at
            )
                neighbourhood.Seen(new(from, at.Port), TimeSpan.FromSeconds(Math.Min(found.Ttl, Ttl)));
    }

    /// <summary>Once a second at most, whoever asks how often, and not at the same moment as all others.</summary>
    private async Task Answer(MulticastGroup group, CancellationToken stop)
    {
        while (true)
        {
            await _asked.WaitAsync(stop);
            await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(20, 120)), time, stop);
            Send(group, Ttl);
            await Task.Delay(TimeSpan.FromSeconds(1), time, stop);
        }
    }

    private void Send(MulticastGroup group, uint ttl)
    {
        if (served.Port is { } port)
            group.Send(own => DnsMessage.Response(Service, _instance, _host, own, port, ttl));
    }
}
