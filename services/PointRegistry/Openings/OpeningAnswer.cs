using LaiChau.PointRegistry.Points;
using LaiChau.ServiceDefaults.Http;

namespace LaiChau.PointRegistry.Openings;

/// <summary>What stood there until then.</summary>
/// <param name="Reason">Why the entry was struck out.</param>
internal sealed record CorrectionAnswer(
    DateTimeOffset OpenedAt,
    DateTimeOffset ClosedAt,
    string? Note,
    string? Reason,
    DateTimeOffset At,
    StateChanger By
);

/// <param name="Struck">It counts nowhere.</param>
internal sealed record OpeningAnswer(
    Guid Id,
    Guid PointId,
    DateTimeOffset OpenedAt,
    DateTimeOffset ClosedAt,
    string? Note,
    bool Struck,
    DateTimeOffset RecordedAt,
    StateChanger By,
    IReadOnlyList<CorrectionAnswer> Corrections,
    long Version
) : IVersioned
{
    public static OpeningAnswer Of(Opening opening) =>
        new(
            opening.Id,
            opening.PointId,
            opening.OpenedAt,
            opening.ClosedAt,
            opening.Note,
            opening.IsStruck,
            opening.RecordedAt,
            new(opening.ById, opening.ByName),
            [
                .. opening
                    .Corrections.OrderBy(c => c.Version)
                    .Select(c => new CorrectionAnswer(
                        c.OpenedAt,
                        c.ClosedAt,
                        c.Note,
                        c.Reason,
                        c.At,
                        new(c.ById, c.ByName)
                    )),
            ],
            opening.Version
        );
}
