using Microsoft.AspNetCore.Http;

namespace LaiChau.PointAgent.Tests;

/// <summary>Links and servers that do not do as they should.</summary>
internal static class BadLink
{
    /// <summary>An object comes in small steps with pauses between them, as long as <paramref name="isCrawling"/> says so.</summary>
    public static void Crawl(Headquarters headquarters, string planePath, int milliseconds, Func<bool> isCrawling) =>
        headquarters.Misbehave = async (http, path) =>
        {
            if (!isCrawling() || path != planePath)
                return false;
            await SendRange(
                http,
                await File.ReadAllBytesAsync(headquarters.PathOf(path)),
                pause: TimeSpan.FromMilliseconds(milliseconds)
            );
            return true;
        };

    /// <summary>Answers what was asked for, whole or a range, and stops, hangs or crawls as told.</summary>
    public static async Task SendRange(
        HttpContext http,
        byte[] whole,
        long? cutAfter = null,
        bool hang = false,
        TimeSpan pause = default
    )
    {
        var asked = http.Request.GetTypedHeaders().Range?.Ranges.Single();
        var (from, to) = ((int)(asked?.From ?? 0), (int)Math.Min(asked?.To ?? whole.Length - 1, whole.Length - 1));
        if (from > to)
        {
            http.Response.StatusCode = 416;
            return;
        }
        if (asked is not null)
        {
            http.Response.StatusCode = 206;
            http.Response.Headers.ContentRange = $"bytes {from}-{to}/{whole.Length}";
        }
        http.Response.ContentLength = to - from + 1;
        var left = (int)Math.Min(to - from + 1, cutAfter ?? int.MaxValue);
        while (left > 0)
        {
            var step = Math.Min(left, 20_000);
            await http.Response.Body.WriteAsync(whole.AsMemory(from, step), http.RequestAborted);
            (from, left) = (from + step, left - step);
            if (pause > TimeSpan.Zero)
                await Task.Delay(pause, http.RequestAborted);
        }
        if (from > to)
            return;
        await http.Response.Body.FlushAsync();
        if (hang)
        {
            await Task.Delay(Timeout.Infinite, http.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            http.Abort();
        }
        // Else the server ends the connection for what is lacking, and not with a reset, which takes with it what the other side has not read yet.
    }
}
