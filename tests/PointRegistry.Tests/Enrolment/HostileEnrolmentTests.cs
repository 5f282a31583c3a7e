using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using LaiChau.Testing;
using Xunit;
using static LaiChau.PointRegistry.Tests.RegistryHouse;

namespace LaiChau.PointRegistry.Tests.Enrolment;

/// <summary>Every way we know to get in as a point that one is not: each is refused in words that help, and leaves a row in the audit trail.</summary>
public sealed class HostileEnrolmentTests(RegistryHouse house)
{
    /// <param name="Try">What the intruder does; the last answer counts.</param>
    /// <param name="Code">Problem code, or OAuth error.</param>
    /// <param name="Says">What the refusal tells its reader.</param>
    /// <param name="Leaves">The trail's entry: what was tried at, and whether it is known at whose point.</param>
    private sealed record Attempt(
        Func<Scene, Task<HttpResponseMessage>> Try,
        HttpStatusCode Status,
        string Code,
        string Says,
        string Leaves
    );

    private const string Enrolment = "enrolment of the point";
    private const string Nowhere = "enrolment of no point";
    private const string Token = "token of the point";
    private const string NotCurrent = "not signed with the key that this client has now";
    private const string OtherAlgorithm = "signed by ES256";

    // csharpier-ignore
    private static readonly Dictionary<string, Attempt> Table = new()
    {
        // With a code
        ["a used code with another key"]    = new(s => s.UseCodeTwice(),                            HttpStatusCode.Conflict,            "enrolment-code-used",     "đã được dùng cho một máy khác", Enrolment),
        ["a used code with the old key"]    = new(s => s.UseCodeAgainAfterMove(),                   HttpStatusCode.Conflict,            "enrolment-code-used",     "bằng máy khác",                 Enrolment),
        ["an expired code"]                 = new(s => s.UseExpiredCode(),                          HttpStatusCode.Gone,                "enrolment-code-expired",  "đã hết hạn lúc",                Enrolment),
        ["a replaced code"]                 = new(s => s.UseReplacedCode(),                         HttpStatusCode.Gone,                "enrolment-code-replaced", "mã mới hơn",                    Enrolment),
        ["a guessed code"]                  = new(s => s.Guess(times: 1),                           HttpStatusCode.NotFound,            "enrolment-code-unknown",  "kiểm tra từng ký tự",           Nowhere),
        ["the right code after guesses"]    = new(s => s.Guess(times: 3, thenRight: true),          HttpStatusCode.TooManyRequests,     "too-many-attempts",       "thử lại sau",                   Nowhere),
        ["a key that another point has"]    = new(s => s.UseKeyOfAnotherPoint(),                    HttpStatusCode.Conflict,            "public-key-in-use",       "thuộc về một điểm khác",        Enrolment),
        ["a code of a suspended point"]     = new(s => s.UseCodeAfter("suspend"),                   HttpStatusCode.Conflict,            "point-suspended",         "đang tạm ngừng",                Enrolment),
        ["a code of a closed point"]        = new(s => s.UseCodeAfter("close"),                     HttpStatusCode.Conflict,            "point-closed",            "đã đóng",                       Enrolment),
        ["a key that is none"]              = new(s => s.Offer("{}"),                               HttpStatusCode.UnprocessableEntity, "public-key-invalid",      "EC P-256",                      Nowhere),
        ["a weak key"]                      = new(s => s.Offer(Scene.Rsa),                          HttpStatusCode.UnprocessableEntity, "public-key-invalid",      "EC P-256",                      Nowhere),
        ["a key on another curve"]          = new(s => s.Offer(Scene.P384),                         HttpStatusCode.UnprocessableEntity, "public-key-invalid",      "EC P-256",                      Nowhere),
        ["a point that is on no curve"]     = new(s => s.Offer(Scene.OffCurve),                     HttpStatusCode.UnprocessableEntity, "public-key-invalid",      "EC P-256",                      Nowhere),
        ["a private key"]                   = new(s => s.Offer(Scene.Private),                      HttpStatusCode.UnprocessableEntity, "public-key-invalid",      "EC P-256",                      Nowhere),
        // With an assertion
        ["a clock a day behind"]            = new(s => s.Assert(clock: TimeSpan.FromDays(-1)),      HttpStatusCode.Unauthorized,        "invalid_client",          "is the clock right?",           Token),
        ["a clock a day ahead"]             = new(s => s.Assert(clock: TimeSpan.FromDays(1)),       HttpStatusCode.Unauthorized,        "invalid_client",          "is the clock right?",           Token),
        ["a clock five minutes ahead"]      = new(s => s.Assert(clock: TimeSpan.FromMinutes(5)),    HttpStatusCode.Unauthorized,        "invalid_client",          "is the clock right?",           Token),
        ["an assertion that lives long"]    = new(s => s.Assert(life: TimeSpan.FromHours(2)),       HttpStatusCode.Unauthorized,        "invalid_client",          "expires too late",              Token),
        ["an assertion used before"]        = new(s => s.AssertTwice(),                             HttpStatusCode.Unauthorized,        "invalid_client",          "was used before",               Token),
        ["an assertion for somebody else"]  = new(s => s.Assert(audience: "https://other.example"), HttpStatusCode.Unauthorized,        "invalid_client",          "meant for another",             Token),
        ["an assertion of another point"]   = new(s => s.AssertAsAnother(),                         HttpStatusCode.Unauthorized,        "invalid_client",          "names another client",          Token),
        ["a stranger's key"]                = new(s => s.AssertWith(new PointMachine(s.Point)),     HttpStatusCode.Unauthorized,        "invalid_client",          NotCurrent,                      Token),
        ["a key that was replaced"]         = new(s => s.AssertAfterMove(),                         HttpStatusCode.Unauthorized,        "invalid_client",          NotCurrent,                      Token),
        ["no signature at all"]             = new(s => s.Present(m => m.UnsignedAssertion),         HttpStatusCode.Unauthorized,        "invalid_client",          OtherAlgorithm,                  Token),
        ["the public key as a secret"]      = new(s => s.Present(m => m.AssertionUnderPublicKey),   HttpStatusCode.Unauthorized,        "invalid_client",          OtherAlgorithm,                  Token),
        ["what is no assertion"]            = new(s => s.Present(_ => _ => "a.b.c"),                HttpStatusCode.Unauthorized,        "invalid_client",          "cannot be read",                Token),
        ["a password instead of the key"]   = new(s => s.TryPassword(),                             HttpStatusCode.Unauthorized,        "invalid_client",          "credentials are invalid",       Token),
        ["a suspended point's key"]         = new(s => s.AssertAfter("suspend"),                    HttpStatusCode.BadRequest,          "unauthorized_client",     "The point is suspended.",       Token),
        ["a closed point's key"]            = new(s => s.AssertAfter("close"),                      HttpStatusCode.BadRequest,          "unauthorized_client",     "The point is closed.",          Token),
    };

    public static TheoryData<string> Attempts => [.. Table.Keys];

    [Theory]
    [MemberData(nameof(Attempts))]
    public async Task Is_refused_in_clear_words_and_leaves_a_row(string attempt)
    {
        var (act, status, code, says, leaves) = Table[attempt];
        await using var own = attempt.Contains("guesses", StringComparison.Ordinal)
            ? await Create(("Enrolment:AttemptsPerSource", "3"))
            : null;
        var scene = await Scene.Set(own ?? house);

        using var answer = await act(scene);

        var body = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == status, $"{(int)answer.StatusCode}: {body}");
        var problem = JsonElement.Parse(body);
        var isOAuth = problem.TryGetProperty("error", out var error);
        Assert.Equal(code, (isOAuth ? error : problem.GetProperty("code")).GetString());
        var words = problem.GetProperty(isOAuth ? "error_description" : "detail").GetString()!;
        Assert.Contains(says, words, StringComparison.Ordinal);

        var row = await scene.LastRow();
        Assert.Equal("refused", row.GetProperty("action").GetString());
        Assert.Equal(leaves.Split(' ')[0], row.GetProperty("entity").GetString());
        Assert.Equal(leaves == Nowhere ? "?" : scene.Point.ToString(), row.GetProperty("entityId").GetString());
        Assert.Equal(code, row.GetProperty("after").GetProperty("code").GetString());
        Assert.Equal("anonymous", row.GetProperty("actor").GetProperty("kind").GetString());
        Assert.Equal("127.0.0.1", row.GetProperty("client").GetProperty("address").GetString());
    }

    /// <summary>One point and one machine that works there; the intruder is known in the trail by the name of the program.</summary>
    private sealed class Scene
    {
        public const string Rsa = """{"kty":"RSA","n":"AQAB","e":"AQAB"}""";
        public const string P384 = """{"kty":"EC","crv":"P-384","x":"AA","y":"AA"}""";
        public const string OffCurve = """
            {"kty":"EC","crv":"P-256","x":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","y":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}
            """;
        public const string Private = """
            {"kty":"EC","crv":"P-256","d":"870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4","y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"}
            """;
        private readonly string program = $"intruder/{Guid.CreateVersion7():N}";
        private readonly RegistryHouse house;
        private readonly PointMachine machine;

        private Scene(RegistryHouse house, PointMachine machine) => (this.house, this.machine) = (house, machine);

        public Guid Point => machine.Point;

        public static async Task<Scene> Set(RegistryHouse house)
        {
            var (_, machine) = await house.Enrolled();
            return new Scene(house, machine);
        }

        public async Task<HttpResponseMessage> UseCodeTwice()
        {
            var code = await house.Code(Point);
            await Ok(await house.Enrol(code, new PointMachine(Point)));
            return await Enrol(code, new PointMachine(Point).PublicKey);
        }

        public async Task<HttpResponseMessage> UseCodeAgainAfterMove()
        {
            var (code, first) = (await house.Code(Point), new PointMachine(Point));
            await Ok(await house.Enrol(code, first));
            await Ok(await house.Enrol(await house.Code(Point), new PointMachine(Point)));
            return await Enrol(code, first.PublicKey);
        }

        public async Task<HttpResponseMessage> UseExpiredCode()
        {
            var code = await house.Code(Point);
            await house.Database.Execute(
                $"UPDATE enrolment_codes SET expires_at = now() - interval '1 second' WHERE point_id = '{Point}'"
            );
            return await Enrol(code, new PointMachine(Point).PublicKey);
        }

        public async Task<HttpResponseMessage> UseReplacedCode()
        {
            var code = await house.Code(Point);
            await house.Code(Point);
            return await Enrol(code, new PointMachine(Point).PublicKey);
        }

        public async Task<HttpResponseMessage> Guess(int times, bool thenRight = false)
        {
            var code = await house.Code(Point);
            var key = new PointMachine(Point).PublicKey;
            var answer = await Enrol("0000-0000-0000", key);
            for (var again = 1; again < times; again++)
            {
                answer = await Enrol("0000-0000-0000", key);
            }
            return thenRight ? await Enrol(code, key) : answer;
        }

        public async Task<HttpResponseMessage> UseKeyOfAnotherPoint()
        {
            var (_, other) = await house.Enrolled();
            return await Enrol(await house.Code(Point), other.PublicKey);
        }

        public async Task<HttpResponseMessage> UseCodeAfter(string step)
        {
            var code = await house.Code(Point);
            await Move(step);
            return await Enrol(code, new PointMachine(Point).PublicKey);
        }

        public async Task<HttpResponseMessage> Offer(string jwk) =>
            await Enrol(await house.Code(Point), JsonElement.Parse(jwk));

        public Task<HttpResponseMessage> Assert(
            TimeSpan clock = default,
            TimeSpan? life = null,
            string? audience = null
        ) => Present(machine.Assertion(audience ?? house.Audience, life: life, clock: clock));

        public async Task<HttpResponseMessage> AssertTwice()
        {
            var assertion = machine.Assertion(house.Audience);
            await Ok(await house.Assert(machine, assertion));
            return await Present(assertion);
        }

        public async Task<HttpResponseMessage> AssertAsAnother()
        {
            var (_, other) = await house.Enrolled();
            return await Present(other.Assertion(house.Audience));
        }

        public Task<HttpResponseMessage> AssertWith(PointMachine other) => Present(other.Assertion(house.Audience));

        public async Task<HttpResponseMessage> AssertAfterMove()
        {
            await Ok(await house.Enrol(await house.Code(Point), new PointMachine(Point)));
            return await Present(machine.Assertion(house.Audience));
        }

        public async Task<HttpResponseMessage> AssertAfter(string step)
        {
            await Move(step);
            return await Present(machine.Assertion(house.Audience));
        }

        public Task<HttpResponseMessage> Present(Func<PointMachine, Func<string, string>> make) =>
            Present(make(machine)(house.Audience));

        public Task<HttpResponseMessage> TryPassword() => AskToken(("client_secret", Password));

        public async Task<JsonElement> LastRow()
        {
            var page = await Ok(await house.Admin.GetAsync("/api/points/audit?limit=500"));
            return page.GetProperty("items")
                .EnumerateArray()
                .Select(i => i.GetProperty("entry"))
                .First(e =>
                    e.TryGetProperty("client", out var client)
                    && client.TryGetProperty("agent", out var agent)
                    && agent.GetString() == program
                );
        }

        private async Task Move(string step) =>
            await Ok(await house.Ops.PostAsJsonAsync($"/api/points/{Point}/{step}", new { reason = "Mẫu" }));

        private Task<HttpResponseMessage> Present(string assertion) =>
            AskToken(
                ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
                ("client_assertion", assertion)
            );

        private Task<HttpResponseMessage> AskToken(params (string Name, string Value)[] proof) =>
            Send(
                "/connect/token",
                new FormUrlEncodedContent([
                    new("grant_type", "client_credentials"),
                    new("client_id", Point.ToString()),
                    .. proof.Select(p => KeyValuePair.Create(p.Name, p.Value)),
                ])
            );

        private Task<HttpResponseMessage> Enrol(string code, object publicKey) =>
            Send("/api/points/enrol", JsonContent.Create(new { code, publicKey }));

        private async Task<HttpResponseMessage> Send(string path, HttpContent content)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
            request.Headers.UserAgent.ParseAdd(program);
            return await house.Anonymous.SendAsync(request);
        }
    }
}
