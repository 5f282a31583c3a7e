using System.Threading.Channels;
using LaiChau.PointAgent.Identity;

namespace LaiChau.PointAgent.Telemetry;

internal sealed class TelemetryWorker(
    AgentOptions options,
    EnrolPoint enrolment,
    SendEvents send,
    FollowProfile profile,
    TimeProvider time,
    ILogger<TelemetryWorker> log
) : BackgroundService
{
    private readonly Backoff _backoff = Backoff.For(options.Report);
    private readonly Channel<bool> _news = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite }
    );

    /// <summary>Something worth telling now rather than at the next regular time.</summary>
    public void Hurry() => _news.Writer.TryWrite(true);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Waited for until it comes: a wait given up for the time would take the news from the next one.
        var news = _news.Reader.ReadAsync(stoppingToken).AsTask();
        while (!stoppingToken.IsCancellationRequested)
        {
            var wait = await TrySend(stoppingToken) ? options.Report : _backoff.Failed();
            if (await Task.WhenAny(Task.Delay(wait, time, stoppingToken), news) == news)
                news = _news.Reader.ReadAsync(stoppingToken).AsTask();
        }
    }

    private async Task<bool> TrySend(CancellationToken stop)
    {
        try
        {
            if (enrolment.Identity is not null && !await send.All(stop))
                return false;
            await profile.AskIfDue(stop);
            _backoff.Succeeded();
            return true;
        }
        catch (Exception error) when (error is not OperationCanceledException || !stop.IsCancellationRequested)
        {
            if (Server.IsUnreachable(error, stop))
                log.LogWarning("Events not delivered, or no answer on the profile: {Reason}; kept", error.Message);
            else
                log.LogError(error, "Events not delivered; kept");
            return false;
        }
    }
}
