using System.Globalization;
using System.Text.RegularExpressions;
using LaiChau.Testing;

namespace LaiChau.ManyPoints;

/// <summary>A gateway's own account of its requests.</summary>
public static partial class GatewayMetrics
{
    /// <summary>Those that have begun and not ended; without the one that asks.</summary>
    public static async Task<int> Waiting(ServiceProcess gateway) =>
        (await Read(gateway, "http_server_active_requests")).Sum(line => (int)line.Value) - 1;

    /// <summary>Those for content that it has answered, by status.</summary>
    public static async Task<IReadOnlyDictionary<int, long>> Answers(ServiceProcess gateway) =>
        // Content goes before all routes; health and metrics have one.
        (await Read(gateway, "http_server_request_duration_seconds_count"))
            .Where(line => !line.Labels.Contains("http_route=", StringComparison.Ordinal))
            .GroupBy(line => (int)Number(Status().Match(line.Labels).Groups["status"]))
            .ToDictionary(answers => answers.Key, answers => answers.Sum(line => line.Value));

    private static async Task<IEnumerable<(string Labels, long Value)>> Read(ServiceProcess gateway, string metric) =>
        from line in Line().Matches(await gateway.Client.GetStringAsync("/metrics"))
        where line.Groups["metric"].Value == metric
        select (line.Groups["labels"].Value, Number(line.Groups["value"]));

    private static long Number(Group text) => long.Parse(text.Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(
        @"^(?<metric>\w+)\{(?<labels>[^}]*)\} (?<value>\d+)",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Line();

    [GeneratedRegex(
        "http_response_status_code=\"(?<status>[0-9]+)\"",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Status();
}
