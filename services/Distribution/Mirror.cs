namespace LaiChau.Distribution;

/// <summary>
/// Any place that holds a distribution plane: the gateway, a cache, another point, a stick. Never trusted: bytes are checked by who asks for them. Time is
/// the mirror's own to bound: a transfer that makes no progress must end with an exception, however long a good one may take.
/// </summary>
public interface IMirror
{
    /// <summary>
    /// One file of <c>metadata/</c>, whole. A mirror over HTTP may answer from its own copy on 304.
    /// </summary>
    /// <param name="name">File name without folder: <c>timestamp.json</c>, <c>3.tinh.json</c> (role names percent-encoded already).</param>
    /// <param name="maxLength">Bytes; stop reading once there are more, and hand back what was read (the caller refuses it) or throw.</param>
    /// <param name="ct">Cancels.</param>
    /// <returns>Null when the mirror has no such file (404, 403). Other trouble is thrown (HttpRequestException, IOException …).</returns>
    Task<byte[]?> FetchMetadata(string name, int maxLength, CancellationToken ct);

    /// <summary>Content as a stream from the start of the range; the caller checks every byte and stops at the range's end.</summary>
    /// <param name="path">Path in the plane: <c>targets/…</c>, <c>objects/…</c> (<see cref="PlaneLayout"/>).</param>
    /// <param name="range">Null: the whole file. A mirror that answers a range with anything but exactly that range must throw.</param>
    /// <param name="ct">Cancels.</param>
    /// <returns>Null when the mirror has no such file.</returns>
    Task<Stream?> OpenContent(string path, ByteRange? range, CancellationToken ct);
}

/// <summary>A range of bytes: first byte and number of bytes (both ≥ 0).</summary>
public readonly record struct ByteRange(long Offset, long Length)
{
    /// <summary>One past the last byte.</summary>
    public long End => Offset + Length;
}
