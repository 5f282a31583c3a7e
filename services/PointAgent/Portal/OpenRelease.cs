using LaiChau.PointAgent.Library;
using LaiChau.PointAgent.Telemetry;
using Microsoft.Net.Http.Headers;

namespace LaiChau.PointAgent.Portal;

/// <summary>
/// <c>/r/{package}</c> and <c>/r/{package}/{file}</c>: both parts have slashes in them, so the packages on the shelf decide
/// where one ends. A file is found by its name in the signed manifest, never by a path on the disk.
/// </summary>
internal static class OpenRelease
{
    private const string FilePolicy =
        "sandbox; default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; media-src 'self'; font-src 'self'";

    /// <summary>What a browser may show as what it is said to be; anything else is only taken along.</summary>
    private static readonly string[] Shown = ["image/", "audio/", "video/", "text/", "application/pdf", "font/"];

    public static IResult Get(
        string? path,
        HttpContext http,
        PageFrame frame,
        Shelf shelf,
        FileStore files,
        Audience audience
    )
    {
        try
        {
            return Open(path, http, frame, shelf, files, audience);
        }
        catch (FileNotFoundException)
        {
            // Another release has taken its place since it was looked up.
            return Open(path, http, frame, shelf, files, audience);
        }
    }

    private static IResult Open(
        string? path,
        HttpContext http,
        PageFrame frame,
        Shelf shelf,
        FileStore files,
        Audience audience
    )
    {
        path = Vietnamese.Compose(path ?? "").TrimEnd('/');
        var release = shelf
            .Shown.Where(r => path == r.Package || path.StartsWith(r.Package + "/", StringComparison.Ordinal))
            .MaxBy(r => r.Package.Length);
        if (release is null)
            return NotFoundPage.Get(http, frame);
        if (path == release.Package)
            return ReleasePage.Get(release, http, frame, files, audience);
        var name = path[(release.Package.Length + 1)..];
        var file = release.Files.FirstOrDefault(f => f.Path == name);
        return file is null ? NotFoundPage.Get(http, frame) : Send(release, file, http, files, audience);
    }

    private static IResult Send(Release release, ReleaseFile file, HttpContext http, FileStore files, Audience audience)
    {
        var shown = Shown.Any(s => file.MediaType.StartsWith(s, StringComparison.Ordinal));
        // The browser's own PDF viewer does not start inside a sandbox; it runs nothing of the page's origin.
        if (file.MediaType != "application/pdf")
            http.Response.Headers.ContentSecurityPolicy = FilePolicy;
        http.Response.Headers.CacheControl = "private, no-cache";
        if (IsStart(http) && (file.IsAudio || file.IsVideo || file.MediaType == "application/pdf"))
            audience.Viewed(release, file.Path, file.Language, Reader.Of(http).Visitor);
        // Once open it may be given to the end, whoever removes it.
        var content = new FileStream(
            files.PathOf(file.Sha256),
            FileMode.Open,
            FileAccess.Read,
            FileShare.Read | FileShare.Delete
        );
        return Results.File(
            content,
            ContentType(file, shown),
            shown ? null : Path.GetFileName(file.Path),
            entityTag: new EntityTagHeaderValue($"\"{file.Sha256}\""),
            enableRangeProcessing: true
        );
    }

    private static string ContentType(ReleaseFile file, bool shown) =>
        !shown ? "application/octet-stream"
        : file.MediaType.StartsWith("text/", StringComparison.Ordinal) && !file.MediaType.Contains(';')
            ? file.MediaType + "; charset=utf-8"
        : file.MediaType;

    /// <summary>A player asks for many ranges of one file; the one from the start is somebody pressing play.</summary>
    private static bool IsStart(HttpContext http) =>
        HttpMethods.IsGet(http.Request.Method)
        && (
            http.Request.GetTypedHeaders().Range is not { } range
            || range.Ranges.FirstOrDefault() is { From: null or 0 }
        );
}
