using System.Globalization;
using LaiChau.OpsConsole.Acts;
using LaiChau.OpsConsole.Api;

namespace LaiChau.OpsConsole.Points;

public sealed record Unit
{
    public string Code { get; init; } = "";
    public string Name { get; init; } = "";
    public string? FullName { get; init; }
    public string? Type { get; init; }
}

public sealed record UnitPage(Unit Unit);

public sealed record Point
{
    public Guid Id { get; init; }
    public string Name { get; init; } = "";
    public string UnitCode { get; init; } = "";
    public string UnitName { get; init; } = "";
    public string State { get; init; } = "";
    public string? StateReason { get; init; }
    public IReadOnlyList<string> Languages { get; init; } = [];
    public IReadOnlyList<string> Feeds { get; init; } = [];
    public double? Latitude { get; init; }
    public double? Longitude { get; init; }
    public PointLink? Link { get; init; }
    public IReadOnlyList<OpeningHours> OpeningHours { get; init; } = [];
    public IReadOnlyList<Equipment> Equipment { get; init; } = [];
    public IReadOnlyList<string> Tags { get; init; } = [];
    public string? Notes { get; init; }

    /// <summary>The legal act that it rests on.</summary>
    public ActReference? Act { get; init; }
    public DateTimeOffset? EnrolledAt { get; init; }
    public DateTimeOffset? SilentSince { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
}

public sealed record PointLink(string? Kind, long? MonthlyBytes, IReadOnlyList<string>? QuietHours);

public sealed record OpeningHours(IReadOnlyList<int> Days, IReadOnlyList<string> Hours);

public sealed record Equipment(
    string Name,
    string Health,
    int Count,
    string? Serial,
    DateOnly? CheckedOn,
    string? Notes
);

/// <summary>Where a point was, and how it stood, since when and why.</summary>
public sealed record PointHistory
{
    public IReadOnlyList<PointMembership> Memberships { get; init; } = [];
    public IReadOnlyList<PointStateChange> States { get; init; } = [];
}

public sealed record PointMembership(string UnitCode, string UnitName, DateOnly From, DateOnly? To, string? Act);

public sealed record PointStateChange(string State, DateTimeOffset At, string? Reason, Changer? By);

public sealed record Changer(Guid Id, string Name);

/// <summary>What Telemetry knows of a point that has ever been enrolled.</summary>
public sealed record PointContact
{
    public Guid PointId { get; init; }
    public bool Online { get; init; }
    public DateTimeOffset? LastContactAt { get; init; }
    public string? AgentVersion { get; init; }
    public int? Showing { get; init; }
    public long? LagSeconds { get; init; }
    public long? DiskFreeBytes { get; init; }
}

public sealed record EnrolmentCode
{
    public string Code { get; init; } = "";
    public DateTimeOffset ExpiresAt { get; init; }
}

public sealed record NewPoint(
    string Name,
    string UnitCode,
    IReadOnlyList<string> Languages,
    double? Latitude,
    double? Longitude
);

internal sealed class PointsApi(GatewayApi api)
{
    /// <param name="search">Words of the name or of any spelling of the unit's name; all points without.</param>
    public Task<Answer<Point[]>> All(string? search = null) =>
        api.GetAll<Point>(
            "/api/points" + (string.IsNullOrWhiteSpace(search) ? "" : "?q=" + Uri.EscapeDataString(search.Trim()))
        );

    public Task<Answer<PointHistory>> History(Guid id) => api.Get<PointHistory>($"/api/points/{id}/history");

    public Task<Answer<Point>> One(Guid id) => api.Get<Point>($"/api/points/{id}");

    public Task<Answer<PointContact[]>> Contacts() => api.GetAll<PointContact>("/api/telemetry/points");

    public Task<Answer<ApiList<Unit>>> Units(string? search) =>
        api.Get<ApiList<Unit>>(
            "/api/points/units?limit=60" + (search is null ? "" : "&q=" + Uri.EscapeDataString(search))
        );

    public async Task<Answer<Unit>> Unit(string code)
    {
        var page = await api.Get<UnitPage>("/api/points/units/" + Uri.EscapeDataString(code));
        return page.Ok ? page.Value.Unit : page.Problem;
    }

    /// <summary>The first of those that match, for choosing one.</summary>
    public Task<Answer<ApiList<Point>>> Find(string? search, int most) =>
        api.Get<ApiList<Point>>(
            ConsoleRoutes.With("/api/points", ("q", search), ("limit", most.ToString(CultureInfo.InvariantCulture)))
        );

    public Task<Answer<ApiList<Point>>> Citing(Guid act) => api.Get<ApiList<Point>>($"/api/points?act={act}&limit=100");

    public Task<Answer<HttpResponseMessage>> Export(CancellationToken cancellation) =>
        api.Open("/api/points/export?format=xlsx", null, cancellation);

    public Task<Answer<Point>> Register(NewPoint point) => api.Post<Point>("/api/points", point);

    public Task<Answer<EnrolmentCode>> CreateCode(Guid id) =>
        api.Post<EnrolmentCode>($"/api/points/{id}/enrolment-codes");

    public Task<Answer<Point>> Suspend(Guid id, string reason) =>
        api.Post<Point>($"/api/points/{id}/suspend", new { reason });

    public Task<Answer<Point>> Activate(Guid id) => api.Post<Point>($"/api/points/{id}/activate");

    public Task<Answer<Point>> Close(Guid id, string reason) =>
        api.Post<Point>($"/api/points/{id}/close", new { reason });
}
