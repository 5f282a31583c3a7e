using LaiChau.Distribution.Feeds;
using LaiChau.Distribution.Trust;

namespace LaiChau.Distribution.Publishing;

/// <summary>
/// Writes news: one small file for readers of an earlier snapshot, in the place of all metadata that changed since (0003). Unsigned,
/// since readers verify what comes out of it; one that is missing costs them the plain files.
/// </summary>
public static class NewsWriter
{
    /// <summary>For how many snapshots back news are offered.</summary>
    public const int Steps = News.MaxSteps;

    /// <summary>The news from snapshot version <paramref name="from"/> to that of <paramref name="to"/>.</summary>
    /// <param name="to">The state that is about to be named by timestamp.json.</param>
    /// <param name="from">A lower snapshot version.</param>
    /// <param name="plane">Where the files of <paramref name="from"/> lie.</param>
    /// <param name="ct">Cancels.</param>
    /// <returns>
    /// To be written before timestamp.json. Null when the plane lacks something of that version, or when there is more than readers take
    /// (1 MiB, 4 MiB unpacked).
    /// </returns>
    public static async Task<PlaneFile?> Write(
        RepositoryState to,
        long from,
        IMirror plane,
        CancellationToken ct = default
    )
    {
        ArgumentNullException.ThrowIfNull(to);
        ArgumentNullException.ThrowIfNull(plane);
        try
        {
            var bytes = News.Write(await Changes(to, from, plane, ct));
            var version = to.Snapshot.File.Version;
            return bytes is null ? null : new(PlaneLayout.MetadataPath(PlaneLayout.NewsName(from, version)), bytes);
        }
        catch (TufException)
        {
            // The plane holds something else under that name: no reader has it either.
            return null;
        }
    }

    private static async Task<List<NewsEntry>> Changes(
        RepositoryState to,
        long from,
        IMirror plane,
        CancellationToken ct
    )
    {
        var before = SnapshotRole.Read(await Read(plane, "snapshot", from, ct));
        var entries = new List<NewsEntry>
        {
            new("snapshot", from, to.Snapshot.File.Version, before.File.Bytes, to.Snapshot.File.Bytes),
        };
        foreach (var (name, role) in to.FeedRoles.Append(KeyValuePair.Create("targets", to.Targets)))
        {
            var old = before.Meta.GetValueOrDefault($"{name}.json")?.Version ?? 0;
            if (old == role.File.Version)
            {
                continue;
            }
            var file = old == 0 ? default : (ReadOnlyMemory<byte>)await Read(plane, name, old, ct);
            entries.Add(new(name, old, role.File.Version, file, role.File.Bytes));
            if (to.Recalls.TryGetValue(name, out var recalls))
            {
                var oldRole = old == 0 ? null : TargetsRole.Read(file, name);
                entries.AddRange(
                    await ChangedRecalls(name, role, oldRole, FeedFormat.WriteRecalls(recalls), plane, ct)
                );
            }
        }
        return entries;
    }

    private static async Task<NewsEntry[]> ChangedRecalls(
        string feed,
        TargetsRole role,
        TargetsRole? old,
        byte[] recalls,
        IMirror plane,
        CancellationToken ct
    )
    {
        var path = PlaneLayout.RecallsTarget(feed);
        var digest = Sha256Digest.Of(recalls);
        var before = old?.Targets.GetValueOrDefault(path);
        if (role.Targets.GetValueOrDefault(path)?.Hashes.Sha256 != digest || before?.Hashes.Sha256 == digest)
        {
            return [];
        }
        var file = before?.Hashes.Sha256 is { } sha256
            ? await TufClient.DownloadBytes(new(path, before.Length, sha256), plane, ct)
            : [];
        return
        [
            new(
                PlaneLayout.TargetPath(path, digest),
                file.Length == 0 ? 0 : old!.File.Version,
                role.File.Version,
                file,
                recalls
            ),
        ];
    }

    private static async Task<byte[]> Read(IMirror plane, string role, long version, CancellationToken ct) =>
        await plane.FetchMetadata($"{version}.{role}.json", News.MaxRawLength, ct)
        ?? throw new TufException(TufFault.Missing, role, $"the plane lacks version {version}");
}
