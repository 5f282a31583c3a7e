using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Options;
using Minio;
using Minio.DataModel.Args;
using Minio.Exceptions;

namespace LaiChau.ServiceDefaults.Objects;

/// <summary>
/// Any S3. Bytes move by presigned URLs over HttpClient (streams, ranges, true status codes); the Minio client signs and does the rest:
/// its own transfers buffer whole objects, and a 503 with an empty body surfaces in it as a NullReferenceException.
/// </summary>
internal sealed class S3ObjectStore : IObjectStore, IDisposable
{
    private const int SignedForSeconds = 3600;
    private readonly IMinioClient minio;
    private readonly HttpClient http;

    public S3ObjectStore(IOptions<ObjectStoreOptions> options)
    {
        var settings = options.Value;
        var endpoint = new Uri(settings.Endpoint!);
        minio = new MinioClient()
            .WithEndpoint(endpoint.Authority)
            .WithCredentials(settings.AccessKey, settings.SecretKey)
            .WithRegion(settings.Region)
            .WithSSL(endpoint.Scheme == Uri.UriSchemeHttps)
            .Build();
        http = new HttpClient(
            new SocketsHttpHandler
            {
                PooledConnectionLifetime = TimeSpan.FromMinutes(5),
                ConnectTimeout = TimeSpan.FromSeconds(5),
                Expect100ContinueTimeout = TimeSpan.FromSeconds(2),
            }
        )
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    public Task EnsureBucket(string bucket, CancellationToken ct) =>
        Guarded(async () =>
        {
            if (!await minio.BucketExistsAsync(new BucketExistsArgs().WithBucket(bucket), ct))
            {
                try
                {
                    await minio.MakeBucketAsync(new MakeBucketArgs().WithBucket(bucket), ct);
                }
                catch (Exception race) when (race is ArgumentException or MinioException)
                {
                    // Another replica made it between the two calls; if not, this says so.
                    if (!await minio.BucketExistsAsync(new BucketExistsArgs().WithBucket(bucket), ct))
                    {
                        throw;
                    }
                }
            }
            return true;
        });

    public Task<ObjectInfo?> Find(string bucket, string key, CancellationToken ct) =>
        Guarded(async () =>
        {
            // A presigned GET of one byte instead of HEAD: the signature covers the verb, and an error has a body.
            await using var content = await Get(bucket, key, new RangeHeaderValue(0, 0), ct);
            return content?.Info;
        });

    public Task<ObjectContent?> Open(string bucket, string key, long? offset, long? length, CancellationToken ct) =>
        Guarded(() =>
            Get(
                bucket,
                key,
                offset is null && length is null
                    ? null
                    : new RangeHeaderValue(offset ?? 0, length is null ? null : (offset ?? 0) + length - 1),
                ct
            )
        );

    public Task Put(string bucket, string key, Stream content, long length, string contentType, CancellationToken ct) =>
        Guarded(async () =>
        {
            var url = await minio.PresignedPutObjectAsync(
                new PresignedPutObjectArgs().WithBucket(bucket).WithObject(key).WithExpiry(SignedForSeconds)
            );
            using var request = new HttpRequestMessage(HttpMethod.Put, url) { Content = new StreamContent(content) };
            request.Content.Headers.ContentLength = length;
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
            return response.IsSuccessStatusCode ? true : throw await Refused(response, "PUT", bucket, key, ct);
        });

    public Task Delete(string bucket, string key, CancellationToken ct) =>
        Guarded(async () =>
        {
            await minio.RemoveObjectAsync(new RemoveObjectArgs().WithBucket(bucket).WithObject(key), ct);
            return true;
        });

    public async IAsyncEnumerable<ObjectInfo> List(
        string bucket,
        string prefix,
        [EnumeratorCancellation] CancellationToken ct
    )
    {
        var items = minio
            .ListObjectsEnumAsync(new ListObjectsArgs().WithBucket(bucket).WithPrefix(prefix).WithRecursive(true), ct)
            .GetAsyncEnumerator(ct);
        await using (items)
        {
            while (await Guarded(async () => await items.MoveNextAsync()))
            {
                var item = items.Current;
                yield return new ObjectInfo(
                    item.Key,
                    (long)item.Size,
                    item.ETag.Trim('"'),
                    item.LastModifiedDateTime is { } at ? new DateTimeOffset(at.ToUniversalTime()) : default
                );
            }
        }
    }

    public void Dispose()
    {
        minio.Dispose();
        http.Dispose();
    }

    private async Task<ObjectContent?> Get(string bucket, string key, RangeHeaderValue? range, CancellationToken ct)
    {
        var url = await minio.PresignedGetObjectAsync(
            new PresignedGetObjectArgs().WithBucket(bucket).WithObject(key).WithExpiry(SignedForSeconds)
        );
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.Range = range;
        var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
        try
        {
            if (response.StatusCode == HttpStatusCode.NotFound)
            {
                response.Dispose();
                return null;
            }
            // An empty object has no first byte.
            var empty =
                response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable
                && range is { } r
                && r.Ranges.First().From == 0;
            if (!response.IsSuccessStatusCode && !empty)
            {
                throw await Refused(response, "GET", bucket, key, ct);
            }
            var headers = response.Content.Headers;
            var size = empty ? 0 : headers.ContentRange?.Length ?? headers.ContentLength ?? 0;
            var info = new ObjectInfo(
                key,
                size,
                response.Headers.ETag?.Tag.Trim('"') ?? "",
                headers.LastModified ?? default
            );
            var body = empty ? Stream.Null : await response.Content.ReadAsStreamAsync(ct);
            return new ObjectContent(info, body, response);
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    private static async Task<ObjectStoreException> Refused(
        HttpResponseMessage response,
        string verb,
        string bucket,
        string key,
        CancellationToken ct
    )
    {
        var body = await response.Content.ReadAsStringAsync(ct);
        return new ObjectStoreException(
            $"{verb} {bucket}/{key}: {(int)response.StatusCode} {body[..Math.Min(body.Length, 300)]}"
        );
    }

    private static async Task<T> Guarded<T>(Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (Exception fault)
            when (fault
                    is HttpRequestException
                        or MinioException
                        or NullReferenceException
                        or TimeoutException
                        or IOException
            )
        {
            throw new ObjectStoreException($"The object store does not answer: {fault.Message}", fault);
        }
    }
}
