using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using LaiChau.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;

namespace LaiChau.Standalone.Tests.Authority;

/// <summary>Every endpoint of every service × every role × what is one's own and what is not, held against <c>deploy/authority.csv</c>.</summary>
public sealed partial class AuthorityTests(ITestOutputHelper output)
{
    /// <summary>What a request must carry to come as far as the question whose thing it is; a point is told what it is already.</summary>
    private static object? BodyOf(AuthorityHouse house, AuthorityRow row, Guid id) =>
        row.Endpoint switch
        {
            "PUT /api/points/{id:guid}" => new
            {
                name = id == house.ForeignPoint ? AuthorityHouse.ForeignName : "Điểm mẫu của xã mình",
                unitCode = id == house.ForeignPoint ? AuthorityHouse.ForeignUnit : AuthorityHouse.OwnUnit,
                languages = new[] { "vi" },
            },
            "PUT /api/points/teams/{id:guid}" => new { village = "Bản mẫu", unitCode = AuthorityHouse.OwnUnit },
            "POST /api/points/teams/{id:guid}/members" or "PUT /api/points/teams/members/{id:guid}" => new
            {
                name = "Người mẫu",
            },
            "POST /api/points/training/sessions/{id:guid}/attendance" => new { people = Array.Empty<object>() },
            "POST /api/points/cases/{id:guid}/steps" => new { step = "comment", comment = "Thử (mẫu)" },
            "POST /api/points/{id:guid}/openings" => new
            {
                openedAt = "2026-01-05T07:30:00+07:00",
                closedAt = "2026-01-05T11:30:00+07:00",
            },
            "PUT /api/points/openings/{id:guid}" => new
            {
                openedAt = "2026-01-06T08:30:00+07:00",
                closedAt = "2026-01-06T11:30:00+07:00",
            },
            "POST /api/points/openings/{id:guid}/strike" => new { reason = "Thử (mẫu)" },
            "POST /api/points/{id:guid}/suspend" => new { reason = "Thử (mẫu)" },
            _ => null,
        };

    /// <summary>Reading first, and what ends something last: what the walk itself closes is still open until then.</summary>
    private static int Order(AuthorityRow row) =>
        row.Method == "GET" ? 0
        : row.Route.EndsWith("/suspend", StringComparison.Ordinal) ? 2
        : row.Route.EndsWith("/close", StringComparison.Ordinal) ? 3
        : 1;

    [Fact]
    public async Task No_endpoint_of_any_service_lets_anybody_further_than_the_table_says()
    {
        await using var house = await AuthorityHouse.Open();
        var walk = await Walk(house, AuthorityTable.Read());
        output.WriteLine($"{walk.Requests} requests, {house.Endpoints.Count} endpoints");
        Assert.True(walk.Faults.Count == 0, string.Join('\n', walk.Faults));
        Assert.True(walk.Requests > 500);
    }

    [Fact]
    public async Task A_leak_and_a_forgotten_endpoint_are_caught()
    {
        await using var house = await AuthorityHouse.Open(routes =>
        {
            // Shows every point to whoever may read; and one that nobody put into the table.
            routes
                .MapGet("/api/points/all", () => Results.Text(AuthorityHouse.ForeignName))
                .RequireAuthorization(Policies.Read);
            routes.MapGet("/api/points/forgotten", () => Results.Ok()).RequireAuthorization(Policies.Read);
        });
        var table = AuthorityTable.Read();
        var list = table.Single(r => r.Endpoint == "GET /api/points");
        var walk = await Walk(house, [.. table, list with { Endpoint = "GET /api/points/all" }]);
        Assert.Contains("GET /api/points/forgotten: not in deploy/authority.csv", walk.Faults);
        Assert.Contains(
            walk.Faults,
            f => f.StartsWith("GET /api/points/all, commune: tells of", StringComparison.Ordinal)
        );
        Assert.Contains(
            walk.Faults,
            f => f.StartsWith("GET /api/points/all, officer: tells of", StringComparison.Ordinal)
        );
    }

    private static async Task<(int Requests, List<string> Faults)> Walk(
        AuthorityHouse house,
        IReadOnlyList<AuthorityRow> table
    )
    {
        var faults = new List<string>();
        var endpoints = house.Endpoints;
        faults.AddRange(
            endpoints.Keys.Except(table.Select(r => r.Endpoint)).Select(e => $"{e}: not in deploy/authority.csv")
        );
        faults.AddRange(
            table.Select(r => r.Endpoint).Except(endpoints.Keys).Select(e => $"{e}: in the table, but nowhere else")
        );
        var requests = 0;
        foreach (var row in table.Where(r => endpoints.ContainsKey(r.Endpoint)).OrderBy(Order))
        {
            var letIn = await house.LetIn(endpoints[row.Endpoint], row.Reaches.Keys);
            foreach (var (role, reach) in row.Reaches)
            {
                if (letIn.Contains(role) != (reach != Reach.None))
                {
                    faults.Add(
                        $"{row.Endpoint}, {role}: the table says {reach}, the service lets in: {letIn.Contains(role)}"
                    );
                }
                if (row.Route.StartsWith("/api/", StringComparison.Ordinal))
                {
                    requests += await Try(house, row, endpoints[row.Endpoint], role, reach, faults);
                }
            }
        }
        return (requests, faults);
    }

    private static async Task<int> Try(
        AuthorityHouse house,
        AuthorityRow row,
        RouteEndpoint endpoint,
        string role,
        Reach reach,
        List<string> faults
    )
    {
        var requests = 0;
        async Task<(HttpStatusCode Status, string? Code, string Body)> Send(Guid id)
        {
            requests++;
            using var request = new HttpRequestMessage(
                new HttpMethod(row.Method),
                Address(row.Route, house.Named(row.Route, id))
            );
            if (row.Method != "GET")
            {
                request.Content = BodyOf(house, row, id) is { } body
                    ? JsonContent.Create(body)
                    : new StringContent(
                        "{}",
                        Encoding.UTF8,
                        endpoint.Metadata.GetMetadata<IAcceptsMetadata>() is { ContentTypes: [var first, ..] }
                            ? first
                            : "application/json"
                    );
            }
            using var answer = await house[role].SendAsync(request);
            var text = await answer.Content.ReadAsStringAsync();
            return (answer.StatusCode, CodeOf(text), text);
        }
        var unknown = await Send(Guid.CreateVersion7());
        var foreign = await Send(house.ForeignPoint);
        var own = await Send(house.OwnPoint);
        foreach (var (status, _, body) in new[] { unknown, foreign, own })
        {
            var isShut = status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden;
            if (isShut != (reach == Reach.None))
            {
                faults.Add($"{row.Endpoint}, {role}: the table says {reach}, the answer is {(int)status} {body}");
            }
            if (
                reach == Reach.Own
                && (
                    body.Contains(AuthorityHouse.ForeignName, StringComparison.Ordinal)
                    || body.Contains(house.ForeignPoint.ToString(), StringComparison.OrdinalIgnoreCase)
                )
            )
            {
                faults.Add($"{row.Endpoint}, {role}: tells of a point of another place: {body}");
            }
        }
        if (reach == Reach.Own && IsOfPoint(house, row))
        {
            if ((foreign.Status, foreign.Code) != (unknown.Status, unknown.Code))
            {
                faults.Add($"{row.Endpoint}, {role}: another's is told from what is not there: {foreign} {unknown}");
            }
            if (own.Status is HttpStatusCode.NotFound)
            {
                faults.Add($"{row.Endpoint}, {role}: does not find its own: {own}");
            }
            if (foreign.Status is not HttpStatusCode.NotFound)
            {
                faults.Add($"{row.Endpoint}, {role}: comes as far as another's: {foreign}");
            }
        }
        return requests;
    }

    /// <summary>An endpoint of one point: the id in its route, or in the query, is a point's.</summary>
    private static bool IsOfPoint(AuthorityHouse house, AuthorityRow row) =>
        house.IsOfPoint(row.Route) || row.Endpoint == "GET /api/telemetry/statistics";

    private static string Address(string route, Guid id)
    {
        var path = Parameter()
            .Replace(
                route,
                m =>
                    m.Groups["word"].Success ? m.Groups["word"].Value
                    : m.Groups["name"].Value is "rest" or "path" ? "a"
                    : m.Groups["name"].Value is "version" ? "1"
                    : id.ToString()
            );
        return route == "/api/telemetry/statistics" ? $"{path}?point={id}" : path;
    }

    private static string? CodeOf(string body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return
                json.RootElement.ValueKind == JsonValueKind.Object
                && json.RootElement.TryGetProperty("code", out var code)
                ? code.GetString()
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    [GeneratedRegex(
        @"\{\**(?<name>[a-zA-Z0-9]+)(:regex\(\^(?<word>[a-z]+)\$\))?[^}]*\}",
        RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex Parameter();
}
