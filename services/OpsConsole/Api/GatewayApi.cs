using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using LaiChau.OpsConsole.SignIn;
using Microsoft.AspNetCore.Authentication;

namespace LaiChau.OpsConsole.Api;

/// <summary>The gateway's API in the name of the signed-in account. Never throws for what an API can do wrong.</summary>
internal sealed class GatewayApi(HttpClient http, IHttpContextAccessor current, ILogger<GatewayApi> log)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>A page waits this long for one part before it shows what the others gave.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    public Task<Answer<T>> Get<T>(string path)
        where T : class => Send<T>(HttpMethod.Get, path, null, Patience);

    public Task<Answer<T>> Post<T>(string path, object? body = null, FormMark? mark = null)
        where T : class =>
        Send<T>(
            HttpMethod.Post,
            path,
            body is null ? null : JsonContent.Create(body, body.GetType(), options: Json),
            4 * Patience,
            mark
        );

    public Task<Answer<T>> Put<T>(string path, object body, FormMark? mark = null)
        where T : class =>
        Send<T>(HttpMethod.Put, path, JsonContent.Create(body, body.GetType(), options: Json), 4 * Patience, mark);

    public Task<Answer<Done>> Delete(string path, FormMark? mark = null) =>
        Send<Done>(HttpMethod.Delete, path, null, 4 * Patience, mark);

    public Task<Answer<T>> Upload<T>(string path, HttpContent content, FormMark? mark = null)
        where T : class => Send<T>(HttpMethod.Post, path, content, Timeout.InfiniteTimeSpan, mark);

    /// <summary>All items of a list, page by page, up to what a province can have.</summary>
    public async Task<Answer<T[]>> GetAll<T>(string path)
    {
        var all = new List<T>();
        string? after = null;
        do
        {
            var page = await Get<ApiList<T>>(
                path
                    + (path.Contains('?') ? '&' : '?')
                    + "limit=500"
                    + (after is null ? "" : "&after=" + Uri.EscapeDataString(after))
            );
            if (!page.Ok)
            {
                return page.Problem;
            }
            all.AddRange(page.Value.Items);
            after = page.Value.Next;
        } while (after is not null && all.Count < 20_000);
        return all.ToArray();
    }

    /// <summary>A file's answer as it comes, for passing on; the caller disposes it.</summary>
    public async Task<Answer<HttpResponseMessage>> Open(
        string path,
        RangeHeaderValue? range,
        CancellationToken cancellation
    )
    {
        try
        {
            using var request = await Request(HttpMethod.Get, path);
            request.Headers.Range = range;
            var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
            if (response.IsSuccessStatusCode || response.StatusCode is HttpStatusCode.RequestedRangeNotSatisfiable)
            {
                return response;
            }
            using (response)
            {
                return await Problem(response, path);
            }
        }
        catch (HttpRequestException fault)
        {
            return Unreachable(path, fault);
        }
    }

    private async Task<Answer<T>> Send<T>(
        HttpMethod method,
        string path,
        HttpContent? content,
        TimeSpan patience,
        FormMark? mark = null
    )
        where T : class
    {
        var aborted = current.HttpContext?.RequestAborted ?? CancellationToken.None;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        limit.CancelAfter(patience);
        try
        {
            using var request = await Request(method, path);
            request.Content = content;
            mark?.On(request);
            using var response = await http.SendAsync(request, limit.Token);
            if (!response.IsSuccessStatusCode)
            {
                return await Problem(response, path);
            }
            if (typeof(T) == typeof(Done))
            {
                return (T)(object)Done.It;
            }
            return await response.Content.ReadFromJsonAsync<T>(Json, limit.Token) is { } value
                ? value
                : Unreachable(path, null);
        }
        catch (Exception fault) when (fault is HttpRequestException or JsonException or IOException)
        {
            return Unreachable(path, fault);
        }
        catch (OperationCanceledException fault) when (!aborted.IsCancellationRequested)
        {
            return Unreachable(path, fault);
        }
    }

    private async Task<HttpRequestMessage> Request(HttpMethod method, string path)
    {
        var request = new HttpRequestMessage(method, path);
        if (
            current.HttpContext is { } context
            && await context.GetTokenAsync(ConsoleSignIn.Cookie, "access_token") is { } token
        )
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }
        return request;
    }

    private async Task<ApiProblem> Problem(HttpResponseMessage response, string path)
    {
        var said = await Read(response);
        var fault = response.StatusCode switch
        {
            HttpStatusCode.Unauthorized => Fault.SignedOut,
            HttpStatusCode.Forbidden => Fault.Forbidden,
            HttpStatusCode.NotFound when said?.Code is not null => Fault.NotFound,
            // A 404 that is no problem of ours comes from a door behind which nobody stands.
            HttpStatusCode.NotFound => Fault.Unreachable,
            HttpStatusCode.RequestTimeout or >= HttpStatusCode.InternalServerError => Fault.Unreachable,
            _ => Fault.Refused,
        };
        if (fault is Fault.Unreachable)
        {
            log.LogWarning("{Path} answered {Status} {Code}", path, (int)response.StatusCode, said?.Code);
        }
        return new ApiProblem(fault, Parts.Of(path), said?.Code, said?.Sentence)
        {
            Faults = said?.Faults ?? [],
            Field = said?.Field,
        };
    }

    private static async Task<Said?> Read(HttpResponseMessage response)
    {
        try
        {
            return response.Content.Headers.ContentType?.MediaType is "application/problem+json" or "application/json"
                ? await response.Content.ReadFromJsonAsync<Said>(Json)
                : null;
        }
        catch (Exception fault) when (fault is JsonException or HttpRequestException or IOException)
        {
            return null;
        }
    }

    private ApiProblem Unreachable(string path, Exception? fault)
    {
        log.LogWarning(fault, "{Path} gave no usable answer", path);
        return new ApiProblem(Fault.Unreachable, Parts.Of(path));
    }

    private sealed record Said(
        string? Code,
        string? Title,
        string? Detail,
        IReadOnlyList<RowFault>? Faults,
        string? Field
    )
    {
        public string? Sentence
        {
            get
            {
                // Details are for the reader; a title only where it is Vietnamese, else it is for developers.
                var words =
                    Detail is null || Title is null || Title.All(char.IsAscii) ? Detail ?? Title : $"{Title}. {Detail}";
                return words?.TrimEnd('.');
            }
        }
    }
}
