using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using LaiChau.Testing;
using Xunit;

namespace LaiChau.BulletinPublishing.Tests.People;

public sealed class ForgetWriterTests(BulletinService service)
{
    [Fact]
    public async Task Who_wrote_becomes_an_id_and_who_approved_keeps_the_name()
    {
        var (writer, other) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        using var editor = service.Process.ClientWith(TestTokens.Create(writer, "Người Viết Mẫu", ["editor"]));
        using var reviewer = service.Process.ClientWith(TestTokens.Create(other, "Người Duyệt Mẫu", ["reviewer"]));
        using var admin = service.As(Guid.CreateVersion7(), "admin");
        var made = await BulletinService.Ok(
            await editor.PostAsJsonAsync("/api/bulletins", BulletinService.Draft("Bản tin mẫu sẽ quên tên")),
            HttpStatusCode.Created
        );
        await BulletinService.Ok(await editor.PostAsync($"/api/bulletins/{made.Id()}/submit", null));
        await BulletinService.Ok(await reviewer.PostAsync($"/api/bulletins/{made.Id()}/approve", null));
        Assert.Equal(
            "Người Viết Mẫu",
            (await Row(admin, writer)).GetProperty("createdBy").GetProperty("name").GetString()
        );

        await service.Broker.Publish(
            "laichau.points.person-erased.v1",
            "",
            $$"""
            {"messageId":"{{Guid.CreateVersion7()}}","messageType":["laichau:points:person-erased:v1"],"message":{
              "personId":"{{writer}}","erasedAt":"2026-01-02T00:00:00Z","aggregateVersion":1 } }
            """,
            new { content_type = "application/vnd.masstransit+json" }
        );
        await Eventually.Holds(async () =>
            (await Row(admin, writer)).GetProperty("createdBy").GetProperty("name").GetString() == "Người đã xoá"
        );
        Assert.Equal(
            "Người Duyệt Mẫu",
            (await Row(admin, other)).GetProperty("approvedBy").GetProperty("name").GetString()
        );
        Assert.Equal(0, await Count($"audit_personal_parts WHERE strpos(content, '{writer}') > 0"));
        Assert.Equal(
            1,
            await Count(
                $"audit_entries WHERE entity = 'person' AND entity_id = '{writer}' AND strpos(line, '\"parts\":[') > 0"
            )
        );
    }

    private static async Task<JsonElement> Row(HttpClient admin, Guid person)
    {
        var export = await BulletinService.Ok(await admin.GetAsync($"/api/bulletins/people/{person}/export"));
        return Assert.Single(export.GetProperty("rows").GetProperty("bulletin").EnumerateArray());
    }

    private Task<long> Count(string from) => service.Database.Scalar<long>($"SELECT count(*) FROM {from}");
}
