using Minio;
using Minio.DataModel.Args;

namespace LaiChau.Testing;

/// <summary>Bucket names of its own on the shared S3 server. The code under test makes the buckets; they are emptied and removed at the end.</summary>
public sealed class S3Buckets : IAsyncDisposable
{
    private S3Buckets(Uri server)
    {
        var keys = server.UserInfo.Split(':');
        (AccessKey, SecretKey) = (keys[0], keys[1]);
        Endpoint = new Uri($"{server.Scheme}://{server.Authority}");
        Prefix = $"test-{Guid.CreateVersion7():n}";
    }

    /// <summary>http://host:port, path-style, any region.</summary>
    public Uri Endpoint { get; }

    public string AccessKey { get; }

    public string SecretKey { get; }

    public string Prefix { get; }

    public string Content => $"{Prefix}-content";

    public string Media => $"{Prefix}-media";

    /// <summary>The settings by which a service takes them.</summary>
    public IReadOnlyDictionary<string, string?> Settings =>
        new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["ObjectStore:Endpoint"] = Endpoint.ToString(),
            ["ObjectStore:AccessKey"] = AccessKey,
            ["ObjectStore:SecretKey"] = SecretKey,
            ["ObjectStore:Content"] = Content,
            ["ObjectStore:Media"] = Media,
        };

    public static async Task<S3Buckets> Create() => new(await SharedServers.S3);

    /// <summary>The same names on another server, e.g. a private one that a test kills.</summary>
    public static S3Buckets On(Uri server) => new(server);

    public IMinioClient Client() =>
        new MinioClient().WithEndpoint(Endpoint.Authority).WithCredentials(AccessKey, SecretKey).WithSSL(false).Build();

    /// <summary>Brings a folder to the bucket for content, which is made where it is not there; paths are the keys.</summary>
    public async Task PutFolder(string folder)
    {
        using var client = Client();
        if (!await client.BucketExistsAsync(new BucketExistsArgs().WithBucket(Content)))
        {
            await client.MakeBucketAsync(new MakeBucketArgs().WithBucket(Content));
        }
        foreach (var path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            await client.PutObjectAsync(
                new PutObjectArgs()
                    .WithBucket(Content)
                    .WithObject(Path.GetRelativePath(folder, path).Replace('\\', '/'))
                    .WithFileName(path)
            );
        }
    }

    public async ValueTask DisposeAsync()
    {
        using var client = Client();
        foreach (var bucket in new[] { Content, Media })
        {
            if (!await client.BucketExistsAsync(new BucketExistsArgs().WithBucket(bucket)))
            {
                continue;
            }
            var objects = client.ListObjectsEnumAsync(new ListObjectsArgs().WithBucket(bucket).WithRecursive(true));
            await foreach (var item in objects)
            {
                await client.RemoveObjectAsync(new RemoveObjectArgs().WithBucket(bucket).WithObject(item.Key));
            }
            await client.RemoveBucketAsync(new RemoveBucketArgs().WithBucket(bucket));
        }
    }
}
