using LaiChau.PointRegistry.Units;

namespace LaiChau.PointRegistry.Targets;

/// <summary>What a point has reached.</summary>
internal sealed class PointActual
{
    public required Guid PointId { get; init; }
    public required double Value { get; init; }
}

/// <summary>Something that the register counts by itself, and for which points can have targets.</summary>
/// <param name="Name">In the API.</param>
/// <param name="Word">In tables.</param>
/// <param name="Unit">Of its numbers.</param>
/// <param name="Count">From a moment to before another, for each point that has anything.</param>
internal sealed record Metric(
    string Name,
    string Word,
    string Unit,
    Func<PointRegistryDb, DateTimeOffset, DateTimeOffset, IQueryable<PointActual>> Count
)
{
    public static readonly IReadOnlyList<Metric> All =
    [
        new(
            "openHours",
            "Giờ mở cửa",
            "giờ",
            (db, from, to) =>
                db
                    .Openings.Where(o => !o.IsStruck && o.OpenedAt >= from && o.OpenedAt < to)
                    .GroupBy(o => o.PointId)
                    .Select(g => new PointActual { PointId = g.Key, Value = g.Sum(o => o.Minutes) / 60.0 })
        ),
        new(
            "openings",
            "Số lần mở cửa",
            "lần",
            (db, from, to) =>
                db
                    .Openings.Where(o => !o.IsStruck && o.OpenedAt >= from && o.OpenedAt < to)
                    .GroupBy(o => o.PointId)
                    .Select(g => new PointActual { PointId = g.Key, Value = g.Count() })
        ),
    ];

    /// <summary>By its name or its word, however it is written.</summary>
    public static Metric? Find(string text)
    {
        var plain = SearchText.Plain(text);
        return All.FirstOrDefault(m => SearchText.Plain(m.Name) == plain || SearchText.Plain(m.Word) == plain);
    }

    /// <summary>What is said of a name that is none.</summary>
    public static string Unknown(string text) =>
        $"Không có chỉ tiêu «{text}». Các chỉ tiêu: {string.Join(", ", All.Select(m => $"{m.Word} ({m.Name})"))}.";
}
