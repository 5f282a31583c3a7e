namespace LaiChau.PointAgent.Pull;

/// <summary>Transfers begun and not finished, a file each.</summary>
internal sealed class PartialReleases(AgentOptions options)
{
    private readonly string _folder = Path.Combine(options.DataFolder, "pulls");

    public PartialRelease Open(Guid release) => new(PathOf(release));

    public void Drop(Guid release) => File.Delete(PathOf(release));

    /// <summary>Those of releases that are no longer wanted: recalled, superseded on the way, or shown.</summary>
    public void KeepOnly(IReadOnlySet<Guid> wanted)
    {
        if (!Directory.Exists(_folder))
            return;
        foreach (var path in Directory.GetFiles(_folder))
            if (!Guid.TryParse(Path.GetFileName(path), out var release) || !wanted.Contains(release))
                File.Delete(path);
    }

    private string PathOf(Guid release) => Path.Combine(_folder, release.ToString());
}
