using LaiChau.Distribution;
using LaiChau.Distribution.Content;
using LaiChau.Distribution.Feeds;

namespace LaiChau.Catalog.Packages;

/// <summary>A delta of the plane that leads to a release, at once or by way of an earlier one.</summary>
/// <param name="From">The release whose files it starts from.</param>
/// <param name="FromVersion">That one's number.</param>
/// <param name="To">The release whose files it ends with.</param>
/// <param name="Head">Digest of its head, lower-case hex.</param>
/// <param name="HeadSize">Bytes of its head.</param>
/// <param name="Size">Bytes of the whole.</param>
internal sealed record ReleaseDelta(Guid From, int FromVersion, Guid To, string Head, int HeadSize, long Size)
{
    private const int MostCarried = 3;

    public static ReleaseDelta Of(Release from, Release to, HeadedObject delta) =>
        new(from.Id, from.Version, to.Id, delta.Head.ToString(), delta.HeadSize, delta.Size);

    public DeltaReference ToReference() => new(From, To, new(Sha256Digest.Parse(Head), HeadSize, Size));

    /// <summary>
    /// Those of the release before that make a chain with the deltas made now, for points that are further behind; only where the whole
    /// chain is smaller than the pack.
    /// </summary>
    public static IReadOnlyList<ReleaseDelta> Carry(IReadOnlyList<ReleaseDelta> before, Release to, long packSize)
    {
        var carried = new List<ReleaseDelta>();
        var costs = Costs(to.Deltas, to.Id);
        foreach (var delta in before.OrderByDescending(d => d.FromVersion))
        {
            if (
                carried.Count < MostCarried
                && !costs.ContainsKey(delta.From)
                && costs.TryGetValue(delta.To, out var rest)
                && delta.Size + rest < packSize
            )
            {
                costs.Add(delta.From, delta.Size + rest);
                carried.Add(delta);
            }
        }
        return carried;
    }

    /// <summary>Bytes from each release that <paramref name="deltas"/> start from, the whole chain counted. Deltas that a chain ends with come first.</summary>
    public static Dictionary<Guid, long> Costs(IEnumerable<ReleaseDelta> deltas, Guid to)
    {
        var costs = new Dictionary<Guid, long>();
        foreach (var delta in deltas)
        {
            if (delta.To == to)
            {
                costs.TryAdd(delta.From, delta.Size);
            }
            else if (costs.TryGetValue(delta.To, out var rest))
            {
                costs.TryAdd(delta.From, delta.Size + rest);
            }
        }
        return costs;
    }
}
