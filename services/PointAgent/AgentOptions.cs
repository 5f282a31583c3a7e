using System.Globalization;
using System.Net;
using LaiChau.PointAgent.Neighbours;
using Microsoft.Extensions.Configuration;

namespace LaiChau.PointAgent;

/// <summary>What a point is told at install time; everything else it learns from the server or the signed metadata.</summary>
public sealed record AgentOptions
{
    /// <summary>The one public door of the platform, such as https://noidung.example.vn/; by default the one enrolled at.</summary>
    public Uri? Server { get; init; }
    public required string DataFolder { get; init; }
    public string Urls { get; init; } = "http://*:8080";

    /// <summary>A one-time code; used once, when the point has no identity yet.</summary>
    public string? EnrolmentCode { get; init; }

    /// <summary>Path of the root.json given at install time: the anchor of all trust in content.</summary>
    public string? TrustRoot { get; init; }

    /// <summary>How often to ask for news where the server cannot hold a request until there is some.</summary>
    public TimeSpan Poll { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>How long the server is asked to hold a request for news; zero: not at all.</summary>
    public TimeSpan Hold { get; init; } = TimeSpan.FromHours(4);

    /// <summary>How often a point that has nothing else to tell says that it is there.</summary>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromHours(4);

    /// <summary>How often kept events are offered to the server that are no news of content.</summary>
    public TimeSpan Report { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>A transfer that brings no byte for this long is dead, however slow the link may be.</summary>
    public TimeSpan Stall { get; init; } = TimeSpan.FromSeconds(90);

    /// <summary>How often all files are read anew, to find what the disk has spoilt.</summary>
    public TimeSpan Scrub { get; init; } = TimeSpan.FromDays(7);

    /// <summary>What may go over the link in a calendar month, both ways; null: no limit.</summary>
    public long? MonthlyBytes { get; init; }

    /// <summary>The part of it that only urgent releases may use; a tenth by default.</summary>
    public long? UrgentReserveBytes { get; init; }

    /// <summary>How fast content may come that is not urgent; null: no limit.</summary>
    public long? BytesPerSecond { get; init; }

    /// <summary>When content may come that is neither urgent nor small; empty: at any hour.</summary>
    public IReadOnlyList<TimeWindow> Windows { get; init; } = [];

    /// <summary>What content may take of the disk, whole or on its way; null: what there is.</summary>
    public long? QuotaBytes { get; init; }

    internal long UrgentReserve => UrgentReserveBytes ?? (MonthlyBytes ?? 0) / 10;

    /// <summary>
    /// Where sticks come to lie, folders in which <c>*</c> stands for any name; in one of them a folder <c>laichau</c> is a stick. Null: where the
    /// system puts what is plugged in; empty: nowhere.
    /// </summary>
    public IReadOnlyList<string>? Sticks { get; init; }

    /// <summary>How often they are looked for.</summary>
    internal TimeSpan Look { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Points next door from which to take content: <c>auto</c> for those that are found by mDNS, addresses (<c>192.168.1.20:8085</c>) for others.
    /// Empty: none, and none is served.
    /// </summary>
    public IReadOnlyList<string> Neighbours { get; init; } = [];

    /// <summary>Where points next door are served what this one holds; 0: at any port, null: nowhere.</summary>
    public int? NeighbourPort { get; init; } = DefaultNeighbourPort;

    /// <summary>Where a point next door may be.</summary>
    public IReadOnlyList<IPNetwork> NeighbourNetworks { get; init; } = NearNetworks.Private;

    internal const int DefaultNeighbourPort = 8085;
    internal const string FindNeighbours = "auto";

    internal Uri Content => new(ServerRoot, "content/");

    /// <summary>Where the point was enrolled, by this program or by a command beside it, as soon as it is.</summary>
    internal Func<Uri?> EnrolledAt { get; init; } = () => null;

    internal Uri ServerRoot => new((Server ?? EnrolledAt() ?? Nearby).AbsoluteUri.TrimEnd('/') + "/");

    private static readonly Uri Nearby = new("http://localhost:8000/");

    /// <summary>From the file that the environment names, by default one beside the program; what the environment and the command line say goes before.</summary>
    public static AgentOptions Read(string[] args)
    {
        var file =
            Text(Environment.GetEnvironmentVariable("Agent__SettingsFile"))
            ?? Path.Combine(AppContext.BaseDirectory, "appsettings.json");
        try
        {
            var settings = new ConfigurationBuilder()
                .AddJsonFile(Path.GetFullPath(file), optional: true)
                .AddEnvironmentVariables()
                .AddCommandLine(args)
                .Build();
            return From(settings);
        }
        catch (Exception error) when (error is FormatException or InvalidDataException or UnauthorizedAccessException)
        {
            throw new SettingsException(error);
        }
    }

    public static AgentOptions From(IConfiguration settings)
    {
        var agent = settings.GetSection("Agent");
        var told = new AgentOptions
        {
            Server =
                Text(agent["Server"]) is not { } address ? null
                : Uri.TryCreate(address, UriKind.Absolute, out var server) ? server
                : throw new FormatException($"Agent:Server is not an absolute address: {agent["Server"]}"),
            DataFolder = Path.GetFullPath(agent["DataFolder"] ?? DefaultFolder()),
            Urls = agent["Urls"] ?? "http://*:8080",
            EnrolmentCode = Text(agent["EnrolmentCode"]),
            TrustRoot = Text(agent["TrustRoot"]),
            Poll = Seconds(agent, "PollSeconds", 900),
            Hold = Seconds(agent, "HoldSeconds", 4 * 3600, least: 0),
            Heartbeat = Seconds(agent, "HeartbeatSeconds", 4 * 3600),
            Report = Seconds(agent, "ReportSeconds", 300),
            Stall = Seconds(agent, "StallSeconds", 90),
            Scrub = Seconds(agent, "ScrubSeconds", 7 * 24 * 3600),
            MonthlyBytes = Bytes(agent, "MonthlyBytes"),
            UrgentReserveBytes = Bytes(agent, "UrgentReserveBytes", least: 0),
            BytesPerSecond = Bytes(agent, "BytesPerSecond"),
            QuotaBytes = Bytes(agent, "QuotaBytes"),
            Windows = TimeWindow.Parse(agent["Windows"] ?? ""),
            Sticks = agent["Sticks"] is { } sticks ? List(sticks) : null,
            Neighbours = [.. List(agent["Neighbours"] ?? FindNeighbours).Select(NearNetworks.Named)],
            NeighbourPort = NearNetworks.Port(agent["NeighbourPort"], DefaultNeighbourPort),
            NeighbourNetworks = agent["NeighbourNetworks"] is { } networks
                ? [.. List(networks).Select(NearNetworks.Parse)]
                : NearNetworks.Private,
        };
        return told.UrgentReserveBytes > (told.MonthlyBytes ?? 0)
            ? throw new FormatException(
                $"Agent:UrgentReserveBytes is more than Agent:MonthlyBytes: {told.UrgentReserveBytes}"
            )
            : told;
    }

    private static string[] List(string value) =>
        value.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static string? Text(string? value) => string.IsNullOrWhiteSpace(value) ? null : value.Trim();

    private static TimeSpan Seconds(
        IConfigurationSection agent,
        string name,
        double otherwise,
        double least = double.Epsilon
    ) =>
        agent[name] is not { } text ? TimeSpan.FromSeconds(otherwise)
        : double.TryParse(text, CultureInfo.InvariantCulture, out var seconds) && seconds >= least
            ? TimeSpan.FromSeconds(seconds)
        : throw new FormatException(
            $"Agent:{name} is not a number of seconds {(least > 0 ? "above" : "from")} zero: {text}"
        );

    private static long? Bytes(IConfigurationSection agent, string name, long least = 1) =>
        Text(agent[name]) is not { } text ? null
        : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) && bytes >= least ? bytes
        : throw new FormatException($"Agent:{name} is not a whole number of bytes from {least}: {text}");

    private static string DefaultFolder() =>
        OperatingSystem.IsWindows()
            ? Path.Combine(
                Environment.GetFolderPath(Environment.SpecialFolder.CommonApplicationData),
                "LaiChau",
                "PointAgent"
            )
            : "/var/lib/point-agent";
}

/// <summary>What the point was told cannot be read; says where.</summary>
internal sealed class SettingsException(Exception cause)
    : Exception(
        cause.InnerException is null ? cause.Message : $"{cause.Message} {cause.GetBaseException().Message}",
        cause
    );
