using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using LaiChau.Cli.Audit;
using LaiChau.Cli.Sessions;

namespace LaiChau.Cli.Api;

/// <summary>
/// The platform's API as one account sees it, through the public door. Throws <see cref="PlatformProblemException"/> when the server refuses and
/// <see cref="ServerUnreachableException"/> when there is no answer; reading is tried again a few times, changing is not.
/// </summary>
/// <param name="http">Its base address is the public door, for example <c>https://laichau.example/</c>.</param>
public sealed class PlatformClient(HttpClient http, TimeProvider time)
{
    private const int ReadAttempts = 4;

    /// <summary>What is not said is left out: the API takes a null for a value, and refuses it where one is wanted.</summary>
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };
    private readonly Lock signingIn = new();
    private Func<KeyValuePair<string, string>[]>? proof;
    private Task<string>? token;
    private DateTimeOffset renewAt;

    /// <summary>Signs in with client credentials; the token is renewed by itself from then on.</summary>
    public Task SignIn(string user, string password, CancellationToken ct = default) =>
        SignIn(() => [new("client_id", user), new("client_secret", password)], ct);

    /// <summary>Signs in with a key (RFC 7523), for accounts that need more than a password, and for other systems.</summary>
    public Task SignIn(string user, AccountKey key, CancellationToken ct = default) =>
        SignIn(
            () =>
                [
                    new("client_id", user),
                    new("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
                    new(
                        "client_assertion",
                        key.Assertion(user, new Uri(http.BaseAddress!, "connect/token"), time.GetUtcNow())
                    ),
                ],
            ct
        );

    private async Task SignIn(Func<KeyValuePair<string, string>[]> how, CancellationToken ct)
    {
        proof = how;
        token = null;
        await AccessToken(ct);
    }

    public Task<Push> StartPush(PackageDescription about, IReadOnlyList<PushFile> files, CancellationToken ct = default)
    {
        var body = JsonSerializer.SerializeToNode(about, Json)!.AsObject();
        body["files"] = JsonSerializer.SerializeToNode(files, Json);
        return Post<Push>("api/catalog/pushes", body, ct);
    }

    public Task<Push> GetPush(Guid id, CancellationToken ct = default) => Get<Push>($"api/catalog/pushes/{id}", ct);

    public async Task UploadBlock(string sha256, ReadOnlyMemory<byte> block, CancellationToken ct = default)
    {
        var content = new ReadOnlyMemoryContent(block);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        using var response = await Send(HttpMethod.Put, $"api/catalog/blocks/{sha256}", () => content, ct);
    }

    public Task<Release> CompletePush(Guid id, CancellationToken ct = default) =>
        Post<Release>($"api/catalog/pushes/{id}/complete", null, ct);

    public Task<Page<Release>> ListReleases(
        string? package = null,
        string? state = null,
        int? limit = null,
        string? after = null,
        CancellationToken ct = default
    ) =>
        Get<Page<Release>>(
            "api/catalog/releases"
                + Query(("package", package), ("state", state), ("limit", Number(limit)), ("after", after)),
            ct
        );

    public Task<Release> GetRelease(Guid id, CancellationToken ct = default) =>
        Get<Release>($"api/catalog/releases/{id}", ct);

    public Task<Release> ApproveRelease(Guid id, CancellationToken ct = default) =>
        Post<Release>($"api/catalog/releases/{id}/approve", null, ct);

    public Task<Release> RejectRelease(Guid id, string reason, CancellationToken ct = default) =>
        Post<Release>($"api/catalog/releases/{id}/reject", new JsonObject { ["reason"] = reason }, ct);

    public Task<Release> RecallRelease(
        Guid id,
        string reason,
        IReadOnlyDictionary<string, string>? message = null,
        CancellationToken ct = default
    ) =>
        Post<Release>(
            $"api/catalog/releases/{id}/recall",
            JsonSerializer.SerializeToNode(new { reason, message }, Json),
            ct
        );

    /// <summary>Asks until the release has left <paramref name="state"/>.</summary>
    public async Task<Release> WaitWhile(Guid id, string state, TimeSpan patience, CancellationToken ct = default)
    {
        var until = time.GetUtcNow() + patience;
        while (true)
        {
            var release = await GetRelease(id, ct);
            if (release.State != state || time.GetUtcNow() >= until)
            {
                return release;
            }
            await Task.Delay(TimeSpan.FromMilliseconds(500), time, ct);
        }
    }

    /// <param name="bulletin">The body of <c>POST /api/bulletins</c>.</param>
    public Task<Bulletin> CreateBulletin(JsonObject bulletin, CancellationToken ct = default) =>
        Post<Bulletin>("api/bulletins", bulletin, ct);

    public async Task<Attachment> AttachToBulletin(
        Guid id,
        string name,
        string mediaType,
        Stream content,
        string? language = null,
        string? caption = null,
        CancellationToken ct = default
    )
    {
        using var response = await Send(
            HttpMethod.Post,
            $"api/bulletins/{id}/attachments" + Query(("name", name), ("language", language), ("caption", caption)),
            () => new StreamContent(content) { Headers = { ContentType = MediaTypeHeaderValue.Parse(mediaType) } },
            ct
        );
        return await Read<Attachment>(response, ct);
    }

    public Task<Bulletin> GetBulletin(Guid id, CancellationToken ct = default) =>
        Get<Bulletin>($"api/bulletins/{id}", ct);

    public Task<Page<Bulletin>> ListBulletins(
        string? state = null,
        int? limit = null,
        string? after = null,
        CancellationToken ct = default
    ) => Get<Page<Bulletin>>("api/bulletins" + Query(("state", state), ("limit", Number(limit)), ("after", after)), ct);

    public Task<Bulletin> SubmitBulletin(Guid id, CancellationToken ct = default) =>
        Post<Bulletin>($"api/bulletins/{id}/submit", null, ct);

    public Task<Bulletin> ApproveBulletin(Guid id, CancellationToken ct = default) =>
        Post<Bulletin>($"api/bulletins/{id}/approve", null, ct);

    public Task<Bulletin> ReturnBulletin(Guid id, string reason, CancellationToken ct = default) =>
        Post<Bulletin>($"api/bulletins/{id}/return", new JsonObject { ["reason"] = reason }, ct);

    public Task<Bulletin> WithdrawBulletin(Guid id, string reason, CancellationToken ct = default) =>
        Post<Bulletin>($"api/bulletins/{id}/withdraw", new JsonObject { ["reason"] = reason }, ct);

    public Task<Point> AddPoint(NewPoint point, CancellationToken ct = default) =>
        Post<Point>("api/points", JsonSerializer.SerializeToNode(point, Json), ct);

    public Task<Page<Point>> ListPoints(int? limit = null, string? after = null, CancellationToken ct = default) =>
        Get<Page<Point>>("api/points" + Query(("limit", Number(limit)), ("after", after)), ct);

    /// <summary>Plans every point of a CSV or XLSX file, or none.</summary>
    public async Task<ImportedPoints> ImportPoints(byte[] file, bool dryRun, CancellationToken ct = default)
    {
        using var response = await Send(
            HttpMethod.Post,
            "api/points/import" + Query(("dryRun", dryRun ? "true" : "false")),
            () =>
                new ByteArrayContent(file)
                {
                    Headers = { ContentType = new MediaTypeHeaderValue("application/octet-stream") },
                },
            ct
        );
        return await Read<ImportedPoints>(response, ct);
    }

    /// <param name="format"><c>csv</c> or <c>xlsx</c>.</param>
    public async Task ExportPoints(string format, Stream to, CancellationToken ct = default)
    {
        using var response = await Send(
            HttpMethod.Get,
            "api/points/export" + Query(("format", format)),
            () => null,
            ct
        );
        await response.Content.CopyToAsync(to, ct);
    }

    /// <param name="format"><c>csv</c> or <c>xlsx</c>.</param>
    /// <param name="period"><c>2026-11</c> or <c>2026</c>; null: this month.</param>
    public async Task ExportTargets(string format, string? period, Stream to, CancellationToken ct = default)
    {
        using var response = await Send(
            HttpMethod.Get,
            "api/points/targets/export" + Query(("format", format), ("period", period)),
            () => null,
            ct
        );
        await response.Content.CopyToAsync(to, ct);
    }

    public Task<Opening> RecordOpening(Guid pointId, NewOpening opening, CancellationToken ct = default) =>
        Post<Opening>($"api/points/{pointId}/openings", JsonSerializer.SerializeToNode(opening, Json), ct);

    public Task<Page<Organisation>> ListOrganisations(
        DateOnly? asOf = null,
        string? search = null,
        int? limit = null,
        string? after = null,
        CancellationToken ct = default
    ) =>
        Get<Page<Organisation>>(
            "api/points/organisations"
                + Query(
                    ("asOf", asOf?.ToString("O", CultureInfo.InvariantCulture)),
                    ("q", search),
                    ("limit", Number(limit)),
                    ("after", after)
                ),
            ct
        );

    public Task<Page<LegalAct>> ListActs(
        string? search = null,
        int? limit = null,
        string? after = null,
        CancellationToken ct = default
    ) => Get<Page<LegalAct>>("api/points/acts" + Query(("q", search), ("limit", Number(limit)), ("after", after)), ct);

    public Task<LegalAct> AddAct(NewAct act, CancellationToken ct = default) =>
        Post<LegalAct>("api/points/acts", JsonSerializer.SerializeToNode(act, Json), ct);

    /// <summary>The most urgent first.</summary>
    public Task<Page<RaisedCase>> ListCases(
        string? search = null,
        bool? overdue = null,
        string? assignee = null,
        int? limit = null,
        string? after = null,
        CancellationToken ct = default
    ) =>
        Get<Page<RaisedCase>>(
            "api/points/cases"
                + Query(
                    ("q", search),
                    ("overdue", Flag(overdue)),
                    ("assignee", assignee),
                    ("sort", "priority"),
                    ("limit", Number(limit)),
                    ("after", after)
                ),
            ct
        );

    public Task<RaisedCase> RaiseCase(NewCase about, CancellationToken ct = default) =>
        Post<RaisedCase>("api/points/cases", JsonSerializer.SerializeToNode(about, Json), ct);

    public Task<RaisedCase> TakeCaseStep(Guid id, CaseStep step, CancellationToken ct = default) =>
        Post<RaisedCase>($"api/points/cases/{id}/steps", JsonSerializer.SerializeToNode(step, Json), ct);

    /// <param name="days">What ends within so many days ends soon.</param>
    public Task<Page<TrainingGap>> ListTrainingGaps(
        string? unit = null,
        int? days = null,
        int? limit = null,
        string? after = null,
        CancellationToken ct = default
    ) =>
        Get<Page<TrainingGap>>(
            "api/points/training/gaps"
                + Query(("unit", unit), ("days", Number(days)), ("limit", Number(limit)), ("after", after)),
            ct
        );

    public Task<EnrolmentCode> IssueEnrolmentCode(Guid pointId, CancellationToken ct = default) =>
        Post<EnrolmentCode>($"api/points/{pointId}/enrolment-codes", null, ct);

    public Task<Page<Unit>> ListUnits(
        DateOnly? asOf = null,
        string? search = null,
        int? limit = null,
        string? after = null,
        CancellationToken ct = default
    ) =>
        Get<Page<Unit>>(
            "api/points/units"
                + Query(
                    ("asOf", asOf?.ToString("O", CultureInfo.InvariantCulture)),
                    ("q", search),
                    ("limit", Number(limit)),
                    ("after", after)
                ),
            ct
        );

    public Task<Account> AddAccount(NewAccount account, CancellationToken ct = default) =>
        Post<Account>("api/points/accounts", JsonSerializer.SerializeToNode(account, Json), ct);

    /// <param name="account">Null: the own one.</param>
    public Task<Page<AccountKeyAnswer>> ListAccountKeys(Guid? account, CancellationToken ct = default) =>
        Get<Page<AccountKeyAnswer>>($"{AccountPath(account)}/keys", ct);

    /// <param name="publicKey">PEM.</param>
    public Task<AccountKeyAnswer> AddAccountKey(
        Guid? account,
        string name,
        string publicKey,
        CancellationToken ct = default
    ) =>
        Post<AccountKeyAnswer>(
            $"{AccountPath(account)}/keys",
            new JsonObject { ["name"] = name, ["publicKey"] = publicKey },
            ct
        );

    public Task<AccountKeyAnswer> RevokeAccountKey(Guid? account, Guid key, CancellationToken ct = default) =>
        Post<AccountKeyAnswer>($"{AccountPath(account)}/keys/{key}/revoke", null, ct);

    /// <summary>The own password. Every token is void from then on, this client's too.</summary>
    public async Task ChangePassword(string oldPassword, string newPassword, CancellationToken ct = default)
    {
        using var response = await Send(
            HttpMethod.Post,
            "api/points/accounts/me/password",
            () => JsonContent.Create(new { oldPassword, newPassword }),
            ct
        );
    }

    public Task<PasswordReset> IssuePasswordReset(Guid account, CancellationToken ct = default) =>
        Post<PasswordReset>($"{AccountPath(account)}/password-resets", null, ct);

    /// <summary>Newest first, without their texts.</summary>
    public Task<Page<RulesVersion>> ListRules(
        int? limit = null,
        string? after = null,
        CancellationToken ct = default
    ) => Get<Page<RulesVersion>>("api/points/rules" + Query(("limit", Number(limit)), ("after", after)), ct);

    /// <param name="version">Null: the version in force.</param>
    public Task<RulesVersion> GetRules(int? version = null, CancellationToken ct = default) =>
        Get<RulesVersion>($"api/points/rules/{Number(version) ?? "in-force"}", ct);

    public Task<RulesVersion> PublishRules(NewRules rules, CancellationToken ct = default) =>
        Post<RulesVersion>("api/points/rules", JsonSerializer.SerializeToNode(rules, Json), ct);

    public Task<RulesVersion> AcceptRules(int version, CancellationToken ct = default) =>
        Post<RulesVersion>($"api/points/rules/{Number(version)}/acceptance", null, ct);

    /// <param name="version">Null: the version in force.</param>
    /// <param name="accepted">Only who has accepted it, or only who has not.</param>
    /// <param name="search">Words of the name or the user name.</param>
    public Task<Page<Acceptance>> ListAcceptances(
        int? version = null,
        bool? accepted = null,
        string? search = null,
        int? limit = null,
        string? after = null,
        CancellationToken ct = default
    ) =>
        Get<Page<Acceptance>>(
            "api/points/rules/acceptances"
                + Query(
                    ("version", Number(version)),
                    ("accepted", Flag(accepted)),
                    ("q", search),
                    ("limit", Number(limit)),
                    ("after", after)
                ),
            ct
        );

    /// <summary>What one service holds about a person.</summary>
    /// <param name="service"><c>points</c>, <c>bulletins</c>, <c>catalog</c> or <c>telemetry</c>.</param>
    /// <param name="id">Null: the caller.</param>
    public Task<JsonObject> ExportPerson(string service, Guid? id, CancellationToken ct = default) =>
        Get<JsonObject>($"api/{service}/people/{id?.ToString() ?? "me"}/export", ct);

    /// <param name="dryRun">Erases nothing, and says what it would.</param>
    public Task<ErasedPerson> ErasePerson(
        Guid id,
        string reason,
        string? act,
        bool dryRun,
        CancellationToken ct = default
    ) =>
        Post<ErasedPerson>(
            $"api/points/people/{id}/erasure" + Query(("dryRun", Flag(dryRun))),
            JsonSerializer.SerializeToNode(new { reason, act }, Json),
            ct
        );

    public Task<Page<ReleaseCoverage>> ListCoverage(
        int? limit = null,
        string? after = null,
        CancellationToken ct = default
    ) => Get<Page<ReleaseCoverage>>("api/telemetry/coverage" + Query(("limit", Number(limit)), ("after", after)), ct);

    public Task<ReleaseCoverage> GetCoverage(Guid releaseId, CancellationToken ct = default) =>
        Get<ReleaseCoverage>($"api/telemetry/coverage/{releaseId}", ct);

    public Task<PlaneStatus> GetPlane(CancellationToken ct = default) => Get<PlaneStatus>("api/catalog/plane", ct);

    /// <summary>A file of the distribution plane's signed metadata, as points read it: <c>1.root.json</c>.</summary>
    public async Task<byte[]> ReadPlaneMetadata(string name, CancellationToken ct = default)
    {
        using var response = await Send(HttpMethod.Get, $"content/metadata/{name}", () => null, ct);
        return await response.Content.ReadAsByteArrayAsync(ct);
    }

    /// <param name="roots">Signed root.json files, the next version first; they arrive byte by byte as they are.</param>
    public async Task<MetadataTaken> TakeMetadata(
        IReadOnlyList<ReadOnlyMemory<byte>> roots,
        ReadOnlyMemory<byte>? targets,
        bool dryRun,
        CancellationToken ct = default
    )
    {
        var body =
            $$"""{"roots":[{{string.Join(',', roots.Select(Text))}}],"targets":{{(targets is { } file ? Text(file) : "null")}}}""";
        using var response = await Send(
            HttpMethod.Post,
            "api/catalog/plane/metadata" + Query(("dryRun", dryRun ? "true" : "false")),
            () => new StringContent(body, Encoding.UTF8, "application/json"),
            ct
        );
        return await Read<MetadataTaken>(response, ct);

        static string Text(ReadOnlyMemory<byte> file) => Encoding.UTF8.GetString(file.Span);
    }

    /// <param name="jws">One line of what a point gave to a stick.</param>
    public Task<ReturnedEvents> ReturnEvents(string jws, CancellationToken ct = default) =>
        Post<ReturnedEvents>("api/telemetry/returns", new JsonObject { ["signed"] = jws }, ct);

    /// <summary>A service's audit trail from its first entry. A drop ends it with an exception; it is not tried again half way.</summary>
    internal async IAsyncEnumerable<AuditRow> ReadAudit(
        string service,
        [EnumeratorCancellation] CancellationToken ct = default
    )
    {
        using var response = await Send(HttpMethod.Get, $"api/{service}/audit/export", () => null, ct);
        await using var body = await response.Content.ReadAsStreamAsync(ct);
        await foreach (
            var row in JsonSerializer
                .DeserializeAsyncEnumerable<AuditRow>(body, topLevelValues: true, Json, ct)
                .WithCancellation(ct)
        )
        {
            yield return row ?? throw new ServerUnreachableException($"{http.BaseAddress}: an entry is empty.");
        }
    }

    private async Task<T> Get<T>(string path, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                using var response = await Send(HttpMethod.Get, path, () => null, ct);
                return await Read<T>(response, ct);
            }
            catch (ServerUnreachableException fault) when (attempt < ReadAttempts)
            {
                await Task.Delay(Backoff.After(attempt, fault), time, ct);
            }
        }
    }

    private async Task<T> Post<T>(string path, JsonNode? body, CancellationToken ct)
    {
        using var response = await Send(
            HttpMethod.Post,
            path,
            () => body is null ? null : JsonContent.Create(body),
            ct
        );
        return await Read<T>(response, ct);
    }

    private async Task<HttpResponseMessage> Send(
        HttpMethod method,
        string path,
        Func<HttpContent?> content,
        CancellationToken ct
    )
    {
        using var request = new HttpRequestMessage(method, path) { Content = content() };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await AccessToken(ct));
        return await Answer(request, ct);
    }

    private async Task<HttpResponseMessage> Answer(HttpRequestMessage request, CancellationToken ct)
    {
        HttpResponseMessage response;
        try
        {
            response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
        }
        catch (Exception fault) when (IsDrop(fault, ct))
        {
            throw new ServerUnreachableException($"{http.BaseAddress}: {fault.Message}", fault);
        }
        if (response.IsSuccessStatusCode)
        {
            return response;
        }
        using (response)
        {
            PlatformProblemException problem;
            try
            {
                problem = await PlatformProblemException.Read(response, ct);
            }
            catch (Exception fault) when (IsDrop(fault, ct))
            {
                throw new ServerUnreachableException($"{http.BaseAddress}: {fault.Message}", fault);
            }
            throw response.StatusCode
                is HttpStatusCode.TooManyRequests
                    or HttpStatusCode.BadGateway
                    or HttpStatusCode.ServiceUnavailable
                    or HttpStatusCode.GatewayTimeout
                    or HttpStatusCode.RequestTimeout
                ? new ServerUnreachableException(
                    $"{http.BaseAddress}: {problem.Code}: {problem.Message} {problem.Detail}".TrimEnd(),
                    problem,
                    response.Headers.RetryAfter?.Delta
                )
                : problem;
        }
    }

    private async Task<T> Read<T>(HttpResponseMessage response, CancellationToken ct)
    {
        try
        {
            return await response.Content.ReadFromJsonAsync<T>(Json, ct)
                ?? throw new ServerUnreachableException($"{http.BaseAddress}: the answer is empty.");
        }
        catch (JsonException fault)
        {
            throw new ServerUnreachableException(
                $"{response.RequestMessage?.RequestUri}: the answer is not of this platform: {fault.Message}",
                fault
            );
        }
        catch (Exception fault) when (IsDrop(fault, ct))
        {
            throw new ServerUnreachableException($"{http.BaseAddress}: {fault.Message}", fault);
        }
    }

    private static bool IsDrop(Exception fault, CancellationToken ct) =>
        fault is HttpRequestException or IOException
        || (fault is OperationCanceledException && !ct.IsCancellationRequested);

    /// <summary>One request for a token at a time, however many calls wait for it.</summary>
    private Task<string> AccessToken(CancellationToken ct)
    {
        lock (signingIn)
        {
            var usable =
                token is not null && (token.IsCompletedSuccessfully ? time.GetUtcNow() < renewAt : !token.IsCompleted);
            return usable ? token! : token = NewToken(ct);
        }
    }

    private async Task<string> NewToken(CancellationToken ct)
    {
        var shown = (proof ?? throw new InvalidOperationException("Call SignIn first."))();
        using var request = new HttpRequestMessage(HttpMethod.Post, "connect/token")
        {
            Content = new FormUrlEncodedContent([new("grant_type", "client_credentials"), .. shown]),
        };
        using var response = await Answer(request, ct);
        var issued = await Read<Token>(response, ct);
        // A minute early, or at half its life if that is short: a token must not die on the way.
        renewAt = time.GetUtcNow() + TimeSpan.FromSeconds(Math.Max(issued.ExpiresIn - 60, issued.ExpiresIn / 2));
        return issued.AccessToken;
    }

    private static string AccountPath(Guid? account) => $"api/points/accounts/{account?.ToString() ?? "me"}";

    private static string? Flag(bool? value) =>
        value switch
        {
            true => "true",
            false => "false",
            null => null,
        };

    private static string? Number(int? value) => value?.ToString(CultureInfo.InvariantCulture);

    private static string Query(params ReadOnlySpan<(string Name, string? Value)> values)
    {
        var query = new List<string>();
        foreach (var (name, value) in values)
        {
            if (value is not null)
            {
                query.Add($"{name}={Uri.EscapeDataString(value)}");
            }
        }
        return query.Count == 0 ? "" : "?" + string.Join('&', query);
    }
}
