using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using LaiChau.Contracts;
using LaiChau.Contracts.Catalog;
using LaiChau.Contracts.Points;
using LaiChau.Testing;

[assembly: AssemblyFixture(typeof(LaiChau.Telemetry.Tests.PostgresHouse))]
[assembly: AssemblyFixture(typeof(LaiChau.Telemetry.Tests.SqliteHouse))]

namespace LaiChau.Telemetry.Tests;

/// <summary>The service as a process on a real database, the points and people who speak to it, and the services it hears.</summary>
public abstract class TelemetryHouse : IAsyncLifetime
{
    public ServiceProcess Process { get; private set; } = null!;

    /// <summary>Sees the whole province.</summary>
    public HttpClient Reader { get; private set; } = null!;

    public abstract ValueTask InitializeAsync();

    public async ValueTask DisposeAsync()
    {
        await Process.DisposeAsync();
        await Leave();
        GC.SuppressFinalize(this);
    }

    /// <summary>Another service says so.</summary>
    public abstract Task Tell(IMessage message, Guid? messageId = null);

    public HttpClient As(Guid account, params string[] roles) =>
        Process.ClientWith(TestTokens.Create(account, "Tài khoản mẫu", roles));

    /// <param name="role">One that is bound to a place.</param>
    /// <param name="place"><c>unit:…</c> or <c>point:…</c>.</param>
    public HttpClient At(string role, string place) =>
        Process.ClientWith(
            TestTokens.Create(Guid.CreateVersion7(), "Tài khoản mẫu", [role], TimeSpan.FromHours(1), place)
        );

    public HttpClient Point(Guid id) => As(id, "point");

    public async Task<IngestAnswer> Send(Guid point, params object[] events)
    {
        using var client = Point(point);
        return await client.Send(events);
    }

    public async Task<T> Get<T>(string path) => await Reader.Read<T>(path);

    public Task<VisitCounts> Statistics(Guid point) => Get<VisitCounts>($"/api/telemetry/statistics?point={point}");

    public Task<ReleaseCoverage> Coverage(Guid release) => Get<ReleaseCoverage>($"/api/telemetry/coverage/{release}");

    /// <summary>An enrolled point as the registry tells of it; waits until it is heard.</summary>
    public async Task<Guid> Enrol(string feed, string unit = "mẫu", DateTimeOffset? enrolledAt = null)
    {
        var id = Guid.CreateVersion7();
        await Tell(
            new PointEnrolled
            {
                PointId = id,
                Profile = Say.Profile([feed], unit),
                EnrolledAt = enrolledAt ?? TimeProvider.System.GetUtcNow(),
                AggregateVersion = 1,
            }
        );
        await Eventually.Holds(async () => (await Standing(id)) is { Name: not null }, TimeSpan.FromSeconds(90));
        return id;
    }

    public async Task<Guid> Publish(string feed, Action<ReleaseWords>? words = null)
    {
        var release = new ReleaseWords { Feed = feed };
        words?.Invoke(release);
        await Tell(release.Published(1));
        await Eventually.Passes(() => Coverage(release.Id));
        return release.Id;
    }

    public async Task<PointStanding?> Standing(Guid point)
    {
        for (string? after = null; ; )
        {
            var page = await Get<ListOf<PointStanding>>($"/api/telemetry/points?limit=500&after={after}");
            if (page.Items.SingleOrDefault(p => p.PointId == point) is { } found)
            {
                return found;
            }
            if ((after = page.Next) is null)
            {
                return null;
            }
        }
    }

    /// <summary>Takes away what the service lived on, after it has ended.</summary>
    protected abstract Task Leave();

    protected async Task StartService(IDictionary<string, string?> settings)
    {
        Process = await ServiceProcess.Start(
            "services/Telemetry",
            new Dictionary<string, string?>(TestTokens.Settings.Concat(settings))
            {
                ["Database:MigrateOnStart"] = "true",
                ["Telemetry:ReportSeconds"] = "0.3",
            }
        );
        Reader = As(Guid.CreateVersion7(), "ops");
    }
}

/// <summary>On PostgreSQL and RabbitMQ.</summary>
public sealed class PostgresHouse : TelemetryHouse
{
    public PostgresDatabase Database { get; private set; } = null!;
    public RabbitMqHost Broker { get; private set; } = null!;

    public static async Task<PostgresHouse> Create(params (string Key, string Value)[] more)
    {
        var house = new PostgresHouse();
        await house.Build(more);
        return house;
    }

    public override async ValueTask InitializeAsync() => await Build([]);

    public override async Task Tell(IMessage message, Guid? messageId = null) =>
        await Broker.Publish(
            Say.Urn(message).Replace(':', '.'),
            "",
            $$"""
            {"messageId":"{{messageId ?? Guid.CreateVersion7()}}","messageType":["{{Say.Urn(
                message
            )}}"],"message":{{Say.Json(message)}} }
            """,
            new { content_type = "application/vnd.masstransit+json" }
        );

    protected override async Task Leave()
    {
        await Broker.DisposeAsync();
        await Database.DisposeAsync();
    }

    private async Task Build((string Key, string Value)[] more)
    {
        Database = await PostgresDatabase.Create();
        Broker = await RabbitMqHost.Create();
        await StartService(
            new Dictionary<string, string?>(more.Select(m => KeyValuePair.Create(m.Key, (string?)m.Value)))
            {
                ["ConnectionStrings:Telemetry"] = Database.ConnectionString,
                ["ConnectionStrings:RabbitMq"] = Broker.Uri.ToString(),
            }
        );
        // The queues are there once the bus is up: before that a message would go nowhere.
        await Eventually.Passes(() => Broker.Expect("laichau.telemetry.point-suspended"));
    }
}

/// <summary>As in standalone: SQLite, and messages that stay in the process.</summary>
public sealed class SqliteHouse : TelemetryHouse
{
    private readonly string folder = Directory.CreateTempSubdirectory("telemetry").FullName;

    public override async ValueTask InitializeAsync() =>
        await StartService(
            new Dictionary<string, string?>
            {
                ["ConnectionStrings:Telemetry"] = $"Data Source={folder}/telemetry.db",
                // What other modules would take has no taker here: it is put aside at once and out of the way.
                ["Messaging:AttemptsBeforeParking"] = "1",
            }
        );

    public override async Task Tell(IMessage message, Guid? messageId = null)
    {
        await using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={folder}/telemetry.db");
        await connection.OpenAsync();
        await using var insert = connection.CreateCommand();
        insert.CommandText = """
            INSERT INTO outbox (id, type, aggregate_id, aggregate_version, payload, created_at, next_attempt_at, attempts)
            VALUES ($id, $type, $aggregate, $version, $payload, $now, $now, 0)
            """;
        insert.Parameters.AddWithValue("$id", (messageId ?? Guid.CreateVersion7()).ToString().ToUpperInvariant());
        insert.Parameters.AddWithValue("$type", Say.Urn(message));
        insert.Parameters.AddWithValue("$aggregate", message.AggregateId.ToString().ToUpperInvariant());
        insert.Parameters.AddWithValue("$version", message.AggregateVersion);
        insert.Parameters.AddWithValue("$payload", Say.Json(message));
        insert.Parameters.AddWithValue("$now", TimeProvider.System.GetUtcNow().UtcTicks);
        // A message said again must wait until the one before it has left.
        await Eventually.Passes(() => insert.ExecuteNonQueryAsync());
    }

    protected override Task Leave()
    {
        Directory.Delete(folder, recursive: true);
        return Task.CompletedTask;
    }
}

internal static class TelemetryCalls
{
    public static async Task<IngestAnswer> Send(this HttpClient point, IReadOnlyCollection<object> events)
    {
        using var answer = await point.PostAsJsonAsync("/api/telemetry/events", new { events });
        return await answer.Ok<IngestAnswer>();
    }

    public static async Task<T> Read<T>(this HttpClient client, string path)
    {
        using var answer = await client.GetAsync(path);
        return await answer.Ok<T>();
    }

    public static async Task<T> Ok<T>(this HttpResponseMessage answer)
    {
        Assert.True(answer.StatusCode == HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        return (await answer.Content.ReadFromJsonAsync<T>())!;
    }

    public static async Task Refused(this HttpResponseMessage answer, HttpStatusCode status, string code)
    {
        using (answer)
        {
            var body = await answer.Content.ReadAsStringAsync();
            Assert.True(answer.StatusCode == status, $"{answer.StatusCode}: {body}");
            Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
            Assert.Equal(code, JsonDocument.Parse(body).RootElement.GetProperty("code").GetString());
        }
    }
}

public sealed record IngestAnswer(int Accepted, int Duplicates, Rejection[] Rejected);

public sealed record Rejection(string? Id, string Code);

public sealed record ListOf<T>(T[] Items, string? Next);

public sealed record VisitCounts(long OnlineNow, long Guests, long Members, long Total, int WindowSeconds);

public sealed record FileViews(Guid ReleaseId, string Path, long Views);

public sealed record PointStanding(
    Guid PointId,
    string? Name,
    string? UnitCode,
    bool Online,
    DateTimeOffset? LastContactAt,
    string? AgentVersion,
    int Showing,
    long LagSeconds,
    long? DiskFreeBytes
);

public sealed record ReleaseCoverage(
    Guid ReleaseId,
    string Package,
    string State,
    int Expected,
    int Showing,
    double Percent,
    int MayStillShow,
    PointCoverage[]? Points
)
{
    public string? StateOf(Guid point) => Points?.SingleOrDefault(p => p.PointId == point)?.State;
}

public sealed record PointCoverage(Guid PointId, string Name, string? UnitName, string State, DateTimeOffset? Since);
