using System.Globalization;
using LaiChau.ServiceDefaults.Http;
using LaiChau.ServiceDefaults.Objects;
using Microsoft.Net.Http.Headers;

namespace LaiChau.Gateway.Content;

/// <summary><c>/content/*</c>: what points pull. No identity, no work but reading: all of it is signed and addressed by content.</summary>
internal static class ServePlane
{
    private const int CopyBuffer = 64 << 10;

    public static void MapPlane(this WebApplication app) =>
        app.Map("/content/{**path}", Serve).AllowAnonymous().ExcludeFromDescription();

    private static async Task Serve(string? path, HttpContext context, PlaneFiles files)
    {
        var (request, response, ct) = (context.Request, context.Response, context.RequestAborted);
        if (!HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method))
        {
            response.Headers.Allow = "GET, HEAD";
            await GatewayProblems.MethodNotAllowed.With().ExecuteAsync(context);
            return;
        }
        if (PlanePath.Parse(path) is not { } file)
        {
            await NotThere(context);
            return;
        }

        var asked = request.GetTypedHeaders();
        var wantsHead = HttpMethods.IsHead(request.Method);
        // A file that may change between two calls is served whole.
        var range = file.IsImmutable && asked.Range is { Unit.Value: "bytes" } ? asked.Range : null;
        (long From, long Length)? part = null;
        // To cut a part, to say 304 or to answer HEAD, size and tag are needed first. A plain GET takes one call for all.
        if (wantsHead || range is not null || asked.IfNoneMatch.Count > 0)
        {
            if (await files.Find(file, ct) is not { } info)
            {
                await NotThere(context);
                return;
            }
            if (IsKnown(asked.IfNoneMatch, info))
            {
                Describe(response, file, info);
                response.StatusCode = StatusCodes.Status304NotModified;
                return;
            }
            if (wantsHead)
            {
                Describe(response, file, info);
                response.ContentLength = info.Size;
                return;
            }
            if (range is not null && IsStill(asked.IfRange, info))
            {
                part = Cut(range, info.Size);
                if (part is null)
                {
                    response.Headers.ContentRange = new ContentRangeHeaderValue(info.Size).ToString();
                    await GatewayProblems
                        .RangeNotSatisfiable.With($"The file has {info.Size} bytes; ask for one range.")
                        .ExecuteAsync(context);
                    return;
                }
            }
        }
        await using var content = await files.Open(file, part, ct);
        if (content is null)
        {
            await NotThere(context);
            return;
        }
        await Send(response, file, content, part, ct);
    }

    private static async Task Send(
        HttpResponse response,
        PlanePath file,
        ObjectContent content,
        (long From, long Length)? part,
        CancellationToken ct
    )
    {
        Describe(response, file, content.Info);
        response.ContentLength = part?.Length ?? content.Info.Size;
        if (part is { } cut)
        {
            response.StatusCode = StatusCodes.Status206PartialContent;
            response.Headers.ContentRange = new ContentRangeHeaderValue(
                cut.From,
                cut.From + cut.Length - 1,
                content.Info.Size
            ).ToString();
        }
        try
        {
            await content.Stream.CopyToAsync(response.Body, CopyBuffer, ct);
        }
        catch (Exception fault) when (fault is IOException or HttpRequestException)
        {
            if (!response.HasStarted)
            {
                throw new ObjectStoreException("The object store broke off.", fault);
            }
            // Too late for a status: a broken connection is the only honest end, and the point goes on from there.
            response.HttpContext.Abort();
        }
    }

    private static void Describe(HttpResponse response, PlanePath file, ObjectInfo info)
    {
        var headers = response.Headers;
        headers.ETag = Tag(info).ToString();
        headers.AcceptRanges = file.IsImmutable ? "bytes" : "none";
        headers.CacheControl = file.IsImmutable ? "public, max-age=31536000, immutable" : "no-cache";
        headers.LastModified = HeaderUtilities.FormatDate(info.ModifiedAt);
        response.ContentType = file.MediaType;
    }

    private static Task NotThere(HttpContext context)
    {
        // The next root is asked for before it exists: nobody may remember that it was not there.
        context.Response.Headers.CacheControl = "no-cache";
        return Problem.NotFound.With().ExecuteAsync(context);
    }

    /// <summary>The one range asked for, cut to the file; null when there is no such part.</summary>
    private static (long From, long Length)? Cut(RangeHeaderValue asked, long size)
    {
        if (asked.Ranges.Count != 1)
        {
            return null;
        }
        var range = asked.Ranges.First();
        var from = range.From ?? Math.Max(0, size - range.To!.Value);
        var to = range.From is null ? size - 1 : Math.Min(range.To ?? size - 1, size - 1);
        return from < size && from <= to ? (from, to - from + 1) : null;
    }

    private static bool IsKnown(IList<EntityTagHeaderValue> known, ObjectInfo info) =>
        known.Any(tag => tag.Compare(Tag(info), useStrongComparison: false) || tag.Equals(EntityTagHeaderValue.Any));

    private static bool IsStill(RangeConditionHeaderValue? condition, ObjectInfo info) =>
        condition is null
        || (
            condition.EntityTag is { } tag
                ? tag.Compare(Tag(info), useStrongComparison: true)
                : condition.LastModified >= info.ModifiedAt.AddTicks(-(info.ModifiedAt.Ticks % TimeSpan.TicksPerSecond))
        );

    private static EntityTagHeaderValue Tag(ObjectInfo info) =>
        new(string.Create(CultureInfo.InvariantCulture, $"\"{info.ETag}\""));
}
