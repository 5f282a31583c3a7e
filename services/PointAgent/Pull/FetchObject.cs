using System.Buffers;
using LaiChau.Distribution;
using LaiChau.Distribution.Content;

namespace LaiChau.PointAgent.Pull;

/// <summary>Appends what comes over the link to what is on the disk of an object, from the byte where that ends.</summary>
internal static class FetchObject
{
    private const int Step = 64 * 1024;

    /// <summary>From the byte that is missing to <paramref name="end"/>, as one request.</summary>
    public static async Task<Stream> Rest(
        PartialObject file,
        HeadedObject wanted,
        long end,
        IMirror mirror,
        CancellationToken stop
    )
    {
        var isAll = file.Length == 0 && end == wanted.Size;
        return await mirror.OpenContent(wanted.PlanePath, isAll ? null : new(file.Length, end - file.Length), stop)
            ?? throw new WrongAnswerException($"There is no {wanted.PlanePath}.");
    }

    /// <summary>Reads until <paramref name="end"/> bytes are on the disk; <paramref name="check"/> sees every step.</summary>
    public static async Task Fill(
        PartialObject file,
        Stream source,
        long end,
        Func<Task<bool>> check,
        CancellationToken stop
    )
    {
        var buffer = ArrayPool<byte>.Shared.Rent(Step);
        try
        {
            while (file.Length < end)
            {
                var room = buffer.AsMemory(0, (int)Math.Min(Step, end - file.Length));
                var read = await source.ReadAsync(room, stop);
                if (read == 0)
                    throw new WrongAnswerException($"The object ends after {file.Length} bytes.");
                file.Append(room.Span[..read]);
                if (!await check())
                    return;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
