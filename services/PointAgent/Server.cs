using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;

namespace LaiChau.PointAgent;

/// <summary>The control plane as the point sees it: a few small calls, each with its own time-out, over a link that drops.</summary>
internal sealed class Server(HttpClient http)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(100);

    public async Task<HttpResponseMessage> Post(Uri address, HttpContent body, string? token, CancellationToken stop)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(Patience);
        using var request = new HttpRequestMessage(HttpMethod.Post, address)
        {
            Content = body,
            Version = HttpVersion.Version20,
        };
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await http.SendAsync(request, HttpCompletionOption.ResponseContentRead, patience.Token);
    }

    /// <param name="address">Of what.</param>
    /// <param name="stop">Cancels.</param>
    /// <param name="token">Where the point has to say who it is.</param>
    /// <param name="known">The entity tag of what is here already: 304 if it is still so.</param>
    public async Task<HttpResponseMessage> Get(
        Uri address,
        CancellationToken stop,
        string? token = null,
        string? known = null
    )
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(Patience);
        using var request = new HttpRequestMessage(HttpMethod.Get, address) { Version = HttpVersion.Version20 };
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (known is not null)
            request.Headers.IfNoneMatch.ParseAdd(known);
        return await http.SendAsync(request, HttpCompletionOption.ResponseContentRead, patience.Token);
    }

    /// <summary>The link or the server failed, which is ordinary here; not a bug, and not the program being stopped.</summary>
    public static bool IsUnreachable(Exception error, CancellationToken stop) =>
        !stop.IsCancellationRequested
        && error
            is HttpRequestException
                or SocketException
                or IOException { HResult: 0 or unchecked((int)0x80131620) }
                or OperationCanceledException
                or JsonException
                or InvalidDataException;
}

/// <summary>The stable code and sentence of a problem+json answer (RFC 9457), as far as the answer has them.</summary>
internal sealed record Problem(string? Code, string? Detail, string? Title)
{
    public static async Task<Problem> Read(HttpResponseMessage answer, CancellationToken stop)
    {
        if (answer.Content.Headers.ContentType?.MediaType is not ("application/problem+json" or "application/json"))
            return new Problem(null, null, null);
        try
        {
            var problem = await answer.Content.ReadFromJsonAsync(AgentJson.Default.Problem, stop);
            return problem is null
                ? new Problem(null, null, null)
                : problem with
                {
                    Detail = problem.Detail ?? problem.Title,
                };
        }
        catch (JsonException)
        {
            return new Problem(null, null, null);
        }
    }
}
