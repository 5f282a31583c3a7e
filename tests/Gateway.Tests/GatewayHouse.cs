using System.Collections.Concurrent;
using System.Security.Cryptography;
using LaiChau.Testing;
using Minio.DataModel.Args;

[assembly: AssemblyFixture(typeof(LaiChau.Gateway.Tests.GatewayHouse))]

namespace LaiChau.Gateway.Tests;

/// <summary>Services behind, buckets on a real S3 server, and the gateway as a process before them.</summary>
public sealed class GatewayHouse : IAsyncLifetime
{
    private readonly List<EchoService> services = [];
    private readonly ConcurrentBag<string> folders = [];
    private S3Buckets buckets = null!;
    private ServiceProcess gateway = null!;

    public Dictionary<string, string?> Settings { get; private set; } = null!;
    public HttpClient Anonymous => gateway.Client;
    public Uri Address => gateway.Address;
    public int ProcessId => gateway.ProcessId;
    public S3Buckets Buckets => buckets;

    public HttpClient As(params string[] roles) =>
        gateway.ClientWith(TestTokens.Create(Guid.CreateVersion7(), "Người dùng mẫu", roles));

    public async ValueTask InitializeAsync()
    {
        buckets = await S3Buckets.Create();
        Settings = new(TestTokens.Settings, StringComparer.Ordinal)
        {
            ["ObjectStore:Endpoint"] = buckets.Endpoint.ToString(),
            ["ObjectStore:AccessKey"] = buckets.AccessKey,
            ["ObjectStore:SecretKey"] = buckets.SecretKey,
            ["ObjectStore:Content"] = buckets.Content,
            ["ObjectStore:Media"] = buckets.Media,
        };
        foreach (var name in new[] { "Catalog", "Bulletins", "Points", "Telemetry", "Console" })
        {
            var service = await EchoService.Start(name);
            services.Add(service);
            Settings[$"Gateway:Services:{name}"] = service.Address;
        }
        gateway = await Start(new() { ["Gateway:IdleSeconds"] = "15", ["Gateway:Limits:SignIn"] = "6000" });
    }

    /// <summary>Another gateway before the same services, with some settings and a cache of its own.</summary>
    public Task<ServiceProcess> Start(Dictionary<string, string?> own, string readyPath = "/readyz")
    {
        own.TryAdd("Gateway:Cache:Folder", NewFolder());
        return ServiceProcess.Start(
            "gateway",
            own.Concat(Settings.Where(s => !own.ContainsKey(s.Key))),
            readyPath: readyPath
        );
    }

    /// <summary>An empty folder on the disk, removed in the end.</summary>
    public string NewFolder()
    {
        var folder = Directory.CreateTempSubdirectory("laichau-gateway-").FullName;
        folders.Add(folder);
        return folder;
    }

    /// <summary>Writes a file of the plane to the real store.</summary>
    public Task Put(string key, byte[] bytes) => Put(buckets, key, bytes);

    public static async Task Put(S3Buckets plane, string key, byte[] bytes)
    {
        using var client = plane.Client();
        using var content = new MemoryStream(bytes);
        await client.PutObjectAsync(
            new PutObjectArgs()
                .WithBucket(plane.Content)
                .WithObject(key)
                .WithStreamData(content)
                .WithObjectSize(bytes.Length)
        );
    }

    /// <summary>Writes so many random bytes under a name of their own.</summary>
    public Task<(string Key, byte[] Bytes)> PutObject(int size) => PutObject(buckets, size);

    public static async Task<(string Key, byte[] Bytes)> PutObject(S3Buckets plane, int size)
    {
        var bytes = RandomNumberGenerator.GetBytes(size);
        var name = Convert.ToHexStringLower(SHA256.HashData(bytes));
        var key = $"objects/{name[..2]}/{name}";
        await Put(plane, key, bytes);
        return (key, bytes);
    }

    public async ValueTask DisposeAsync()
    {
        await gateway.DisposeAsync();
        foreach (var service in services)
        {
            await service.DisposeAsync();
        }
        await buckets.DisposeAsync();
        foreach (var folder in folders)
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
