using System.Globalization;
using System.Net;
using System.Net.Quic;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using LaiChau.Testing;

namespace LaiChau.Gateway.Tests.Edge;

public sealed class ListenerTests(GatewayHouse house)
{
    [Fact]
    public async Task Speaks_http2_without_tls_at_a_port_of_its_own()
    {
        var port = FreePort.Take();
        var (key, bytes) = await house.PutObject(400_000);
        await using var gateway = await house.Start(
            new() { ["Gateway:Http2Port"] = port.ToString(CultureInfo.InvariantCulture) }
        );
        using var client = Exactly(HttpVersion.Version20, $"http://127.0.0.1:{port}");

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => client.GetAsync($"/content/{key}")));

        foreach (var answer in answers)
        {
            Assert.Equal(HttpVersion.Version20, answer.Version);
            Assert.Equal(bytes, await answer.Content.ReadAsByteArrayAsync());
        }
        using var usual = await gateway.Client.GetAsync($"/content/{key}");
        Assert.Equal(HttpVersion.Version11, usual.Version);
    }

    [Fact]
    public async Task Speaks_http2_and_where_the_machine_can_http3_where_there_is_a_certificate()
    {
        var port = FreePort.Take();
        var (key, bytes) = await house.PutObject(400_000);
        await using var gateway = await house.Start(
            new()
            {
                // In this order: the second is bound when the first one listens.
                ["ASPNETCORE_URLS"] = $"https://127.0.0.1:{port};{{url}}",
                ["Kestrel:Certificates:Default:Path"] = Certificate(house.NewFolder()),
                ["Kestrel:Certificates:Default:Password"] = "mau",
            }
        );
        var canHttp3 = OperatingSystem.IsLinux() && QuicListener.IsSupported;
        var versions = canHttp3 ? new[] { HttpVersion.Version20, HttpVersion.Version30 } : [HttpVersion.Version20];
        foreach (var version in versions)
        {
            using var client = Exactly(version, $"https://127.0.0.1:{port}");
            using var part = new HttpRequestMessage(HttpMethod.Get, $"/content/{key}");
            part.Version = version;
            part.VersionPolicy = HttpVersionPolicy.RequestVersionExact;
            part.Headers.TryAddWithoutValidation("Range", "bytes=1000-200999");
            using var answer = await client.SendAsync(part);
            Assert.Equal(version, answer.Version);
            Assert.Equal(bytes[1000..201_000], await answer.Content.ReadAsByteArrayAsync());
            Assert.Equal(canHttp3, answer.Headers.TryGetValues("Alt-Svc", out _));
        }
        Assert.Equal(!canHttp3, gateway.LastLines(1000).Contains("HTTP/3 is not spoken", StringComparison.Ordinal));
    }

    private static HttpClient Exactly(Version version, string address)
    {
        var handler = new SocketsHttpHandler();
        // The certificate is the test's own.
        handler.SslOptions = new SslClientAuthenticationOptions
        {
            RemoteCertificateValidationCallback = (_, certificate, _, _) =>
                certificate?.Subject == "CN=gateway.example",
        };
        return new HttpClient(handler)
        {
            BaseAddress = new Uri(address),
            DefaultRequestVersion = version,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
    }

    private static string Certificate(string folder)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=gateway.example", key, HashAlgorithmName.SHA256);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        var place = Path.Combine(folder, "gateway.pfx");
        File.WriteAllBytes(place, certificate.Export(X509ContentType.Pkcs12, "mau"));
        return place;
    }
}
