using LaiChau.Distribution;
using LaiChau.Distribution.Feeds;

namespace LaiChau.PointAgent.Sticks;

/// <summary>A folder with a distribution plane that somebody has plugged in. It is only read, and may be gone at any instant.</summary>
/// <param name="folder">The folder <c>laichau</c> on it.</param>
/// <param name="label">What tells it from one that lay there before.</param>
internal sealed class Stick(string folder, string label)
{
    private readonly HashSet<Guid> _useless = [];

    public string Folder => folder;
    public string Label => label;

    /// <summary>As the officer sees it: what the stick is called.</summary>
    public string Name { get; } =
        Path.GetFileName(Path.GetDirectoryName(folder)) is { Length: > 0 } name ? name : folder;

    public StickTurn Turn { get; set; }

    /// <summary>True when the signed list of a feed, whichever, is on it.</summary>
    public bool Carries(string feed) =>
        Directory.EnumerateFiles(Path.Combine(folder, "metadata"), $"*.{feed}.json").Any();

    /// <summary>The release with those of its deltas that are here; null: nothing of it is, or what is here has been found wanting.</summary>
    public FeedRelease? Offer(FeedRelease wanted)
    {
        if (_useless.Contains(wanted.Release.ReleaseId))
            return null;
        var deltas = wanted.Deltas.Where(d => Has(d.Delta.PlanePath)).ToList();
        var (plain, packed) = (wanted.Manifest.PlanePath, PlaneLayout.PackedPath(wanted.Manifest.PlanePath));
        // What is here need not be waited for.
        return deltas.Count > 0 || Has(packed) || Has(plain) ? wanted with { Deltas = deltas, DeltasBy = null } : null;
    }

    /// <summary>It did not lead to this release; it is not asked for it again.</summary>
    public void Disappointed(Guid release) => _useless.Add(release);

    private bool Has(string path) => File.Exists(Path.Combine(folder, path));
}

/// <summary>Whether its metadata is to be read.</summary>
internal enum StickTurn
{
    Due,

    /// <summary>Not before the point is enrolled and knows whom to trust.</summary>
    WhenReady,
    Over,
}
