using System.Security.Cryptography;
using System.Text;
using Microsoft.Net.Http.Headers;

namespace LaiChau.Gateway.Content;

/// <summary>A body: the whole file, one part of it (206), or several in one <c>multipart/byteranges</c>.</summary>
internal static class Parcel
{
    /// <param name="parts">Null: the whole; never empty.</param>
    /// <param name="copy">Writes one part to the body.</param>
    public static async Task Send(
        HttpContext context,
        string mediaType,
        long size,
        IReadOnlyList<Part>? parts,
        Func<Part, Task> copy
    )
    {
        var response = context.Response;
        response.ContentType = mediaType;
        response.ContentLength = size;
        if (parts is not null)
        {
            response.StatusCode = StatusCodes.Status206PartialContent;
            if (parts.Count > 1)
            {
                await SendParts(context, mediaType, size, parts, copy);
                return;
            }
            response.ContentLength = parts[0].Length;
            response.Headers.ContentRange = Range(parts[0], size);
        }
        if (HttpMethods.IsHead(context.Request.Method))
        {
            return;
        }
        // Begun here, so that the body is written to where it is sent from.
        await response.StartAsync(context.RequestAborted);
        await copy(parts is null ? new Part(0, size) : parts[0]);
    }

    private static async Task SendParts(
        HttpContext context,
        string mediaType,
        long size,
        IReadOnlyList<Part> parts,
        Func<Part, Task> copy
    )
    {
        var (response, ct) = (context.Response, context.RequestAborted);
        var boundary = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12));
        var heads = parts
            .Select(
                (part, i) =>
                    Encoding.ASCII.GetBytes(
                        $"{(i == 0 ? "" : "\r\n")}--{boundary}\r\n{HeaderNames.ContentType}: {mediaType}\r\n"
                            + $"{HeaderNames.ContentRange}: {Range(part, size)}\r\n\r\n"
                    )
            )
            .ToList();
        var end = Encoding.ASCII.GetBytes($"\r\n--{boundary}--\r\n");
        response.ContentType = $"multipart/byteranges; boundary={boundary}";
        response.ContentLength = heads.Sum(head => (long)head.Length) + parts.Sum(part => part.Length) + end.Length;
        await response.StartAsync(ct);
        foreach (var (head, part) in heads.Zip(parts))
        {
            await response.BodyWriter.WriteAsync(head, ct);
            await copy(part);
        }
        await response.BodyWriter.WriteAsync(end, ct);
    }

    private static string Range(Part part, long size) =>
        new ContentRangeHeaderValue(part.From, part.End - 1, size).ToString();
}
