using LaiChau.Testing;

[assembly: AssemblyFixture(typeof(LaiChau.Gateway.Tests.GatewayHouse))]

namespace LaiChau.Gateway.Tests;

/// <summary>Services behind, buckets on a real S3 server, and the gateway as a process before them.</summary>
public sealed class GatewayHouse : IAsyncLifetime
{
    private readonly List<EchoService> services = [];
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
        gateway = await Start(new() { ["Gateway:IdleSeconds"] = "2", ["Gateway:Limits:SignIn"] = "6000" });
    }

    /// <summary>Another gateway before the same services, with some settings of its own.</summary>
    public Task<ServiceProcess> Start(Dictionary<string, string?> own, string readyPath = "/readyz") =>
        ServiceProcess.Start("gateway", own.Concat(Settings.Where(s => !own.ContainsKey(s.Key))), readyPath: readyPath);

    public async ValueTask DisposeAsync()
    {
        await gateway.DisposeAsync();
        foreach (var service in services)
        {
            await service.DisposeAsync();
        }
        await buckets.DisposeAsync();
    }
}
