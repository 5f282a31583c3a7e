using LaiChau.Distribution.Content;
using LaiChau.Testing;

namespace LaiChau.ManyPoints;

/// <summary>A release and the plane that carries it, in an object store.</summary>
/// <param name="Folder">The files that were released.</param>
/// <param name="Manifest">What was signed.</param>
/// <param name="Root">Path of the root that a point is given at install time.</param>
public sealed record PublishedRelease(string Folder, ReleaseManifest Manifest, string Root)
{
    public Guid Id => Manifest.Release.ReleaseId;

    /// <summary>The pack's key in the store.</summary>
    public string Pack => Manifest.Pack.PlanePath;

    /// <summary>Makes the sample in a folder of <paramref name="work"/>, publishes it, and brings the plane to the store as it lies there.</summary>
    public static async Task<PublishedRelease> Make(SampleRelease sample, string work, S3Buckets buckets)
    {
        var (folder, plane) = (Path.Combine(work, "release"), Path.Combine(work, "plane"));
        await sample.Write(folder);
        var manifest = await FolderPublisher.Publish(plane, folder, version: 1);
        await buckets.PutFolder(plane);
        return new(folder, manifest, FolderPublisher.RootOf(plane));
    }
}
