using System.Security.Cryptography;
using System.Text;
using LaiChau.ServiceDefaults.Objects;
using LaiChau.Testing;
using Microsoft.Extensions.Options;

namespace LaiChau.ServiceDefaults.Tests.Objects;

/// <summary>What the platform asks of a store, on the S3 server and on the folder alike.</summary>
public abstract class ObjectStoreTests
{
    private protected virtual string Bucket => "conformance";

    private protected abstract IObjectStore Store { get; }

    [Fact]
    public async Task Keeps_and_returns_an_object_whole_and_by_parts()
    {
        await Store.EnsureBucket(Bucket, default);
        await Store.EnsureBucket(Bucket, default);
        var bytes = RandomNumberGenerator.GetBytes(300_000);
        await Put("a/one two/ấp.bin", bytes);
        var info = await Store.Find(Bucket, "a/one two/ấp.bin", default);
        Assert.Equal(bytes.Length, info!.Size);
        Assert.NotEmpty(info.ETag);
        Assert.Equal(bytes, await Read("a/one two/ấp.bin"));
        Assert.Equal(bytes[1000..1100], await Read("a/one two/ấp.bin", 1000, 100));
        Assert.Equal(bytes[299_990..], await Read("a/one two/ấp.bin", 299_990, null));
        await using var part = await Store.Open(Bucket, "a/one two/ấp.bin", 5, 10, default);
        Assert.Equal(info, part!.Info);
    }

    [Fact]
    public async Task Answers_null_for_what_is_not_there()
    {
        await Store.EnsureBucket(Bucket, default);
        Assert.Null(await Store.Find(Bucket, "nothing", default));
        Assert.Null(await Store.Open(Bucket, "nothing", null, null, default));
        await Store.Delete(Bucket, "nothing", default);
    }

    [Fact]
    public async Task Replaces_and_deletes()
    {
        await Store.EnsureBucket(Bucket, default);
        await Put("r", "old"u8.ToArray());
        var before = await Store.Find(Bucket, "r", default);
        await Put("r", "new one"u8.ToArray());
        Assert.NotEqual(before!.ETag, (await Store.Find(Bucket, "r", default))!.ETag);
        Assert.Equal("new one", Encoding.UTF8.GetString((await Read("r"))!));
        await Store.Delete(Bucket, "r", default);
        Assert.Null(await Store.Find(Bucket, "r", default));
    }

    [Fact]
    public async Task Keeps_an_empty_object()
    {
        await Store.EnsureBucket(Bucket, default);
        await Put("empty", []);
        Assert.Equal(0, (await Store.Find(Bucket, "empty", default))!.Size);
        Assert.Empty((await Read("empty"))!);
    }

    [Fact]
    public async Task Lists_by_prefix_in_order()
    {
        await Store.EnsureBucket(Bucket, default);
        foreach (var key in new[] { "list/b", "list/a/2", "list/a/1", "other" })
        {
            await Put(key, [1]);
        }
        var keys = await Store.List(Bucket, "list/", default).Select(o => o.Key).ToListAsync();
        Assert.Equal(["list/a/1", "list/a/2", "list/b"], keys);
        Assert.Empty(await Store.List(Bucket, "none/", default).ToListAsync());
    }

    [Fact]
    public async Task Streams_a_large_object_without_holding_it()
    {
        await Store.EnsureBucket(Bucket, default);
        const long size = 192L << 20;
        var before = GC.GetTotalAllocatedBytes();
        await using (var source = new PatternStream(size))
        {
            await Store.Put(Bucket, "large", source, size, "application/octet-stream", default);
        }
        await using var content = await Store.Open(Bucket, "large", null, null, default);
        var buffer = new byte[81920];
        long read = 0;
        for (int n; (n = await content!.Stream.ReadAsync(buffer)) > 0; read += n) { }
        Assert.Equal(size, read);
        Assert.True(GC.GetTotalAllocatedBytes() - before < 64 << 20, "a stream was buffered whole");
    }

    private protected Task Put(string key, byte[] bytes) =>
        Store.Put(Bucket, key, new MemoryStream(bytes), bytes.Length, "application/octet-stream", default);

    private protected async Task<byte[]?> Read(string key, long? offset = null, long? length = null)
    {
        await using var content = await Store.Open(Bucket, key, offset, length, default);
        if (content is null)
        {
            return null;
        }
        using var memory = new MemoryStream();
        await content.Stream.CopyToAsync(memory);
        return memory.ToArray();
    }
}

/// <summary>What is allocated is counted for the whole process, so nothing else may run in it.</summary>
[CollectionDefinition(DisableParallelization = true)]
public sealed class AloneInTheProcess;

[Collection(typeof(AloneInTheProcess))]
public sealed class FolderObjectStoreTests : ObjectStoreTests, IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("objects").FullName;

    private protected override IObjectStore Store =>
        new FolderObjectStore(Options.Create(new ObjectStoreOptions { Folder = folder }));

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("../escape")]
    [InlineData("a/../../escape")]
    [InlineData("/etc/passwd")]
    public async Task Refuses_a_key_outside_its_bucket(string key) =>
        await Assert.ThrowsAsync<ObjectStoreException>(() =>
            Store.Put("conformance", key, Stream.Null, 0, "text/plain", default)
        );

    [Fact]
    public async Task Refuses_a_stream_of_another_length_and_keeps_the_old()
    {
        await Put("kept", "old"u8.ToArray());
        await Assert.ThrowsAsync<ObjectStoreException>(() =>
            Store.Put("conformance", "kept", new MemoryStream([1, 2]), 3, "text/plain", default)
        );
        Assert.Equal("old"u8.ToArray(), await Read("kept"));
    }
}

[Collection(typeof(AloneInTheProcess))]
public sealed class S3ObjectStoreTests : ObjectStoreTests, IAsyncLifetime
{
    private S3Buckets buckets = null!;
    private S3ObjectStore store = null!;

    private protected override IObjectStore Store => store;

    private protected override string Bucket => buckets.Content;

    public async ValueTask InitializeAsync()
    {
        buckets = await S3Buckets.Create();
        store = new S3ObjectStore(Options.Create(Settings(buckets.Endpoint)));
    }

    public async ValueTask DisposeAsync()
    {
        store.Dispose();
        await buckets.DisposeAsync();
    }

    [Fact]
    public async Task Names_a_store_that_is_away_or_refuses_instead_of_failing_anyhow()
    {
        using var away = new S3ObjectStore(Options.Create(Settings(new Uri($"http://127.0.0.1:{FreePort.Take()}"))));
        await Assert.ThrowsAsync<ObjectStoreException>(() => away.Find(Bucket, "x", default));
        await Assert.ThrowsAsync<ObjectStoreException>(() => away.EnsureBucket(Bucket, default));
        await Assert.ThrowsAsync<ObjectStoreException>(() =>
            away.Put(Bucket, "x", Stream.Null, 0, "text/plain", default)
        );
        await Assert.ThrowsAsync<ObjectStoreException>(async () => await away.List(Bucket, "", default).ToListAsync());
        var wrong = Settings(buckets.Endpoint);
        wrong.SecretKey = "wrong-secret";
        using var stranger = new S3ObjectStore(Options.Create(wrong));
        await Assert.ThrowsAsync<ObjectStoreException>(() => stranger.Find(Bucket, "x", default));
    }

    private ObjectStoreOptions Settings(Uri endpoint) =>
        new()
        {
            Endpoint = endpoint.ToString(),
            AccessKey = buckets.AccessKey,
            SecretKey = buckets.SecretKey,
        };
}

/// <summary>So many bytes of a pattern, made as they are read.</summary>
internal sealed class PatternStream(long size) : Stream
{
    private long position;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => size;
    public override long Position
    {
        get => position;
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        var n = (int)Math.Min(count, size - position);
        buffer.AsSpan(offset, n).Fill((byte)(position >> 16));
        position += n;
        return n;
    }

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
