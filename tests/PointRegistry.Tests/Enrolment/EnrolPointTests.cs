using System.Net;
using System.Net.Http.Json;
using LaiChau.Testing;
using Npgsql;
using Xunit;
using static LaiChau.PointRegistry.Tests.RegistryHouse;

namespace LaiChau.PointRegistry.Tests.Enrolment;

public sealed class EnrolPointTests(RegistryHouse house)
{
    [Fact]
    public async Task Trades_a_code_for_the_identity_however_it_is_typed()
    {
        var point = await house.Planned();
        var code = await house.Code(point);
        var answer = await Ok(
            await house.Enrol(
                $" {code.ToLowerInvariant().Replace("-", " ", StringComparison.Ordinal).Replace('0', 'o')} ",
                new PointMachine(point)
            )
        );
        Assert.Equal(point, answer.GetProperty("pointId").GetGuid());
        Assert.Equal(house.Audience, answer.GetProperty("tokenEndpoint").GetString());
    }

    [Fact]
    public async Task The_same_code_and_key_answer_the_same_again()
    {
        var point = await house.Planned();
        var (code, machine) = (await house.Code(point), new PointMachine(point));
        var first = await Ok(await house.Enrol(code, machine));
        var again = await Ok(await house.Enrol(code, machine));
        Assert.Equal(first.GetRawText(), again.GetRawText());
    }

    [Fact]
    public async Task Of_many_machines_with_one_code_one_gets_in()
    {
        var point = await house.Planned();
        var code = await house.Code(point);
        var answers = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(_ => house.Enrol(code, new PointMachine(point)))
        );
        Assert.Equal(1, answers.Count(a => a.StatusCode == HttpStatusCode.OK));
        Assert.Equal(7, answers.Count(a => a.StatusCode == HttpStatusCode.Conflict));
    }

    [Fact]
    public async Task Refuses_a_used_code_with_another_key()
    {
        var point = await house.Planned();
        var code = await house.Code(point);
        await Ok(await house.Enrol(code, new PointMachine(point)));
        await Refused(await house.Enrol(code, new PointMachine(point)), HttpStatusCode.Conflict, "enrolment-code-used");
    }

    [Fact]
    public async Task Refuses_a_code_that_was_replaced()
    {
        var point = await house.Planned();
        var old = await house.Code(point);
        await house.Code(point);
        await Refused(await house.Enrol(old, new PointMachine(point)), HttpStatusCode.Gone, "enrolment-code-replaced");
    }

    [Fact]
    public async Task Refuses_a_code_that_has_expired()
    {
        var point = await house.Planned();
        var code = await house.Code(point);
        await using var connection = new NpgsqlConnection(house.Database.ConnectionString);
        await connection.OpenAsync();
        await using var age = new NpgsqlCommand(
            "UPDATE enrolment_codes SET expires_at = now() - interval '1 second' WHERE point_id = @point",
            connection
        );
        age.Parameters.AddWithValue("point", point);
        Assert.Equal(1, await age.ExecuteNonQueryAsync());
        await Refused(await house.Enrol(code, new PointMachine(point)), HttpStatusCode.Gone, "enrolment-code-expired");
    }

    [Theory]
    [InlineData("suspend", "point-suspended")]
    [InlineData("close", "point-closed")]
    public async Task Refuses_a_point_that_is_not_working(string step, string code)
    {
        var (point, _) = await house.Enrolled();
        var fresh = await house.Code(point);
        await Ok(await house.Ops.PostAsJsonAsync($"/api/points/{point}/{step}", new { reason = "Mẫu" }));
        await Refused(await house.Enrol(fresh, new PointMachine(point)), HttpStatusCode.Conflict, code);
        await Refused(
            await house.Ops.PostAsync($"/api/points/{point}/enrolment-codes", null),
            HttpStatusCode.Conflict,
            "wrong-state"
        );
    }

    [Fact]
    public async Task Refuses_a_key_that_is_another_points()
    {
        var (_, machine) = await house.Enrolled();
        var other = await house.Planned();
        await Refused(
            await house.Enrol(await house.Code(other), machine),
            HttpStatusCode.Conflict,
            "public-key-in-use"
        );
    }

    [Theory]
    [InlineData("""{"kty":"RSA","n":"AQAB","e":"AQAB"}""")]
    [InlineData("""{"kty":"EC","crv":"P-384","x":"AA","y":"AA"}""")]
    [InlineData(
        """{"kty":"EC","crv":"P-256","x":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","y":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}"""
    )]
    [InlineData("""{}""")]
    [InlineData("\"khóa\"")]
    public async Task Refuses_a_key_that_is_none(string jwk)
    {
        var code = await house.Code(await house.Planned());
        using var body = JsonContent.Create(new { code, publicKey = global::System.Text.Json.JsonElement.Parse(jwk) });
        await Refused(
            await house.Anonymous.PostAsync("/api/points/enrol", body),
            HttpStatusCode.UnprocessableEntity,
            "public-key-invalid"
        );
    }

    [Fact]
    public async Task A_new_code_moves_the_point_to_a_new_machine_and_the_old_one_gets_no_tokens()
    {
        var (point, old) = await house.Enrolled();
        var fresh = new PointMachine(point);
        await Ok(await house.Enrol(await house.Code(point), fresh));
        await Ok(await house.Assert(fresh, fresh.Assertion(house.Audience)));
        await Refused(
            await house.Assert(old, old.Assertion(house.Audience)),
            HttpStatusCode.Unauthorized,
            "invalid_client"
        );
    }

    [Fact]
    public async Task Guessing_is_stopped()
    {
        await using var strict = await Create(("Enrolment:AttemptsPerSource", "3"));
        var point = await strict.Planned();
        var code = await strict.Code(point);
        for (var i = 0; i < 3; i++)
        {
            await Refused(
                await strict.Enrol("0000-0000-0000", new PointMachine(point)),
                HttpStatusCode.NotFound,
                "enrolment-code-unknown"
            );
        }
        await Refused(
            await strict.Enrol(code, new PointMachine(point)),
            HttpStatusCode.TooManyRequests,
            "too-many-attempts"
        );
    }

    [Fact]
    public async Task Only_operators_get_codes()
    {
        var point = await house.Planned();
        await Refused(
            await house.Editor.PostAsync($"/api/points/{point}/enrolment-codes", null),
            HttpStatusCode.Forbidden,
            "forbidden"
        );
    }

    [Fact]
    public async Task A_code_is_never_written_down()
    {
        var code = await house.Code(await house.Planned());
        Assert.DoesNotContain(code, await ReadLog(), StringComparison.OrdinalIgnoreCase);

        async Task<string> ReadLog()
        {
            await using var log = new FileStream(
                house.Process.LogFile,
                FileMode.Open,
                FileAccess.Read,
                FileShare.ReadWrite
            );
            using var reader = new StreamReader(log);
            return await reader.ReadToEndAsync();
        }
    }
}
