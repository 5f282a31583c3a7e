namespace LaiChau.Distribution.Trust;

/// <summary>
/// Where a reader keeps the metadata it trusts: small blobs under unversioned names (<c>root.json</c>, <c>timestamp.json</c>,
/// <c>tinh.json</c>, <c>tinh.recalls.json</c>).
/// </summary>
public interface ITrustStore
{
    /// <summary>The blob, or null.</summary>
    ValueTask<byte[]?> Read(string name, CancellationToken ct);

    /// <summary>Replaces the blob: after a power cut either the old or the new one is there, whole. Writes become durable in order.</summary>
    ValueTask Write(string name, ReadOnlyMemory<byte> content, CancellationToken ct);
}
