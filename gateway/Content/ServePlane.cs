using LaiChau.ServiceDefaults.Http;
using LaiChau.ServiceDefaults.Objects;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace LaiChau.Gateway.Content;

/// <summary><c>/content/*</c>: what points pull. No identity, no work but reading: all of it is signed and addressed by content.</summary>
internal sealed class ServePlane(
    LatestTimestamp latest,
    SmallFiles small,
    ObjectCache objects,
    IOptions<GatewayOptions> options
)
{
    private static readonly StringValues ForEver = "public, max-age=31536000, immutable";
    private static readonly StringValues AskEachTime = "no-cache";
    private static readonly StringValues ByCoding = "Accept-Encoding";
    private static readonly StringValues ByBytes = "bytes";
    private static readonly StringValues NoRanges = "none";
    private static readonly StringValues NoSniff = "nosniff";

    public async Task Serve(HttpContext context)
    {
        var (request, response) = (context.Request, context.Response);
        response.Headers.XContentTypeOptions = NoSniff;
        if (!HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method))
        {
            response.Headers.Allow = "GET, HEAD";
            await GatewayProblems.MethodNotAllowed.With().ExecuteAsync(context);
            return;
        }
        if (PlanePath.OfRequest(request.Path.Value ?? "") is not { } path)
        {
            await NotThere(context);
            return;
        }
        try
        {
            await (path.IsObject ? ServeObject(context, path) : ServeSmall(context, path));
        }
        catch (Exception fault)
            when (response.HasStarted && fault is ObjectStoreException or OperationCanceledException)
        {
            // Too late for a status: a broken connection is the only honest end, and the point goes on from there. Or it is the point that has gone.
            context.Abort();
        }
        catch when (!response.HasStarted)
        {
            // What says so in the end begins with empty headers.
            response.OnStarting(() =>
            {
                response.Headers.XContentTypeOptions = NoSniff;
                return Task.CompletedTask;
            });
            throw;
        }
    }

    private async Task ServeSmall(HttpContext context, PlanePath path)
    {
        var (request, response, ct) = (context.Request, context.Response, context.RequestAborted);
        SmallFile? file;
        if (path == PlanePath.Timestamp)
        {
            file = await latest.Now(ct);
            if (file is not null && request.Headers["Prefer"] is { Count: > 0 } prefer)
            {
                file = await Hold(context, file, prefer);
            }
        }
        else
        {
            (file, var isLarge) = await small.Open(path, ct);
            if (isLarge)
            {
                await ServeObject(context, path);
                return;
            }
        }
        if (file is null)
        {
            await NotThere(context);
            return;
        }
        // A part is one of the file as it is. A file that may change between two calls is served whole.
        var range = path.IsImmutable ? request.Headers.Range : default;
        var chosen = range.Count > 0 ? file.Plain : Chosen(file, request);
        if (IsKnown(request.Headers.IfNoneMatch, chosen.Tag))
        {
            NotModified(response, path, chosen.Tag);
            return;
        }
        var parts = Parts(request, range, chosen.Tag, chosen.Bytes.Length);
        if (parts is [])
        {
            await NoSuchPart(context, chosen.Bytes.Length);
            return;
        }
        Describe(response, path, chosen.Tag);
        response.Headers.AcceptRanges = path.IsImmutable ? ByBytes : NoRanges;
        response.Headers.ContentEncoding = chosen.Coding;
        await Parcel.Send(
            context,
            path.MediaType,
            chosen.Bytes.Length,
            parts,
            part => response.BodyWriter.WriteAsync(chosen.Bytes.AsMemory((int)part.From, (int)part.Length), ct).AsTask()
        );
    }

    private async Task ServeObject(HttpContext context, PlanePath path)
    {
        var (request, response, ct) = (context.Request, context.Response, context.RequestAborted);
        var tag = $"\"{PlanePath.Tag(Convert.FromHexString(path.Hash!))}\"";
        var isKnown = IsKnown(request.Headers.IfNoneMatch, tag);
        if (isKnown || HttpMethods.IsHead(request.Method))
        {
            if (await objects.Size(path, ct) is not { } size)
            {
                await NotThere(context);
            }
            else if (isKnown)
            {
                NotModified(response, path, tag);
            }
            else
            {
                Describe(response, path, tag);
                response.Headers.AcceptRanges = ByBytes;
                response.ContentType = path.MediaType;
                response.ContentLength = size;
            }
            return;
        }
        await using var file = await objects.Open(path, ct);
        if (file is null)
        {
            await NotThere(context);
            return;
        }
        var parts = Parts(request, request.Headers.Range, tag, file.Size);
        if (parts is [])
        {
            await NoSuchPart(context, file.Size);
            return;
        }
        Describe(response, path, tag);
        response.Headers.AcceptRanges = ByBytes;
        var first = parts is null ? new Part(0, file.Size) : parts[0];
        await file.Prepare(first.From, first.Length, ct);
        await Parcel.Send(
            context,
            path.MediaType,
            file.Size,
            parts,
            part => file.CopyTo(response.BodyWriter, part.From, part.Length, ct)
        );
    }

    /// <summary><c>Prefer: wait=N</c> (RFC 7240) with the tag that is known: answers when there is another one, or after N seconds.</summary>
    private async Task<SmallFile?> Hold(HttpContext context, SmallFile file, StringValues prefer)
    {
        var seconds = Math.Min(Preference.Wait(prefer), options.Value.HoldSeconds);
        if (seconds <= 0 || !IsKnown(context.Request.Headers.IfNoneMatch, Chosen(file, context.Request).Tag))
        {
            return file;
        }
        context.Response.Headers["Preference-Applied"] = $"wait={seconds}";
        if (context.Features.Get<IHttpMetricsTagsFeature>() is { } metrics)
        {
            // Minutes of waiting are no slowness.
            metrics.MetricsDisabled = true;
        }
        return await latest.After(file, TimeSpan.FromSeconds(seconds), context.RequestAborted);
    }

    private static Representation Chosen(SmallFile file, HttpRequest request) =>
        file.For(AcceptedCoding.Of(request.Headers.AcceptEncoding));

    private static void NotModified(HttpResponse response, PlanePath path, string tag)
    {
        Describe(response, path, tag);
        response.Headers.XContentTypeOptions = default;
        response.StatusCode = StatusCodes.Status304NotModified;
    }

    /// <summary>What a cache has to know, and not a byte more: it travels in every poll.</summary>
    private static void Describe(HttpResponse response, PlanePath path, string tag)
    {
        var headers = response.Headers;
        headers.ETag = tag;
        headers.CacheControl = path.IsImmutable ? ForEver : AskEachTime;
        if (path.IsJson)
        {
            headers.Vary = ByCoding;
        }
    }

    private static Task NotThere(HttpContext context)
    {
        // The next root is asked for before it exists: nobody may remember that it was not there.
        context.Response.Headers.CacheControl = AskEachTime;
        return Problem.NotFound.With().ExecuteAsync(context);
    }

    private static Task NoSuchPart(HttpContext context, long size)
    {
        context.Response.Headers.ContentRange = new ContentRangeHeaderValue(size).ToString();
        return GatewayProblems.RangeNotSatisfiable.With($"The file has {size} bytes.").ExecuteAsync(context);
    }

    /// <summary>Null: the whole; empty: nothing that the file has.</summary>
    private static IReadOnlyList<Part>? Parts(HttpRequest request, StringValues range, string tag, long size) =>
        range.Count > 0
        && HttpMethods.IsGet(request.Method)
        && (request.Headers.IfRange is not { Count: > 0 } condition || condition == tag)
            ? ByteRanges.Of(range.ToString(), size)
            : null;

    private static bool IsKnown(StringValues known, string tag) =>
        known.Count > 0
        && (
            known == tag
            || (
                EntityTagHeaderValue.TryParseList(known, out var tags)
                && tags.Any(one => one.Tag == tag || one.Equals(EntityTagHeaderValue.Any))
            )
        );
}
