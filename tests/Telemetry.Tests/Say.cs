using System.Reflection;
using System.Text.Json;
using LaiChau.Contracts;
using LaiChau.Contracts.Catalog;
using LaiChau.Contracts.Points;
using LaiChau.ServiceDefaults.Http;
using MassTransit;

namespace LaiChau.Telemetry.Tests;

/// <summary>What points and services say, with the least that a test must spell out.</summary>
internal static class Say
{
    public static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    public static object Contact(DateTimeOffset? at = null, string agentVersion = "0.1.0", int activeGuests = 0) =>
        new
        {
            id = Guid.CreateVersion7(at ?? Now),
            at = at ?? Now,
            kind = "contact",
            agentVersion,
            metadataVersion = 7,
            diskFreeBytes = 32_000_000_000,
            activeGuests,
        };

    public static object Shown(Guid releaseId, DateTimeOffset? at = null) =>
        new
        {
            id = Guid.CreateVersion7(at ?? Now),
            at = at ?? Now,
            kind = "shown",
            releaseId,
            package = "mau/goi",
            version = 1,
        };

    public static object Removed(Guid releaseId, DateTimeOffset? at = null, string reason = "recalled") =>
        new
        {
            id = Guid.CreateVersion7(at ?? Now),
            at = at ?? Now,
            kind = "removed",
            releaseId,
            package = "mau/goi",
            reason,
        };

    public static object Visit(string? visitor = null, DateTimeOffset? at = null) =>
        new
        {
            id = Guid.CreateVersion7(at ?? Now),
            at = at ?? Now,
            kind = "visit",
            visitor = visitor ?? Guid.CreateVersion7().ToString("n"),
        };

    public static object View(Guid releaseId, string path = "index.html", DateTimeOffset? at = null) =>
        new
        {
            id = Guid.CreateVersion7(at ?? Now),
            at = at ?? Now,
            kind = "view",
            releaseId,
            path,
            language = "vi",
        };

    public static object Pull(Guid releaseId, long bytes) =>
        new
        {
            id = Guid.CreateVersion7(),
            at = Now,
            kind = "pull",
            releaseId,
            bytes,
            requests = 3,
            seconds = 1.5,
            why = "new",
        };

    public static PointProfile Profile(string[] feeds, string unit = "mẫu", string name = "Điểm mẫu") =>
        new()
        {
            Name = name,
            UnitCode = unit,
            UnitName = $"Xã {unit}",
            Languages = ["vi"],
            Feeds = feeds,
        };

    public static string Urn(IMessage message) =>
        message.GetType().GetCustomAttribute<MessageUrnAttribute>()!.Urn.ToString();

    public static string Json(IMessage message) =>
        JsonSerializer.Serialize(message, message.GetType(), PlatformJson.Options);
}

/// <summary>One release, and what Catalog says of it.</summary>
public sealed class ReleaseWords
{
    public Guid Id { get; init; } = Guid.CreateVersion7();
    public string Package { get; set; } = $"mau/{Guid.CreateVersion7():n}";
    public int Version { get; set; } = 1;
    public string Feed { get; set; } = "tinh";
    public DateTimeOffset PublishedAt { get; set; } = TimeProvider.System.GetUtcNow();
    public DateTimeOffset? ValidUntil { get; set; }

    public ReleasePublished Published(long version) =>
        new()
        {
            ReleaseId = Id,
            Package = Package,
            Version = Version,
            Feed = Feed,
            Kind = "package",
            Title = new Dictionary<string, string> { ["vi"] = "Chè Shan (mẫu)" },
            Priority = "normal",
            Languages = ["vi"],
            Size = 1000,
            ValidUntil = ValidUntil,
            PublishedAt = PublishedAt,
            AggregateVersion = version,
        };

    public ReleaseRecalled Recalled(long version) =>
        new()
        {
            ReleaseId = Id,
            Package = Package,
            Version = Version,
            Feed = Feed,
            Title = new Dictionary<string, string> { ["vi"] = "Chè Shan (mẫu)" },
            Reason = "Sai liều lượng (mẫu)",
            PublishedAt = PublishedAt,
            RecalledAt = TimeProvider.System.GetUtcNow(),
            AggregateVersion = version,
        };
}
