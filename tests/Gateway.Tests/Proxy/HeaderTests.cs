using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using LaiChau.Testing;

namespace LaiChau.Gateway.Tests.Proxy;

public sealed class HeaderTests(GatewayHouse house)
{
    [Fact]
    public async Task Sets_forwarded_headers_itself_whatever_the_client_claims()
    {
        var heard = await Ask(
            ("X-Forwarded-For", "1.2.3.4"),
            ("X-Forwarded-Host", "evil.example"),
            ("X-Forwarded-Proto", "https"),
            ("X-Forwarded-Prefix", "/admin"),
            ("X-Original-Url", "/api/points/accounts"),
            ("X-Real-IP", "1.2.3.4"),
            ("Forwarded", "for=1.2.3.4"),
            ("X-Http-Method-Override", "DELETE")
        );

        Assert.Equal("127.0.0.1", heard.Headers["X-Forwarded-For"]);
        Assert.Equal("http", heard.Headers["X-Forwarded-Proto"]);
        Assert.Equal(house.Address.Authority, heard.Headers["X-Forwarded-Host"]);
        Assert.Equal(house.Address.Authority, heard.Headers["Host"]);
        Assert.DoesNotContain(
            heard.Headers.Keys,
            name =>
                name
                    is "X-Forwarded-Prefix"
                        or "X-Original-Url"
                        or "X-Real-IP"
                        or "Forwarded"
                        or "X-Http-Method-Override"
        );
    }

    [Fact]
    public async Task Believes_a_proxy_it_was_told_of()
    {
        await using var gateway = await house.Start(
            new() { ["Gateway:TrustedProxies:0"] = "", ["Gateway:TrustedProxies:1"] = "127.0.0.0/8" }
        );
        using var request = new HttpRequestMessage(HttpMethod.Get, "/connect/authorize");
        request.Headers.Add("X-Forwarded-For", "203.0.113.7");
        request.Headers.Add("X-Forwarded-Proto", "https");
        request.Headers.Add("X-Forwarded-Host", "lai-chau.example");
        using var response = await gateway.Client.SendAsync(request);

        var heard = await response.Heard();
        Assert.Equal("203.0.113.7", heard.Headers["X-Forwarded-For"]);
        Assert.Equal("https", heard.Headers["X-Forwarded-Proto"]);
        Assert.Equal("lai-chau.example", heard.Headers["X-Forwarded-Host"]);
        Assert.StartsWith("max-age=", response.Header("Strict-Transport-Security"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keeps_what_is_meant_for_one_hop()
    {
        var heard = await Ask(("Connection", "keep-alive"), ("Keep-Alive", "3"), ("TE", "gzip"));

        Assert.DoesNotContain("Keep-Alive", heard.Headers.Keys);
        Assert.DoesNotContain("Connection", heard.Headers.Keys);
        Assert.DoesNotContain("TE", heard.Headers.Keys);
    }

    [Fact]
    public async Task Carries_the_trace_on()
    {
        var trace = ActivityTraceId.CreateRandom().ToHexString();
        var heard = await Ask(("traceparent", $"00-{trace}-00f067aa0ba902b7-01"));

        Assert.StartsWith($"00-{trace}-", heard.Headers["traceparent"], StringComparison.Ordinal);
        Assert.DoesNotContain("00f067aa0ba902b7", heard.Headers["traceparent"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_no_server_in_its_answers()
    {
        foreach (
            var path in new[] { "/connect/authorize", "/api/catalog/releases", "/content/metadata/none.json", "/livez" }
        )
        {
            using var response = await house.Anonymous.GetAsync(path);
            Assert.Null(response.Header("Server"));
            Assert.Null(response.Header("X-Powered-By"));
            Assert.Equal("nosniff", response.Header("X-Content-Type-Options"));
        }
    }

    [Fact]
    public async Task Gives_pages_a_strict_policy_unless_they_bring_their_own()
    {
        using var page = await house.Anonymous.GetAsync("/console?page");
        Assert.Contains("script-src 'self';", page.Header("Content-Security-Policy"), StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", page.Header("Content-Security-Policy"), StringComparison.Ordinal);
        Assert.Equal("DENY", page.Header("X-Frame-Options"));
        Assert.Equal("same-origin", page.Header("Referrer-Policy"));

        using var own = await house.Anonymous.GetAsync("/console?page=own-policy");
        Assert.Equal("sandbox", own.Header("Content-Security-Policy"));

        using var data = await house.Anonymous.GetAsync("/connect/authorize");
        Assert.Equal("default-src 'none'; frame-ancestors 'none'", data.Header("Content-Security-Policy"));
        Assert.Null(data.Header("Strict-Transport-Security"));
    }

    [Fact]
    public async Task Refuses_a_request_whose_length_is_told_in_two_ways()
    {
        // What one hop takes for a body the next must not take for a request.
        var answer = await Raw(
            "POST /connect/token HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "0\r\n\r\nGET /api/points/accounts HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
        );

        Assert.DoesNotContain("accounts", answer, StringComparison.Ordinal);
    }

    private async Task<Heard> Ask(params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/connect/authorize");
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }
        using var client = new HttpClient(new SocketsHttpHandler { ActivityHeadersPropagator = null })
        {
            BaseAddress = house.Address,
        };
        using var response = await client.SendAsync(request);
        return await response.Heard();
    }

    private async Task<string> Raw(string request)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, house.Address.Port);
        await using var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request));
        socket.Client.Shutdown(SocketShutdown.Send);
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync();
    }
}
