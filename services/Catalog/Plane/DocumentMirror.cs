using LaiChau.Distribution;

namespace LaiChau.Catalog.Plane;

/// <summary>The signed metadata as the database keeps it, for the format to read and verify.</summary>
internal sealed class DocumentMirror(IReadOnlyCollection<PlaneDocument> documents) : IMirror
{
    public Task<byte[]?> FetchMetadata(string name, int maxLength, CancellationToken ct) =>
        Task.FromResult(Find(PlaneLayout.MetadataPath(name)));

    public Task<Stream?> OpenContent(string path, ByteRange? range, CancellationToken ct) =>
        Task.FromResult(
            Find(path) is not { } bytes ? null
            : range is { } part ? new MemoryStream(bytes, (int)part.Offset, (int)part.Length, writable: false)
            : (Stream?)new MemoryStream(bytes, writable: false)
        );

    private byte[]? Find(string path) => documents.FirstOrDefault(d => d.Path == path)?.Content;
}
