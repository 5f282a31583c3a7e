using LaiChau.OpsConsole.Api;
using LaiChau.OpsConsole.Points;
using LaiChau.OpsConsole.Shell;

namespace LaiChau.OpsConsole.Openings;

/// <summary>A point was open, from when to when.</summary>
public sealed record Opening
{
    public Guid Id { get; init; }
    public DateTimeOffset OpenedAt { get; init; }
    public DateTimeOffset ClosedAt { get; init; }
    public string? Note { get; init; }

    /// <summary>Somebody struck it out: it counts nowhere.</summary>
    public bool Struck { get; init; }
    public DateTimeOffset RecordedAt { get; init; }
    public Changer? By { get; init; }
    public IReadOnlyList<Correction> Corrections { get; init; } = [];
    public long Version { get; init; }

    public DateOnly Day => Vietnamese.DayOf(OpenedAt);
}

/// <summary>What stood there until then.</summary>
public sealed record Correction(
    DateTimeOffset OpenedAt,
    DateTimeOffset ClosedAt,
    string? Note,
    string? Reason,
    DateTimeOffset At,
    Changer? By
);

public sealed record OpeningDay(DateOnly Day, double PlannedHours, double RecordedHours);

public sealed record OpeningSummary
{
    public double PlannedHours { get; init; }
    public double RecordedHours { get; init; }
    public double Variance { get; init; }
    public IReadOnlyList<OpeningDay> Days { get; init; } = [];
}

/// <summary>An opening as a form says it; what is not a time there is nothing here.</summary>
public sealed record TypedOpening(DateOnly? Day, TimeOnly? From, TimeOnly? To, string? Note)
{
    public DateTimeOffset? OpenedAt => Day is { } day && From is { } from ? new(day, from, Vietnamese.Zone) : null;

    /// <summary>Midnight ends the day.</summary>
    public DateTimeOffset? ClosedAt =>
        Day is { } day && To is { } to
            ? new(to == TimeOnly.MinValue ? day.AddDays(1) : day, to, Vietnamese.Zone)
            : null;

    public static TypedOpening Of(Opening opening) =>
        new(opening.Day, Vietnamese.TimeOf(opening.OpenedAt), Vietnamese.TimeOf(opening.ClosedAt), opening.Note);

    public static TypedOpening Read(IFormCollection form) =>
        new(form.Day("ngay"), form.Clock("mo"), form.Clock("dong"), form.Text("ghi-chu"));
}

internal sealed class OpeningsApi(GatewayApi api)
{
    private static readonly ApiProblem NoTimes = ApiProblem.Missing("cần ghi ngày, giờ mở cửa và giờ đóng cửa");

    public Task<Answer<Opening[]>> Of(Guid point, Period period) =>
        api.GetAll<Opening>($"/api/points/{point}/openings?period={period}");

    public Task<Answer<OpeningSummary>> Summary(Guid point, Period period) =>
        api.Get<OpeningSummary>($"/api/points/{point}/openings/summary?period={period}");

    public async Task<Answer<Opening>> Record(Guid point, TypedOpening said, FormMark mark) =>
        Body(said) is { } body ? await api.Post<Opening>($"/api/points/{point}/openings", body, mark) : NoTimes;

    public async Task<Answer<Opening>> Correct(Guid id, TypedOpening said, FormMark mark) =>
        Body(said) is { } body ? await api.Put<Opening>($"/api/points/openings/{id}", body, mark) : NoTimes;

    public Task<Answer<Opening>> Strike(Guid id, string reason, FormMark mark) =>
        api.Post<Opening>($"/api/points/openings/{id}/strike", new { reason }, mark);

    private static object? Body(TypedOpening said) =>
        said is { OpenedAt: { } openedAt, ClosedAt: { } closedAt }
            ? new
            {
                openedAt,
                closedAt,
                note = said.Note,
            }
            : null;
}
