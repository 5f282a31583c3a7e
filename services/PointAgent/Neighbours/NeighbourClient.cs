using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;
using LaiChau.PointAgent.Pull;
using static LaiChau.PointAgent.Durations;

namespace LaiChau.PointAgent.Neighbours;

/// <summary>
/// Speaks to points next door, and to nobody else: its packets live for one hop, so that they end at the first router. None of it goes over the
/// link, and none of it is counted there. Whoever answers is believed nothing, and given little time.
/// </summary>
internal sealed class NeighbourClient(AgentOptions options) : IDisposable
{
    private const int LargestAnswer = 2 * 1024 * 1024;
    private static readonly TimeSpan LongestStall = TimeSpan.FromSeconds(10);
    private readonly HttpClient _http = new(
        new SocketsHttpHandler
        {
            ConnectTimeout = TimeSpan.FromSeconds(3),
            ConnectCallback = (connection, stop) => Connect(options, connection.DnsEndPoint, stop),
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            MaxResponseDrainSize = 8 * 1024,
            MaxResponseHeadersLength = 8,
            UseCookies = false,
            UseProxy = false,
        }
    )
    {
        Timeout = System.Threading.Timeout.InfiniteTimeSpan,
    };

    private TimeSpan Stall => Shorter(options.Stall, LongestStall);

    public async Task<HoldingsAnswer> Ask(Neighbour neighbour, HoldingsQuestion question, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(neighbour.Address, "v1/holdings"))
        {
            Content = new ByteArrayContent(
                JsonSerializer.SerializeToUtf8Bytes(question, AgentJson.Default.HoldingsQuestion)
            )
            {
                Headers = { ContentType = new MediaTypeHeaderValue("application/json") },
            },
        };
        using var answer = await Send(request, stop);
        Require(answer, HttpStatusCode.OK);
        var bytes = await ReadAtMost(answer, LargestAnswer, stop);
        return
            JsonSerializer.Deserialize(bytes, AgentJson.Default.HoldingsAnswer)
                is { Files: not null, Coming: null or >= 0 } said
            ? said
            : throw new InvalidDataException("That is no answer.");
    }

    /// <summary>The manifest of a release, whatever it is.</summary>
    public async Task<byte[]> Manifest(Neighbour neighbour, Guid release, long length, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Get,
            new Uri(neighbour.Address, $"v1/releases/{release}/manifest")
        );
        using var answer = await Send(request, stop);
        Require(answer, HttpStatusCode.OK);
        return await ReadAtMost(answer, length, stop);
    }

    /// <summary>A file from a byte on, whatever it is.</summary>
    public async Task<Stream> File(
        Neighbour neighbour,
        string sha256,
        long from,
        TrafficMeter meter,
        CancellationToken stop
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(neighbour.Address, $"v1/files/{sha256}"));
        if (from > 0)
            request.Headers.Range = new RangeHeaderValue(from, null);
        var answer = await Send(request, stop);
        try
        {
            Require(answer, from > 0 ? HttpStatusCode.PartialContent : HttpStatusCode.OK);
            if (from > 0 && answer.Content.Headers.ContentRange?.From != from)
                throw new HttpRequestException($"Asked for bytes from {from}, answered other ones.");
            return new PatientStream(await answer.Content.ReadAsStreamAsync(stop), Stall, meter, answer);
        }
        catch
        {
            answer.Dispose();
            throw;
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<HttpResponseMessage> Send(HttpRequestMessage request, CancellationToken stop)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(Stall);
        try
        {
            return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
        }
        catch (OperationCanceledException error) when (!stop.IsCancellationRequested)
        {
            throw new HttpRequestException($"No answer within {Stall}.", error);
        }
    }

    private async Task<byte[]> ReadAtMost(HttpResponseMessage answer, long limit, CancellationToken stop)
    {
        // However slowly it drips: little is read here, and not for longer than this.
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(Stall);
        try
        {
            await using var body = await answer.Content.ReadAsStreamAsync(patience.Token);
            using var bytes = new MemoryStream();
            var buffer = new byte[16 * 1024];
            for (int read; (read = await body.ReadAsync(buffer, patience.Token)) > 0; )
            {
                bytes.Write(buffer, 0, read);
                if (bytes.Length > limit)
                    throw new HttpRequestException($"More than {limit} bytes were answered.");
            }
            return bytes.ToArray();
        }
        catch (OperationCanceledException error) when (!stop.IsCancellationRequested)
        {
            throw new HttpRequestException($"The answer did not end within {Stall}.", error);
        }
    }

    private static void Require(HttpResponseMessage answer, HttpStatusCode wanted)
    {
        if (answer.StatusCode != wanted)
            throw new HttpRequestException($"Answered {(int)answer.StatusCode}, not {(int)wanted}.");
    }

    private static async ValueTask<Stream> Connect(AgentOptions options, DnsEndPoint to, CancellationToken stop)
    {
        var address = IPAddress.TryParse(to.Host, out var given)
            ? given
            : (await Dns.GetHostAddressesAsync(to.Host, stop)).FirstOrDefault(options.NeighbourNetworks.Includes);
        if (address is null || !options.NeighbourNetworks.Includes(address))
            throw new HttpRequestException($"{to.Host} is not in {string.Join(' ', options.NeighbourNetworks)}.");
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, Ttl = 1 };
        try
        {
            await socket.ConnectAsync(address, to.Port, stop);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
