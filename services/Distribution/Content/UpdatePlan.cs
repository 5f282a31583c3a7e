using System.Globalization;
using LaiChau.Distribution.Feeds;

namespace LaiChau.Distribution.Content;

/// <summary>How a release comes to a point.</summary>
public enum UpdateWay
{
    /// <summary>It is there.</summary>
    Nothing,

    /// <summary>All of its files are held already, whatever releases they came with.</summary>
    LocalCopy,

    /// <summary>One delta from a release that is held.</summary>
    Delta,

    /// <summary>Several deltas: the releases between exist only on the way.</summary>
    Chain,

    /// <summary>The pack's head, then the ranges of it that nothing held can stand in for.</summary>
    Ranges,

    /// <summary>The pack from its first byte to its last, in one request.</summary>
    Whole,
}

/// <summary>A release that is held whole and whose manifest is at hand, so that a delta can start from it.</summary>
/// <param name="ReleaseId">Its id.</param>
/// <param name="Version">Its number within the package.</param>
public sealed record UpdateBase(Guid ReleaseId, int Version);

/// <summary>What a point has of a release before it fetches (more) of it. Nothing, by default.</summary>
public sealed record UpdateStock
{
    /// <summary>Releases of the same package.</summary>
    public IReadOnlyCollection<UpdateBase> Bases { get; init; } = [];

    /// <summary>Deltas that an earlier attempt has begun: bytes on the disk by the digest of the head.</summary>
    public IReadOnlyDictionary<Sha256Digest, long> Begun { get; init; } = new Dictionary<Sha256Digest, long>();

    /// <summary>Heads of deltas that were tried and led nowhere.</summary>
    public IReadOnlySet<Sha256Digest> Refused { get; init; } = new HashSet<Sha256Digest>();

    /// <summary>True when the manifest is at hand; only then can <see cref="WholeBytes"/> be known.</summary>
    public bool HasManifest { get; init; }

    /// <summary>Bytes of the release's files that are held whole.</summary>
    public long WholeBytes { get; init; }

    /// <summary>Bytes (raw) of the pack's chunks that an earlier attempt has brought.</summary>
    public long ChunkBytes { get; init; }

    /// <summary>True when files are held in which chunks of the release are likely to be found.</summary>
    public bool HasKin { get; init; }
}

/// <summary>
/// The cheapest way to a release by bytes and requests, worked out from published sizes and what is held alone: nobody is asked.
/// When a way turned out not to lead there, add its deltas to <see cref="UpdateStock.Refused"/> and choose again.
/// </summary>
/// <param name="Way">The way.</param>
/// <param name="Deltas">The deltas to apply in order; none but for <see cref="UpdateWay.Delta"/> and <see cref="UpdateWay.Chain"/>.</param>
/// <param name="Bytes">What it costs at most, bytes; for ranges an estimate that does not know yet which chunks are held.</param>
/// <param name="Requests">How many requests; for ranges at least.</param>
/// <param name="WaitUntil">Deltas are being made: until then it is cheaper not to begin.</param>
/// <param name="Why">The reason in words, for a log.</param>
public sealed record UpdatePlan(
    UpdateWay Way,
    IReadOnlyList<DeltaReference> Deltas,
    long Bytes,
    int Requests,
    DateTimeOffset? WaitUntil,
    string Why
)
{
    /// <summary>What a request costs over a weak link beside the body, bytes: headers both ways, and the wait.</summary>
    public const int RequestCost = 1024;

    /// <summary>A pack up to this many bytes is fetched rather than waited for a delta.</summary>
    public const int WorthWaiting = 256 * 1024;

    // Its head is most of it: to look for what is held costs more than it spares.
    private const int SmallPack = 16 * 1024;

    /// <summary>A promise of deltas further away than this is not believed.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    // A detour over more releases than are listed cannot be cheaper.
    private const int LongestChain = 4;

    private long Cost => Bytes + ((long)Requests * RequestCost);

    /// <summary>Chooses. Pure: the same input gives the same plan.</summary>
    public static UpdatePlan Choose(FeedRelease wanted, UpdateStock stock, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        ArgumentNullException.ThrowIfNull(stock);
        if (stock.Bases.Any(b => b.ReleaseId == wanted.Release.ReleaseId))
        {
            return new(UpdateWay.Nothing, [], 0, 0, null, "it is held already");
        }
        if (stock.HasManifest && stock.WholeBytes >= wanted.Size)
        {
            return new(UpdateWay.LocalCopy, [], 0, 0, null, "all of its files are held already");
        }
        var pack = OverPack(wanted, stock);
        if (OverDeltas(wanted, stock) is not { } deltas)
        {
            return IsWorthWaiting(wanted, stock, pack, now)
                ? pack with
                {
                    WaitUntil = wanted.DeltasBy,
                    Why = $"deltas are promised by {wanted.DeltasBy:u}, which may spare most of {pack.Why}",
                }
                : pack;
        }
        return deltas.Cost <= pack.Cost
            ? deltas with
            {
                Why = $"{deltas.Why}, instead of {pack.Why}",
            }
            : pack with
            {
                Why = $"{pack.Why}, instead of {deltas.Why}",
            };
    }

    private static bool IsWorthWaiting(FeedRelease wanted, UpdateStock stock, UpdatePlan pack, DateTimeOffset now) =>
        wanted.DeltasBy is { } by
        && by > now
        && by - now <= LongestWait
        && wanted.Release.Priority != ReleasePriority.Urgent
        && pack.Bytes > WorthWaiting
        && stock.Bases.Any(b => b.Version < wanted.Release.Version);

    private static UpdatePlan OverPack(FeedRelease wanted, UpdateStock stock)
    {
        var held = Math.Clamp(stock.WholeBytes + stock.ChunkBytes, 0, wanted.Size);
        var bytes = wanted.Size == 0 ? wanted.Fetch : (long)((Int128)wanted.Fetch * (wanted.Size - held) / wanted.Size);
        var isWhole = (held == 0 && !stock.HasKin) || wanted.Fetch <= SmallPack;
        var why = isWhole
            ? $"the whole pack of {Say(wanted.Fetch)} bytes"
            : $"about {Say(bytes)} bytes of the pack of {Say(wanted.Fetch)}, less what chunks of held files spare";
        var (way, requests) = isWhole ? (UpdateWay.Whole, 1) : (UpdateWay.Ranges, 2);
        return stock.HasManifest
            ? new(way, [], isWhole ? wanted.Fetch : bytes, requests, null, why)
            : new(
                way,
                [],
                (isWhole ? wanted.Fetch : bytes) + wanted.Manifest.Length,
                requests + 1,
                null,
                $"{why} and a manifest of {Say(wanted.Manifest.Length)}"
            );
    }

    /// <summary>The cheapest path over deltas from a release that is held; null: none leads there.</summary>
    private static UpdatePlan? OverDeltas(FeedRelease wanted, UpdateStock stock)
    {
        var usable = wanted.Deltas.Where(d => !stock.Refused.Contains(d.Delta.Head)).ToList();
        var reached = stock.Bases.ToDictionary(
            b => b.ReleaseId,
            _ => new UpdatePlan(UpdateWay.Nothing, [], 0, 0, null, "")
        );
        for (var step = 0; step < LongestChain; step++)
        {
            foreach (var delta in usable)
            {
                if (
                    reached.TryGetValue(delta.From, out var so)
                    && so.Then(delta, stock.Begun.GetValueOrDefault(delta.Delta.Head)) is var longer
                    && longer.Cost < (reached.GetValueOrDefault(delta.To)?.Cost ?? long.MaxValue)
                )
                {
                    reached[delta.To] = longer;
                }
            }
        }
        if (!reached.TryGetValue(wanted.Release.ReleaseId, out var found))
        {
            return null;
        }
        var from = found.Deltas[0].From;
        var size = Say(found.Deltas.Sum(d => d.Delta.Size));
        var begun =
            found.Bytes < found.Deltas.Sum(d => d.Delta.Size) ? $", {Say(found.Bytes)} of them still to come" : "";
        return found.Deltas.Count == 1
            ? found with
            {
                Way = UpdateWay.Delta,
                Why = $"a delta of {size} bytes from {from}{begun}",
            }
            : found with
            {
                Way = UpdateWay.Chain,
                Why = $"a chain of {found.Deltas.Count} deltas of {size} bytes from {from}{begun}",
            };
    }

    private UpdatePlan Then(DeltaReference delta, long begun)
    {
        var left = Math.Max(0, delta.Delta.Size - begun);
        return this with
        {
            Deltas = [.. Deltas, delta],
            Bytes = Bytes + left,
            Requests = Requests + (left > 0 ? 1 : 0),
        };
    }

    private static string Say(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
