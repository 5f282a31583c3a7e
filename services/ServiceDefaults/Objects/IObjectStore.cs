namespace LaiChau.ServiceDefaults.Objects;

/// <summary>Objects by bucket and key: any S3 in the cluster, a folder in standalone. Streams; never a whole object in memory.</summary>
public interface IObjectStore
{
    /// <summary>Makes the bucket if it is not there.</summary>
    Task EnsureBucket(string bucket, CancellationToken ct);

    /// <summary>What the store knows of an object, or null.</summary>
    Task<ObjectInfo?> Find(string bucket, string key, CancellationToken ct);

    /// <summary>
    /// Opens an object, or a part of it (<paramref name="offset"/> and <paramref name="length"/> in bytes; the part must lie within the object), or null when it is not there.
    /// </summary>
    Task<ObjectContent?> Open(string bucket, string key, long? offset, long? length, CancellationToken ct);

    /// <summary>Writes exactly <paramref name="length"/> bytes; readers see the old object or the whole new one.</summary>
    Task Put(string bucket, string key, Stream content, long length, string contentType, CancellationToken ct);

    /// <summary>Removes an object; one that is not there is no error.</summary>
    Task Delete(string bucket, string key, CancellationToken ct);

    /// <summary>Keys that begin with <paramref name="prefix"/>, in ordinal order.</summary>
    IAsyncEnumerable<ObjectInfo> List(string bucket, string prefix, CancellationToken ct);
}

/// <param name="Size">Bytes.</param>
/// <param name="ETag">Opaque, without quotes; changes when the content does.</param>
public sealed record ObjectInfo(string Key, long Size, string ETag, DateTimeOffset ModifiedAt);

/// <summary>An open object: dispose it when read.</summary>
/// <param name="Info">Of the whole object, also when a part was asked for.</param>
public sealed class ObjectContent(ObjectInfo info, Stream stream, IDisposable? owner = null) : IAsyncDisposable
{
    public ObjectInfo Info { get; } = info;

    public Stream Stream { get; } = stream;

    public async ValueTask DisposeAsync()
    {
        await Stream.DisposeAsync();
        owner?.Dispose();
    }
}

/// <summary>The store refused or cannot be reached; the same call may work later.</summary>
public sealed class ObjectStoreException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Names of the buckets, settings <c>ObjectStore:Content</c> and <c>ObjectStore:Media</c>.</summary>
public sealed class ObjectStoreOptions
{
    /// <summary>S3 endpoint, for example <c>http://minio:9000</c>. Empty: objects live in <see cref="Folder"/>.</summary>
    public string? Endpoint { get; set; }
    public string? AccessKey { get; set; }
    public string? SecretKey { get; set; }
    public string Region { get; set; } = "us-east-1";
    public string? Folder { get; set; }

    /// <summary>The distribution plane.</summary>
    public string Content { get; set; } = "content";

    /// <summary>Uploaded blocks and attachments.</summary>
    public string Media { get; set; } = "media";
}
