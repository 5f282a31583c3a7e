using LaiChau.Distribution;
using LaiChau.ServiceDefaults.Objects;
using Microsoft.Extensions.Options;

namespace LaiChau.Catalog.Plane;

/// <summary>
/// Metadata of earlier steps, which news lean on: the object store keeps all of it, and what the last step used is remembered. Only files
/// whose names carry a version or a hash are asked for, so nothing remembered goes stale. One writer at a time.
/// </summary>
internal sealed class PlanePast(IObjectStore store, IOptions<ObjectStoreOptions> buckets) : IMirror
{
    private Dictionary<string, byte[]> usedBefore = [];
    private Dictionary<string, byte[]> used = [];

    /// <summary>Forgets what the step before the last one used and the last one did not.</summary>
    public void BeginStep() => (usedBefore, used) = (used, []);

    public async Task<byte[]?> FetchMetadata(string name, int maxLength, CancellationToken ct) =>
        await Find(PlaneLayout.MetadataPath(name), ct) is { } bytes && bytes.Length <= maxLength ? bytes : null;

    public async Task<Stream?> OpenContent(string path, ByteRange? range, CancellationToken ct) =>
        await Find(path, ct) is not { } bytes ? null
        : range is { } part ? new MemoryStream(bytes, (int)part.Offset, (int)part.Length, writable: false)
        : new MemoryStream(bytes, writable: false);

    private async Task<byte[]?> Find(string path, CancellationToken ct)
    {
        if (!used.TryGetValue(path, out var bytes) && !usedBefore.TryGetValue(path, out bytes))
        {
            await using var found = await store.Open(buckets.Value.Content, path, null, null, ct);
            if (found is null)
            {
                return null;
            }
            using var content = new MemoryStream();
            await found.Stream.CopyToAsync(content, ct);
            bytes = content.ToArray();
        }
        return used[path] = bytes;
    }
}
