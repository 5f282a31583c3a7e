using System.Buffers.Text;
using System.Text;
using LaiChau.ServiceDefaults.Http;

namespace LaiChau.PointRegistry;

/// <summary>Pages as the platform's lists answer them: one row more than asked for tells whether there is a next.</summary>
internal static class Paging
{
    public static int Size(int? limit) => Math.Clamp(limit ?? 50, 1, 500);

    public static Page<TAnswer> Cut<T, TAnswer>(List<T> rows, int size, Func<T, string> key, Func<T, TAnswer> show) =>
        new([.. rows.Take(size).Select(show)], rows.Count > size ? key(rows[size - 1]) : null);
}

/// <summary>Where a page ended, and in which order; what is in it is nobody's business but ours.</summary>
internal static class Cursor
{
    private const char Separator = '\n';

    public static string Write(string order, string key) =>
        Base64Url.EncodeToString(Encoding.UTF8.GetBytes($"{order}{Separator}{key}"));

    /// <summary>The key; null when this is no cursor of the order.</summary>
    public static string? Read(string cursor, string order)
    {
        if (!Base64Url.IsValid(cursor))
        {
            return null;
        }
        var text = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor));
        // PostgreSQL's text holds anything but this.
        return text.StartsWith($"{order}{Separator}", StringComparison.Ordinal) && !text.Contains('\0')
            ? text[(order.Length + 1)..]
            : null;
    }
}
