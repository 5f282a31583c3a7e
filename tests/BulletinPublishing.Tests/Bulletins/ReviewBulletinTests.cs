using System.Net;
using System.Net.Http.Json;
using LaiChau.Testing;
using static LaiChau.BulletinPublishing.Tests.BulletinService;

namespace LaiChau.BulletinPublishing.Tests.Bulletins;

public sealed class ReviewBulletinTests(BulletinService service)
{
    [Fact]
    public async Task The_author_cannot_approve_whatever_the_roles()
    {
        using var both = service.As(Guid.CreateVersion7(), "editor", "reviewer", "admin");
        var made = await Ok(await both.PostAsJsonAsync("/api/bulletins", Draft()), HttpStatusCode.Created);
        await Ok(await both.PostAsync($"/api/bulletins/{made.Id()}/submit", null));
        await Refused(
            await both.PostAsync($"/api/bulletins/{made.Id()}/approve", null),
            HttpStatusCode.Forbidden,
            "author-cannot-approve"
        );
    }

    [Fact]
    public async Task What_is_returned_with_a_reason_can_be_changed_and_submitted_again()
    {
        var id = (await service.Create()).Id();
        await Ok(await service.Editor.PostAsync($"/api/bulletins/{id}/submit", null));
        await Refused(
            await service.Reviewer.PostAsJsonAsync($"/api/bulletins/{id}/return", new { reason = " " }),
            HttpStatusCode.UnprocessableEntity,
            "bulletin-invalid"
        );
        var returned = await Ok(
            await service.Reviewer.PostAsJsonAsync($"/api/bulletins/{id}/return", new { reason = "Thiếu nguồn" })
        );
        Assert.Equal(("draft", "Thiếu nguồn"), (returned.State(), returned.GetProperty("returnReason").GetString()));
        var again = await Ok(await service.Editor.PostAsync($"/api/bulletins/{id}/submit", null));
        Assert.Equal(2, again.GetProperty("revision").GetInt32());
    }

    [Fact]
    public async Task Two_reviewers_at_once_approve_once()
    {
        var id = (await service.Create()).Id();
        await Ok(await service.Editor.PostAsync($"/api/bulletins/{id}/submit", null));
        using var other = service.As(Guid.CreateVersion7(), "reviewer");
        var answers = await Task.WhenAll(
            Enumerable
                .Range(0, 8)
                .Select(i => (i % 2 == 0 ? service.Reviewer : other).PostAsync($"/api/bulletins/{id}/approve", null))
        );
        Assert.Single(answers, a => a.StatusCode == HttpStatusCode.OK);
        Assert.All(answers, a => Assert.True(a.StatusCode is HttpStatusCode.OK or HttpStatusCode.Conflict));
        Assert.Equal("approved", (await Ok(await service.Editor.GetAsync($"/api/bulletins/{id}"))).State());
    }

    [Theory]
    [InlineData("approve")]
    [InlineData("return")]
    [InlineData("withdraw")]
    public async Task A_draft_cannot_skip_a_step(string step)
    {
        var id = (await service.Create()).Id();
        using var admin = service.As(Guid.CreateVersion7(), "admin");
        await Refused(
            await admin.PostAsJsonAsync($"/api/bulletins/{id}/{step}", new { reason = "lý do" }),
            HttpStatusCode.Conflict,
            "wrong-state"
        );
    }

    public static TheoryData<string, string, string> Closed =>
        new()
        {
            { "GET", "", "point" },
            { "POST", "", "reviewer" },
            { "POST", "", "ops" },
            { "PUT", "/{id}", "officer" },
            { "POST", "/{id}/submit", "reviewer" },
            { "POST", "/{id}/approve", "editor" },
            { "POST", "/{id}/approve", "ops" },
            { "POST", "/{id}/return", "editor" },
            { "POST", "/{id}/withdraw", "editor" },
            { "POST", "/{id}/attachments?name=a.png", "officer" },
            { "GET", "/messages/parked", "editor" },
        };

    [Theory]
    [MemberData(nameof(Closed))]
    public async Task A_role_that_may_not_is_refused(string method, string path, string role)
    {
        using var account = service.As(Guid.CreateVersion7(), role);
        var address =
            "/api/bulletins" + path.Replace("{id}", Guid.CreateVersion7().ToString(), StringComparison.Ordinal);
        await Refused(
            await account.SendAsync(new HttpRequestMessage(new HttpMethod(method), address)),
            HttpStatusCode.Forbidden,
            "forbidden"
        );
        await Refused(
            await service.Process.Client.SendAsync(new HttpRequestMessage(new HttpMethod(method), address)),
            HttpStatusCode.Unauthorized,
            "unauthenticated"
        );
    }

    [Fact]
    public async Task Says_what_was_approved_and_withdrawn_through_the_outbox_in_order()
    {
        var approved = await service.Approved("Bản tin để rút (mẫu)");
        await Ok(
            await service.Reviewer.PostAsJsonAsync(
                $"/api/bulletins/{approved.Id()}/withdraw",
                new { reason = "Sai số liệu" }
            )
        );
        // Nobody takes these messages on this broker: mandatory publishes keep them in sight instead of losing them.
        var rows = await service.Database.Scalar<string>(
            $"SELECT string_agg(type || ' ' || aggregate_version, ',' ORDER BY position) FROM outbox WHERE aggregate_id = '{approved.Id()}'"
        );
        var versions = rows!.Split(',').Select(r => r.Split(' ')).ToList();
        Assert.Equal(
            ["laichau:bulletins:bulletin-published:v1", "laichau:bulletins:bulletin-withdrawn:v1"],
            versions.Select(v => v[0])
        );
        Assert.True(int.Parse(versions[0][1], null) < int.Parse(versions[1][1], null));
    }

    [Fact]
    public async Task Shows_where_the_release_stands_whatever_the_order_of_the_news()
    {
        var id = Guid.Parse((await service.Approved("Bản tin lên sóng (mẫu)")).Id());
        var release = Guid.CreateVersion7();
        await Tell("release-published", release, id, version: 1);
        await Eventually.Holds(async () =>
            (await Ok(await service.Editor.GetAsync($"/api/bulletins/{id}"))).State() == "published"
        );
        await Tell("release-recalled", release, id, version: 3);
        await Tell("release-published", release, id, version: 2);
        await Eventually.Holds(async () =>
            (await Ok(await service.Editor.GetAsync($"/api/bulletins/{id}"))).State() == "withdrawn"
        );
        await Task.Delay(500);
        var end = await Ok(await service.Editor.GetAsync($"/api/bulletins/{id}"));
        Assert.Equal("recalled", end.GetProperty("release").State());
    }

    /// <summary>A message as Catalog sends it, in MassTransit's envelope.</summary>
    private Task Tell(string message, Guid release, Guid bulletin, int version) =>
        service.Broker.Publish(
            $"laichau.catalog.{message}.v1",
            "",
            $$"""
            {"messageId":"{{Guid.CreateVersion7()}}","messageType":["laichau:catalog:{{message}}:v1"],"message":{
              "releaseId":"{{release}}","package":"ban-tin/x","version":1,"feed":"tinh","kind":"bulletin","title":{"vi":"x"},"priority":"normal",
              "languages":["vi"],"size":1,"bulletinId":"{{bulletin}}","publishedAt":"2026-01-01T00:00:00Z","recalledAt":"2026-01-02T00:00:00Z",
              "reason":"sai","aggregateVersion":{{version}} } }
            """,
            new { content_type = "application/vnd.masstransit+json" }
        );
}
