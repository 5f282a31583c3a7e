using LaiChau.Distribution.Content;
using LaiChau.Distribution.Feeds;
using LaiChau.PointAgent.Library;
using LaiChau.PointAgent.Pull;
using static LaiChau.PointAgent.Durations;

namespace LaiChau.PointAgent.Neighbours;

/// <summary>Asks all neighbours at once what they have of a release: one small request to each.</summary>
internal sealed class AskNeighbours(
    AgentOptions options,
    Neighbourhood neighbourhood,
    NeighbourClient client,
    Shelf shelf,
    FileStore store,
    PartialReleases partials,
    ILogger<AskNeighbours> log
)
{
    private const int MostFiles = 10_000;

    /// <summary>When to ask again for what one is fetching.</summary>
    public TimeSpan Soon { get; } = Shorter(options.Poll, TimeSpan.FromSeconds(5));

    /// <summary>When to ask again for what waits here, be it for the next month.</summary>
    public TimeSpan Later { get; } = Shorter(options.Poll, TimeSpan.FromMinutes(5));

    /// <param name="wanted">The release.</param>
    /// <param name="manifest">Its manifest, if that is here; else only who has all of it can be of help.</param>
    /// <param name="stop">Cancels.</param>
    public async Task<NeighboursAnswer> Run(FeedRelease wanted, ReleaseManifest? manifest, CancellationToken stop)
    {
        // One that is there has said so soon after the start of this program.
        if (wanted.Release.Priority != ReleasePriority.Urgent)
            await neighbourhood.FirstLook.WaitAsync(stop);
        var id = wanted.Release.ReleaseId;
        var missing = manifest is null ? [] : Missing(manifest);
        var asked = neighbourhood.Present.Where(n => n.IsToBeAsked).ToList();
        if (asked.Count == 0 || manifest is not null && missing.Count == 0)
            return NeighboursAnswer.Nothing;
        var question = new HoldingsQuestion(
            neighbourhood.Self,
            id,
            partials.BytesOf(id),
            [.. missing.OrderByDescending(f => f.Size).Take(MostFiles).Select(f => f.Sha256.ToString())]
        );
        var answers = (await Task.WhenAll(asked.Select(n => Ask(n, question, stop))))
            .OfType<(Neighbour Neighbour, HoldingsAnswer Said)>()
            .ToList();
        var coming = answers
            .Where(a => a.Said.Coming is not null)
            .OrderByDescending(a => a.Said.Coming)
            .FirstOrDefault();
        return new(
            [
                .. answers
                    .Where(a => a.Said.HasRelease || a.Said.Files.Count > 0)
                    .OrderByDescending(a => a.Said.HasRelease)
                    .ThenByDescending(a => a.Said.Files.Count)
                    .Select(a => new Offer(
                        a.Neighbour,
                        a.Said.HasRelease,
                        a.Said.Files.ToHashSet(StringComparer.Ordinal)
                    )),
            ],
            coming.Neighbour?.Name,
            coming.Said?.Coming ?? 0
        );
    }

    /// <summary>What is not in the store; of a release that the disk has spoilt, any file may be what it lacks.</summary>
    public List<ManifestFile> Missing(ReleaseManifest manifest)
    {
        var isTorn = shelf.Kept.Except(shelf.Held).Any(r => r.Id == manifest.Release.ReleaseId);
        return
        [
            .. manifest.Files.DistinctBy(f => f.Sha256).Where(f => isTorn || !store.Has(f.Sha256.ToString(), f.Size)),
        ];
    }

    /// <summary>It is of no use for now.</summary>
    public void Failed(Neighbour neighbour, string reason, bool hasLied = false)
    {
        var aside = hasLied ? neighbour.Lied() : neighbour.Failed();
        log.LogWarning(
            "The neighbour {Neighbour} {Fault}, and is not asked for {Time}: {Reason}",
            neighbour.Name,
            hasLied ? "gave what is not what is signed" : "is of no help",
            aside,
            reason
        );
    }

    private async Task<(Neighbour, HoldingsAnswer)?> Ask(
        Neighbour neighbour,
        HoldingsQuestion question,
        CancellationToken stop
    )
    {
        try
        {
            var said = await client.Ask(neighbour, question, stop);
            neighbour.Answered();
            return said.Self == neighbourhood.Self ? null : (neighbour, said);
        }
        catch (Exception error) when (!stop.IsCancellationRequested)
        {
            // Whatever it says, the server is asked next.
            Failed(neighbour, error.Message);
            return null;
        }
    }
}

/// <param name="Offers">Who has something of it, most first.</param>
/// <param name="Fetcher">Who is fetching it over the link; null: nobody.</param>
/// <param name="Coming">Bytes that have come there.</param>
internal sealed record NeighboursAnswer(IReadOnlyList<Offer> Offers, string? Fetcher, long Coming)
{
    public static readonly NeighboursAnswer Nothing = new([], null, 0);
}

/// <param name="Neighbour">Who says so.</param>
/// <param name="HasRelease">It has all of it.</param>
/// <param name="Files">What it has of the files that were asked for.</param>
internal sealed record Offer(Neighbour Neighbour, bool HasRelease, HashSet<string> Files)
{
    public bool Has(string sha256) => HasRelease || Files.Contains(sha256);
}
