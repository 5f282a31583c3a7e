using System.Net;
using System.Text.Json;

namespace LaiChau.Cli.Api;

/// <summary>The server refused. <see cref="Code"/> is stable; the message is the problem's title.</summary>
public sealed class PlatformProblemException(HttpStatusCode status, string code, string title, string? detail)
    : Exception(title)
{
    public HttpStatusCode Status { get; } = status;
    public string Code { get; } = code;
    public string? Detail { get; } = detail;

    /// <summary>What is wrong with each row of a table.</summary>
    public IReadOnlyList<string> Faults { get; private init; } = [];

    internal static async Task<PlatformProblemException> Read(HttpResponseMessage response, CancellationToken ct)
    {
        var status = response.StatusCode;
        var body = await response.Content.ReadAsStringAsync(ct);
        try
        {
            using var json = JsonDocument.Parse(body);
            var problem = json.RootElement;
            // The token service speaks OAuth: error and error_description.
            return new PlatformProblemException(
                status,
                Text(problem, "code") ?? Text(problem, "error") ?? $"http-{(int)status}",
                Text(problem, "title") ?? Text(problem, "error_description") ?? response.ReasonPhrase ?? "",
                Text(problem, "detail") ?? Errors(problem)
            )
            {
                Faults = RowFaults(problem),
            };
        }
        catch (JsonException)
        {
            return new PlatformProblemException(
                status,
                $"http-{(int)status}",
                response.ReasonPhrase ?? status.ToString(),
                null
            );
        }
    }

    private static string? Text(JsonElement problem, string name) =>
        problem.ValueKind == JsonValueKind.Object
        && problem.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    private static string[] RowFaults(JsonElement problem) =>
        problem.ValueKind == JsonValueKind.Object
        && problem.TryGetProperty("faults", out var faults)
        && faults.ValueKind == JsonValueKind.Array
            ?
            [
                .. faults
                    .EnumerateArray()
                    .Where(f => f.TryGetProperty("row", out _))
                    .Select(f => $"Dòng {f.GetProperty("row")}, «{Text(f, "column")}»: {Text(f, "message")}"),
            ]
            : [];

    private static string? Errors(JsonElement problem) =>
        problem.ValueKind == JsonValueKind.Object && problem.TryGetProperty("errors", out var errors)
            ? errors.ToString()
            : null;
}

/// <summary>No answer from the server, or only that a part behind it is down: the same call may work later.</summary>
public sealed class ServerUnreachableException(string message, Exception? inner = null, TimeSpan? retryAfter = null)
    : Exception(message, inner)
{
    /// <summary>How long the server asked to wait, if it did.</summary>
    public TimeSpan? RetryAfter { get; } = retryAfter;
}
