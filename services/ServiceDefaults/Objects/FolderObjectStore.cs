using System.Runtime.CompilerServices;
using Microsoft.Extensions.Options;

namespace LaiChau.ServiceDefaults.Objects;

/// <summary>Standalone's store: a folder, one file an object, replaced by rename.</summary>
internal sealed class FolderObjectStore(IOptions<ObjectStoreOptions> options) : IObjectStore
{
    private readonly string root = Path.GetFullPath(
        options.Value.Folder ?? throw new InvalidOperationException("The setting ObjectStore:Folder is missing.")
    );

    public Task EnsureBucket(string bucket, CancellationToken ct)
    {
        Directory.CreateDirectory(Place(bucket, ""));
        return Task.CompletedTask;
    }

    public Task<ObjectInfo?> Find(string bucket, string key, CancellationToken ct)
    {
        var file = new FileInfo(Place(bucket, key));
        return Task.FromResult(file.Exists ? Describe(key, file) : null);
    }

    public Task<ObjectContent?> Open(string bucket, string key, long? offset, long? length, CancellationToken ct)
    {
        try
        {
            var stream = new FileStream(
                Place(bucket, key),
                new FileStreamOptions
                {
                    Options = FileOptions.Asynchronous,
                    Share = FileShare.ReadWrite | FileShare.Delete,
                }
            );
            var info = Describe(key, new FileInfo(stream.Name)) with { Size = stream.Length };
            stream.Seek(Math.Min(offset ?? 0, stream.Length), SeekOrigin.Begin);
            Stream part = length is { } most ? new PartStream(stream, most) : stream;
            return Task.FromResult<ObjectContent?>(new ObjectContent(info, part));
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return Task.FromResult<ObjectContent?>(null);
        }
        catch (IOException fault)
        {
            throw new ObjectStoreException(fault.Message, fault);
        }
    }

    public async Task Put(
        string bucket,
        string key,
        Stream content,
        long length,
        string contentType,
        CancellationToken ct
    )
    {
        var place = Place(bucket, key);
        var draft = $"{place}.{Guid.CreateVersion7():N}.draft";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(place)!);
            await using (var file = new FileStream(draft, FileMode.CreateNew, FileAccess.Write))
            {
                await content.CopyToAsync(file, ct);
                if (file.Length != length)
                {
                    throw new IOException($"{length} bytes were announced, {file.Length} came.");
                }
                await file.FlushAsync(ct);
                Disk.Sync(file.SafeFileHandle);
            }
            File.Move(draft, place, overwrite: true);
            Disk.SyncFolder(Path.GetDirectoryName(place)!);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new ObjectStoreException($"PUT {bucket}/{key}: {fault.Message}", fault);
        }
        finally
        {
            File.Delete(draft);
        }
    }

    public Task Delete(string bucket, string key, CancellationToken ct)
    {
        var place = Place(bucket, key);
        if (File.Exists(place))
        {
            File.Delete(place);
        }
        return Task.CompletedTask;
    }

    public async IAsyncEnumerable<ObjectInfo> List(
        string bucket,
        string prefix,
        [EnumeratorCancellation] CancellationToken ct
    )
    {
        await Task.CompletedTask;
        var folder = Place(bucket, "");
        if (!Directory.Exists(folder))
        {
            yield break;
        }
        var keys = Directory
            .EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Where(f => !f.EndsWith(".draft", StringComparison.Ordinal))
            .Select(f => Path.GetRelativePath(folder, f).Replace(Path.DirectorySeparatorChar, '/'))
            .Where(k => k.StartsWith(prefix, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);
        foreach (var key in keys)
        {
            ct.ThrowIfCancellationRequested();
            yield return Describe(key, new FileInfo(Place(bucket, key)));
        }
    }

    private string Place(string bucket, string key)
    {
        var place = Path.GetFullPath(Path.Combine(root, bucket, key));
        return place.StartsWith(Path.Combine(root, bucket), StringComparison.Ordinal)
            ? place
            : throw new ObjectStoreException($"{key} is not a key.");
    }

    private static ObjectInfo Describe(string key, FileInfo file) =>
        new(
            key,
            file.Length,
            $"{file.LastWriteTimeUtc.Ticks:x}-{file.Length:x}",
            new DateTimeOffset(file.LastWriteTimeUtc)
        );

    /// <summary>At most so many bytes of a stream.</summary>
    private sealed class PartStream(Stream inner, long most) : Stream
    {
        private long left = most;

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) =>
            Took(inner.Read(buffer, offset, Allowed(count)));

        public override async ValueTask<int> ReadAsync(
            Memory<byte> buffer,
            CancellationToken cancellationToken = default
        ) => Took(await inner.ReadAsync(buffer[..Allowed(buffer.Length)], cancellationToken));

        public override Task<int> ReadAsync(
            byte[] buffer,
            int offset,
            int count,
            CancellationToken cancellationToken
        ) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override void Flush() { }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override async ValueTask DisposeAsync()
        {
            await inner.DisposeAsync();
            await base.DisposeAsync();
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                inner.Dispose();
            }
            base.Dispose(disposing);
        }

        private int Allowed(int count) => (int)Math.Min(left, count);

        private int Took(int count)
        {
            left -= count;
            return count;
        }
    }
}
