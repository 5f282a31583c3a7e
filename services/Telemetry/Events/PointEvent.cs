using System.Text.Json;
using LaiChau.Contracts.Telemetry;

namespace LaiChau.Telemetry.Events;

internal static class EventKinds
{
    public const string Contact = "contact";
    public const string Shown = "shown";
    public const string Removed = "removed";
    public const string View = "view";
    public const string Visit = "visit";
    public const string Pull = "pull";
    public const string Stick = "stick";

    /// <summary>Entries of whoever runs the point, written there.</summary>
    public const string Opening = "opening";
    public const string Incident = "incident";
}

/// <summary>One thing that happened at a point, as told and found readable.</summary>
internal sealed record PointEvent
{
    private const int LongestBody = 4096;

    /// <summary>Of people, as JSON may escape it.</summary>
    private const int LongestText = 16_384;

    /// <summary>Nothing of ours happened before.</summary>
    private static readonly DateTimeOffset Earliest = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>A clock further ahead than this tells nothing.</summary>
    private static readonly TimeSpan FurthestAhead = TimeSpan.FromDays(366);

    public required Guid Id { get; init; }
    public required string Kind { get; init; }

    /// <summary>By the point's clock.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The point's time, but never later than it was received: a clock that runs ahead must not win over what comes after.</summary>
    public required DateTimeOffset OrderAt { get; init; }
    public required string Body { get; init; }

    public Guid ReleaseId { get; private init; }
    public string? Reason { get; private init; }
    public string? Path { get; private init; }
    public string? Visitor { get; private init; }
    public string? AgentVersion { get; private init; }
    public long? MetadataVersion { get; private init; }
    public long? DiskFreeBytes { get; private init; }
    public int ActiveGuests { get; private init; }
    public long Bytes { get; private init; }

    /// <summary>What another service is told of it; of which point it is stands there when that is known.</summary>
    public OpeningReported? Opening { get; private init; }
    public IncidentReported? Incident { get; private init; }

    /// <summary>What comes later in the point's life is greater.</summary>
    public (DateTimeOffset, DateTimeOffset, Guid) Order => (OrderAt, At, Id);

    /// <summary>Reads one event; when it cannot be taken, <paramref name="refusal"/> says why.</summary>
    public static PointEvent? Read(JsonElement json, DateTimeOffset now, out Rejection? refusal)
    {
        var fields = new EventFields(json);
        var id = fields.Id("id");
        var at = fields.Time("at");
        var kind = fields.Text("kind", 40);
        if (fields.Fault is null && (at < Earliest || at > now + FurthestAhead))
        {
            fields.Refuse("absurd-time");
        }
        var longest = kind is EventKinds.Opening or EventKinds.Incident ? LongestText : LongestBody;
        if (fields.Fault is null && json.GetRawText().Length > longest)
        {
            fields.Refuse("event-too-large");
        }
        var told = fields.Fault is not null
            ? null
            : ReadKind(
                fields,
                new PointEvent
                {
                    Id = id,
                    Kind = kind,
                    At = at,
                    OrderAt = at < now ? at : now,
                    Body = json.GetRawText(),
                }
            );
        refusal = fields.Fault is { } fault ? new Rejection(fields.ToldId, fault) : null;
        return refusal is null ? told : null;
    }

    private static PointEvent ReadKind(EventFields fields, PointEvent told)
    {
        switch (told.Kind)
        {
            case EventKinds.Contact:
                return told with
                {
                    AgentVersion = fields.Text("agentVersion", 100),
                    MetadataVersion = fields.OptionalNumber("metadataVersion"),
                    DiskFreeBytes = fields.OptionalNumber("diskFreeBytes"),
                    ActiveGuests = (int)(fields.OptionalNumber("activeGuests", most: 1_000_000) ?? 0),
                };
            case EventKinds.Shown:
                fields.Text("package", 200);
                fields.Number("version", int.MaxValue);
                return told with { ReleaseId = fields.Id("releaseId") };
            case EventKinds.Removed:
                fields.Text("package", 200);
                return told with
                {
                    ReleaseId = fields.Id("releaseId"),
                    Reason = fields.OneOf("reason", "recalled", "superseded", "expired", "damaged", "evicted"),
                };
            case EventKinds.View:
                return told with
                {
                    ReleaseId = fields.Id("releaseId"),
                    Path = fields.Text("path", 500, mayBeEmpty: true),
                };
            case EventKinds.Visit:
                return told with { Visitor = fields.Text("visitor", 100) };
            case EventKinds.Pull:
                return told with { ReleaseId = fields.Id("releaseId"), Bytes = fields.Number("bytes") };
            case EventKinds.Stick:
                return told with
                {
                    Reason = fields.Text("reason", 40),
                    MetadataVersion = fields.OptionalNumber("metadataVersion"),
                };
            case EventKinds.Opening:
                return told with
                {
                    Opening = new()
                    {
                        ReportId = told.Id,
                        PointId = default,
                        ById = fields.Id("by"),
                        WrittenAt = told.OrderAt,
                        OpenedAt = fields.Time("openedAt"),
                        ClosedAt = fields.Time("closedAt"),
                        Note = fields.OptionalText("note", 1000),
                    },
                };
            case EventKinds.Incident:
                return told with
                {
                    Incident = new()
                    {
                        ReportId = told.Id,
                        PointId = default,
                        ById = fields.Id("by"),
                        WrittenAt = told.OrderAt,
                        Title = fields.Text("title", 200),
                        Description = fields.OptionalText("description", 2000),
                        Equipment = fields.OptionalText("equipment", 200),
                        IsUrgent = fields.OptionalNumber("urgent", most: 1) == 1,
                    },
                };
            default:
                fields.Refuse("unknown-kind");
                return told;
        }
    }
}

/// <param name="Id">As told; absent when it could not be read.</param>
internal sealed record Rejection(string? Id, string Code);
