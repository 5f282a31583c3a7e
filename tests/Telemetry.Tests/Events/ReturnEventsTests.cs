using System.Buffers.Text;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LaiChau.Contracts.Points;
using LaiChau.Testing;

namespace LaiChau.Telemetry.Tests.Events;

/// <summary>Events that come by stick are as good as their signature, and count once by whichever way.</summary>
public sealed class ReturnEventsTests(PostgresHouse house) : IDisposable
{
    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public void Dispose() => key.Dispose();

    [Fact]
    public async Task Are_counted_once_by_stick_and_link_together()
    {
        var point = await Enrolled();
        var release = await house.Publish("tinh");
        object[] events = [Say.Visit(), Say.Visit(), Say.Shown(release, Say.Now.AddDays(-2))];

        var taken = await (await Hand(Signed(point, events))).Ok<ReturnAnswer>();
        Assert.Equal((point, 3, 0), (taken.Point, taken.Taken.Accepted, taken.Taken.Duplicates));
        Assert.Equal("showing", (await house.Coverage(release)).StateOf(point));
        Assert.Equal(2, (await house.Statistics(point)).Total);

        var again = await (await Hand(Signed(point, events))).Ok<ReturnAnswer>();
        Assert.Equal((0, 3), (again.Taken.Accepted, again.Taken.Duplicates));
        Assert.Equal(3, (await house.Send(point, events)).Duplicates);
        Assert.Equal(2, (await house.Statistics(point)).Total);
    }

    [Fact]
    public async Task Say_that_the_point_lived_then_and_not_that_it_is_here_now()
    {
        var point = await Enrolled();
        var then = Say.Now.AddDays(-3);
        await (await Hand(Signed(point, [Say.Contact(then, "9.9.9")]))).Ok<ReturnAnswer>();
        var standing = (await house.Standing(point))!;
        Assert.False(standing.Online);
        Assert.Equal("9.9.9", standing.AgentVersion);
        Assert.Equal(then, standing.LastContactAt!.Value, TimeSpan.FromMilliseconds(1));
    }

    [Fact]
    public async Task Signed_by_another_key_or_changed_on_the_way_they_are_refused()
    {
        var point = await Enrolled();
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await Refused(Signed(point, [Say.Visit()], other), "events-not-signed");
        // Another point's good signature under this one's name.
        await Refused(Signed(await EnrolledWith(other), [Say.Visit()], key), "events-not-signed");
        var parts = Signed(point, [Say.Visit()]).Split('.');
        var changed = Base64Url.EncodeToString(
            Encoding.UTF8.GetBytes(
                Encoding
                    .UTF8.GetString(Base64Url.DecodeFromChars(parts[1]))
                    .Replace("visit", "view", StringComparison.Ordinal)
            )
        );
        await Refused($"{parts[0]}.{changed}.{parts[2]}", "events-not-signed");
        await Refused($"{Part(new { alg = "none", typ = "laichau-events+jws" })}.{parts[1]}.", "events-not-signed");
        await Refused($"{Part(new { alg = "ES256", typ = "JWT" })}.{parts[1]}.{parts[2]}", "events-not-signed");
        foreach (var nonsense in new[] { "", "a.b.c", "...", parts[0], $"{parts[0]}.{Part(new { })}.{parts[2]}" })
        {
            await Refused(nonsense, "events-not-signed");
        }
        await Refused(Signed(Guid.CreateVersion7(), [Say.Visit()]), "point-unknown", HttpStatusCode.NotFound);
        Assert.Equal(0, (await house.Statistics(point)).Total);
    }

    [Fact]
    public async Task Without_a_known_key_nothing_is_taken()
    {
        var point = await house.Enrol("tinh");
        await Refused(Signed(point, [Say.Visit()]), "point-key-unknown", HttpStatusCode.Conflict);
    }

    [Theory]
    [InlineData("editor")]
    [InlineData("officer")]
    [InlineData("point")]
    public async Task Only_who_may_operate_a_point_hands_them_in(string role)
    {
        using var client = house.As(Guid.CreateVersion7(), role);
        await (await client.PostAsJsonAsync("/api/telemetry/returns", new { signed = "a.b.c" })).Refused(
            HttpStatusCode.Forbidden,
            "forbidden"
        );
    }

    private Task<Guid> Enrolled() => EnrolledWith(key);

    private async Task<Guid> EnrolledWith(ECDsa owner)
    {
        var id = await house.Enrol("tinh");
        var q = owner.ExportParameters(false).Q;
        await house.Tell(
            new PointProfileChanged
            {
                PointId = id,
                Profile = Say.Profile(["tinh"], "mẫu") with
                {
                    PublicKey = JsonSerializer.Serialize(
                        new
                        {
                            crv = "P-256",
                            kty = "EC",
                            x = Base64Url.EncodeToString(q.X),
                            y = Base64Url.EncodeToString(q.Y),
                        }
                    ),
                },
                State = "active",
                EnrolledAt = TimeProvider.System.GetUtcNow(),
                ChangedAt = TimeProvider.System.GetUtcNow(),
                AggregateVersion = 2,
            }
        );
        await Eventually.Holds(async () =>
        {
            using var answer = await Hand(Signed(id, [], owner));
            return answer.IsSuccessStatusCode;
        });
        return id;
    }

    private string Signed(Guid point, object[] events, ECDsa? by = null)
    {
        var unsigned =
            $"{Part(new { alg = "ES256", typ = "laichau-events+jws" })}.{Part(new { point, at = Say.Now, events })}";
        return $"{unsigned}.{Base64Url.EncodeToString((by ?? key).SignData(
            Encoding.ASCII.GetBytes(unsigned),
            HashAlgorithmName.SHA256,
            DSASignatureFormat.IeeeP1363FixedFieldConcatenation
        ))}";
    }

    private static string Part(object value) =>
        Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(value, JsonSerializerOptions.Web));

    private Task<HttpResponseMessage> Hand(string signed) =>
        house.Reader.PostAsJsonAsync("/api/telemetry/returns", new { signed });

    private async Task Refused(
        string signed,
        string code,
        HttpStatusCode status = HttpStatusCode.UnprocessableContent
    ) => await (await Hand(signed)).Refused(status, code);

    private sealed record ReturnAnswer(Guid Point, IngestAnswer Taken);
}
