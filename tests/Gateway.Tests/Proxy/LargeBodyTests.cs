using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using LaiChau.Testing;

namespace LaiChau.Gateway.Tests.Proxy;

public sealed class LargeBodyTests(GatewayHouse house)
{
    [Fact]
    public async Task Streams_an_archive_of_hundreds_of_megabytes_without_holding_it()
    {
        const int MiB = 400;
        await using var gateway = await house.Start([]);
        using var client = gateway.ClientWith(TestTokens.Create(Guid.CreateVersion7(), "Mẫu", "editor"));
        using var body = new NoiseContent(MiB);
        var before = PeakMemory(gateway.ProcessId);

        using var response = await client.PostAsync("/api/catalog/releases?package=a", body);

        var heard = await response.Heard();
        Assert.Equal(MiB * (1L << 20), heard.Length);
        Assert.Equal(body.Sha256, heard.Sha256);
        Assert.InRange(PeakMemory(gateway.ProcessId) - before, 0, 100L << 20);
    }

    [Theory]
    [InlineData("POST", "/connect/token", (1 << 20) + 1)]
    [InlineData("PUT", "/api/catalog/blocks/aa", (520 << 10) + 1)]
    [InlineData("POST", "/api/telemetry/events", 2 << 20)]
    [InlineData("POST", "/api/points/import", (4 << 20) + 1)]
    [InlineData("POST", "/console/chi-tieu/nhap", (8 << 20) + 1)]
    [InlineData("POST", "/api/bulletins/1/attachments", (64 << 20) + 1)]
    [InlineData("POST", "/console/ban-tin/1/sua", (1 << 20) + 1)]
    public async Task Refuses_a_body_larger_than_the_door(string method, string path, int size)
    {
        using var editor = house.As("editor");
        // Sends nothing before it is told to: a refusal may be lost on who is still sending.
        using var handler = new SocketsHttpHandler { Expect100ContinueTimeout = TimeSpan.FromMinutes(1) };
        using var client = new HttpClient(handler) { BaseAddress = editor.BaseAddress };
        client.DefaultRequestHeaders.Authorization = editor.DefaultRequestHeaders.Authorization;
        foreach (var announced in new[] { true, false })
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), path)
            {
                Content = new ZeroContent(size, announced),
            };
            request.Headers.ExpectContinue = true;
            using var response = await client.SendAsync(request);

            await response.AssertProblem(HttpStatusCode.RequestEntityTooLarge, "body-too-large");
        }
    }

    [Theory]
    [InlineData("PUT", "/api/catalog/blocks/aa", 512 << 10)]
    [InlineData("POST", "/api/catalog/pushes", 10 << 20)]
    [InlineData("POST", "/api/points/import", 4_000_000)]
    [InlineData("POST", "/api/points/targets/import", 4_000_000)]
    [InlineData("POST", "/api/points/training/sessions/1/attendance/import", 4_000_000)]
    [InlineData("POST", "/console/chi-tieu/nhap", 6_000_000)]
    [InlineData("POST", "/api/bulletins/1/attachments", 60 << 20)]
    [InlineData("POST", "/console/ban-tin/1/tep", 64 << 20)]
    public async Task Takes_a_body_as_large_as_the_door(string method, string path, int size)
    {
        using var client = house.As("editor");
        using var request = new HttpRequestMessage(new HttpMethod(method), path)
        {
            Content = new ZeroContent(size, announced: false),
        };
        using var response = await client.SendAsync(request);

        Assert.Equal(size, (await response.Heard()).Length);
    }

    private static long PeakMemory(int processId) =>
        File.ReadLines($"/proc/{processId}/status")
            .Where(l => l.StartsWith("VmHWM:", StringComparison.Ordinal))
            .Select(l =>
                long.Parse(l.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) << 10
            )
            .Single();

    private sealed class ZeroContent(int size, bool announced) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            var part = new byte[64 << 10];
            for (var left = size; left > 0; left -= part.Length)
            {
                await stream.WriteAsync(part.AsMemory(0, Math.Min(left, part.Length)));
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = size;
            return announced;
        }
    }

    private sealed class NoiseContent : HttpContent
    {
        private readonly int mebibytes;

        public NoiseContent(int mebibytes)
        {
            this.mebibytes = mebibytes;
            Headers.ContentType = new MediaTypeHeaderValue("application/zip");
        }

        public string? Sha256 { get; private set; }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            var part = RandomNumberGenerator.GetBytes(1 << 20);
            for (var i = 0; i < mebibytes; i++)
            {
                part[i % part.Length]++;
                hash.AppendData(part);
                await stream.WriteAsync(part);
            }
            Sha256 = Convert.ToHexStringLower(hash.GetHashAndReset());
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
