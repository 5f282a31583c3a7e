using System.Net;
using System.Net.Http.Json;
using LaiChau.PointAgent.Identity;
using LaiChau.PointAgent.Storage;

namespace LaiChau.PointAgent.Telemetry;

/// <summary>
/// Offers the kept events to the server, oldest first, and drops each only after the server has said it holds it. A batch
/// whose answer was lost goes out again with the same ids.
/// </summary>
internal sealed class SendEvents(
    AgentOptions options,
    AgentDb db,
    AccessToken token,
    Server server,
    TimeProvider time,
    ILogger<SendEvents> log
)
{
    /// <summary>Sends until none is left; false when the server did not take a batch, and it is to be tried later.</summary>
    public async Task<bool> All(CancellationToken stop)
    {
        var size = EventOutbox.BatchSize;
        while (db.Oldest(size) is { Count: > 0 } batch)
        {
            using var answer = await Offer(batch, stop);
            if (answer.IsSuccessStatusCode)
            {
                await Settle(batch, answer, stop);
                size = EventOutbox.BatchSize;
            }
            else if (
                answer.StatusCode
                is not (
                    HttpStatusCode.BadRequest
                    or HttpStatusCode.UnprocessableContent
                    or HttpStatusCode.RequestEntityTooLarge
                )
            )
            {
                log.LogWarning(
                    "Events not taken: HTTP {Status}; {Count} or more kept",
                    (int)answer.StatusCode,
                    batch.Count
                );
                return false;
            }
            else if (batch.Count > 1)
            {
                size = batch.Count / 2;
            }
            else
            {
                await SetAside(batch[0], answer, stop);
                size = EventOutbox.BatchSize;
            }
        }
        return true;
    }

    private async Task<HttpResponseMessage> Offer(List<PointEvent> batch, CancellationToken stop)
    {
        using var body = JsonContent.Create(new EventBatch(batch), AgentJson.Default.EventBatch);
        var answer = await server.Post(
            new Uri(options.ServerRoot, "api/telemetry/events"),
            body,
            await token.Get(stop),
            stop
        );
        if (answer.StatusCode == HttpStatusCode.Unauthorized)
            token.Drop();
        return answer;
    }

    private async Task Settle(List<PointEvent> batch, HttpResponseMessage answer, CancellationToken stop)
    {
        var taken =
            await answer.Content.ReadFromJsonAsync(AgentJson.Default.EventsAnswer, stop)
            ?? throw new InvalidDataException("The server answered the events with an empty body.");
        var refused = (taken.Rejected ?? []).ToDictionary(r => r.Id, r => r.Code);
        foreach (var (id, code) in refused)
            log.LogError("Event {EventId} refused by the server: {Code}; set aside", id, code);
        db.Delivered(batch, refused, time.GetUtcNow());
        log.LogInformation(
            "Events told: {Accepted} new, {Duplicates} known already, {Refused} refused",
            taken.Accepted,
            taken.Duplicates,
            refused.Count
        );
    }

    /// <summary>One event alone makes the server refuse the whole request: without this it would dam up all later ones.</summary>
    private async Task SetAside(PointEvent told, HttpResponseMessage answer, CancellationToken stop)
    {
        var code = (await Problem.Read(answer, stop)).Code ?? $"http-{(int)answer.StatusCode}";
        log.LogError("Event {EventId} {Kind} refused by the server: {Code}; set aside", told.Id, told.Kind, code);
        db.Delivered([told], new Dictionary<Guid, string> { [told.Id] = code }, time.GetUtcNow());
    }
}
