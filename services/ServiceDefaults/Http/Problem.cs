using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LaiChau.ServiceDefaults.Http;

/// <summary>
/// One way a request can be refused, with a code that clients may rely on. Each service lists its own in one place
/// (<c>XxxProblems.cs</c>); answered as RFC 9457 problem+json.
/// </summary>
public sealed record Problem(int Status, string Code, string Title)
{
    public ProblemHttpResult With(string? detail = null, params ReadOnlySpan<(string Key, object? Value)> more)
    {
        var extensions = new Dictionary<string, object?> { ["code"] = Code };
        foreach (var (key, value) in more)
        {
            extensions[key] = value;
        }
        return TypedResults.Problem(detail, statusCode: Status, title: Title, extensions: extensions);
    }

    public static readonly Problem BadRequest = new(400, "bad-request", "The request cannot be read");
    public static readonly Problem Unauthenticated = new(401, "unauthenticated", "A valid access token is needed");
    public static readonly Problem Forbidden = new(403, "forbidden", "This account may not do that");
    public static readonly Problem NotFound = new(404, "not-found", "There is nothing here");
    public static readonly Problem Conflict = new(409, "conflict", "Somebody else changed this at the same time");
    public static readonly Problem ChangedMeanwhile = new(412, "changed-meanwhile", "This is no longer what was read");
    public static readonly Problem TooLarge = new(413, "body-too-large", "The body is larger than allowed");
    public static readonly Problem Invalid = new(422, "invalid", "A value is not valid");
    public static readonly Problem TooMany = new(429, "too-many-requests", "Too many requests");
    public static readonly Problem Unavailable = new(503, "unavailable", "A part this needs cannot be reached now");

    internal static string CodeFor(int status) =>
        status switch
        {
            400 => BadRequest.Code,
            401 => Unauthenticated.Code,
            403 => Forbidden.Code,
            404 => NotFound.Code,
            405 => "method-not-allowed",
            409 => Conflict.Code,
            412 => ChangedMeanwhile.Code,
            413 => TooLarge.Code,
            415 => "unsupported-media-type",
            422 => Invalid.Code,
            429 => TooMany.Code,
            503 => Unavailable.Code,
            _ => status >= 500 ? "internal-error" : "request-refused",
        };
}

/// <summary>One page of a list: <paramref name="Next"/> goes into <c>after</c> of the next call, null on the last page.</summary>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next = null);
