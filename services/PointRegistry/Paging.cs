using LaiChau.ServiceDefaults.Http;

namespace LaiChau.PointRegistry;

/// <summary>Pages as the platform's lists answer them: one row more than asked for tells whether there is a next.</summary>
internal static class Paging
{
    public static int Size(int? limit) => Math.Clamp(limit ?? 50, 1, 500);

    public static Page<TAnswer> Cut<T, TAnswer>(List<T> rows, int size, Func<T, string> key, Func<T, TAnswer> show) =>
        new([.. rows.Take(size).Select(show)], rows.Count > size ? key(rows[size - 1]) : null);
}
