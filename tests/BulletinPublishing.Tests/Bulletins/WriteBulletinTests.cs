using System.Net;
using System.Net.Http.Json;
using System.Text;
using static LaiChau.BulletinPublishing.Tests.BulletinService;

namespace LaiChau.BulletinPublishing.Tests.Bulletins;

public sealed class WriteBulletinTests(BulletinService service)
{
    [Fact]
    public async Task Makes_a_slug_of_the_Vietnamese_title_and_numbers_the_next()
    {
        var title = $"Đường lên bản Ứ {Guid.CreateVersion7():N}";
        var first = await service.Create(title);
        var second = await service.Create(title);
        var slug = first.GetProperty("slug").GetString()!;
        Assert.StartsWith("duong-len-ban-u-", slug, StringComparison.Ordinal);
        Assert.Equal(slug + "-2", second.GetProperty("slug").GetString());
        Assert.Equal("draft", first.State());
    }

    [Fact]
    public async Task Keeps_text_composed_whatever_the_keyboard_sent()
    {
        var title = $"Bản tin khẩn {Guid.CreateVersion7():N}";
        var made = await service.Create(title.Normalize(NormalizationForm.FormD));
        Assert.Equal(
            title.Normalize(NormalizationForm.FormC),
            made.GetProperty("texts")[0].GetProperty("title").GetString()
        );
    }

    [Fact]
    public async Task Numbers_the_slugs_of_bulletins_with_the_same_title_written_at_once()
    {
        var title = $"Cùng một tiêu đề {Guid.CreateVersion7():N}";
        var made = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => service.Create(title)));
        Assert.Equal(8, made.Select(b => b.GetProperty("slug").GetString()).Distinct().Count());
    }

    [Fact]
    public async Task Refuses_a_slug_that_is_taken()
    {
        var slug = $"mau-{Guid.CreateVersion7():N}";
        await Ok(await service.Editor.PostAsJsonAsync("/api/bulletins", Draft(slug: slug)), HttpStatusCode.Created);
        await Refused(
            await service.Editor.PostAsJsonAsync("/api/bulletins", Draft(slug: slug)),
            HttpStatusCode.Conflict,
            "slug-taken"
        );
    }

    [Theory]
    [InlineData(
        """{"category":"no-such","level":"local","author":"a","office":"o","texts":[{"language":"vi","title":"t","lead":"l","body":"b"}]}""",
        "category"
    )]
    [InlineData(
        """{"category":"daily-life","level":"local","author":"a","office":"o","texts":[{"language":"hni","title":"t","lead":"l","body":"b"}]}""",
        "texts"
    )]
    [InlineData(
        """{"category":"daily-life","level":"local","author":" ","office":"o","texts":[{"language":"vi","title":"t","lead":"l","body":"b"}]}""",
        "author"
    )]
    [InlineData(
        """{"category":"daily-life","level":"local","author":"a","office":"o","texts":[{"language":"vi","title":"t","lead":"l","body":"l and more"}]}""",
        "texts[0].lead"
    )]
    [InlineData(
        """{"category":"daily-life","level":"local","author":"a","office":"o","texts":[{"language":"tiếng Việt","title":"t","lead":"l","body":"b"}]}""",
        "texts[0].language"
    )]
    [InlineData(
        """{"category":"daily-life","level":"local","author":"a","office":"o","slug":"../x","texts":[{"language":"vi","title":"t","lead":"l","body":"b"}]}""",
        "slug"
    )]
    [InlineData(
        """{"category":"daily-life","level":"local","author":"a","office":"o","validFrom":"2026-02-02T00:00:00Z","validUntil":"2026-02-01T00:00:00Z","texts":[{"language":"vi","title":"t","lead":"l","body":"b"}]}""",
        "validUntil"
    )]
    public async Task Names_the_field_that_is_wrong(string body, string field)
    {
        using var answer = await service.Editor.PostAsync(
            "/api/bulletins",
            new StringContent(body, Encoding.UTF8, "application/json")
        );
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        var problem = await answer.Content.ReadFromJsonAsync<System.Text.Json.JsonElement>();
        Assert.Equal("bulletin-invalid", problem.GetProperty("code").GetString());
        Assert.True(problem.GetProperty("errors").TryGetProperty(field, out _), problem.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("""{"category":null}""")]
    [InlineData("""{"category":"daily-life","level":"galactic","author":"a","office":"o","texts":[]}""")]
    public async Task Refuses_what_is_no_bulletin(string body) =>
        await Refused(
            await service.Editor.PostAsync(
                "/api/bulletins",
                new StringContent(body, Encoding.UTF8, "application/json")
            ),
            HttpStatusCode.BadRequest,
            "bad-request"
        );

    [Fact]
    public async Task A_draft_can_be_changed_and_a_submitted_one_cannot()
    {
        var id = (await service.Create()).Id();
        await Ok(await service.Editor.PutAsJsonAsync($"/api/bulletins/{id}", Draft("Tiêu đề đã sửa (mẫu)")));
        await Ok(await service.Editor.PostAsync($"/api/bulletins/{id}/submit", null));
        await Refused(
            await service.Editor.PutAsJsonAsync($"/api/bulletins/{id}", Draft("Sửa lén")),
            HttpStatusCode.Conflict,
            "wrong-state"
        );
        var read = await Ok(await service.Editor.GetAsync($"/api/bulletins/{id}"));
        Assert.Equal("Tiêu đề đã sửa (mẫu)", read.GetProperty("texts")[0].GetProperty("title").GetString());
    }

    [Fact]
    public async Task Lists_page_by_page_without_a_gap_or_a_repeat()
    {
        var made = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            made.Add((await service.Create()).Id());
        }
        var seen = new List<string>();
        string? after = null;
        do
        {
            var page = await Ok(
                await service.Editor.GetAsync($"/api/bulletins?limit=2{(after is null ? "" : $"&after={after}")}")
            );
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(b => b.Id()));
            after = page.TryGetProperty("next", out var next) ? next.GetString() : null;
        } while (after is not null);
        Assert.Equal(seen.Distinct(), seen);
        Assert.Empty(made.Except(seen));
    }
}
