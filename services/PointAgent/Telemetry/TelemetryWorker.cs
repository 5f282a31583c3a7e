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
    private readonly Backoff _backoff = new(options.Report, TimeSpan.FromMinutes(30));
    private readonly SemaphoreSlim _news = new(0, 1);

    /// <summary>Something worth telling now rather than at the next regular time.</summary>
    public void Hurry()
    {
        if (_news.CurrentCount == 0)
            _news.Release();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var wait = await TrySend(stoppingToken) ? options.Report : _backoff.Failed();
            await Task.WhenAny(Task.Delay(wait, time, stoppingToken), _news.WaitAsync(stoppingToken));
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
