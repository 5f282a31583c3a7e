using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using static LaiChau.Catalog.Tests.Talk;

namespace LaiChau.Catalog.Tests.Pushes;

public sealed class PushReleaseTests : IAsyncLifetime
{
    private Place place = null!;
    private CatalogHost host = null!;
    private HttpClient editor = null!;

    public async ValueTask InitializeAsync()
    {
        place = Place.Standalone();
        host = await CatalogHost.Start(place);
        editor = host.Editor();
    }

    public async ValueTask DisposeAsync()
    {
        editor.Dispose();
        await host.DisposeAsync();
        await place.DisposeAsync();
    }

    [Fact]
    public async Task Goes_on_where_it_was_after_a_drop()
    {
        var (json, blocks) = await Declare(NewPackage(), Files());
        var push = await Ok(await editor.PostAsJsonAsync("/api/catalog/pushes", json), HttpStatusCode.Created);
        var missing = push.GetProperty("missing").Strings();
        Assert.True(missing.Count > 2);
        await editor.Put(missing[0], blocks[missing[0]]);
        await Refused(await editor.Complete(push.Id()), HttpStatusCode.Conflict, "blocks-missing");

        var left = (await Ok(await editor.GetAsync($"/api/catalog/pushes/{push.Id()}")))
            .GetProperty("missing")
            .Strings();
        Assert.Equal(missing.Skip(1).Order(), left.Order());
        foreach (var sha256 in left)
        {
            await editor.Put(sha256, blocks[sha256]);
        }
        Assert.Equal("awaitingApproval", (await Ok(await editor.Complete(push.Id()), HttpStatusCode.Created)).State());
    }

    [Fact]
    public async Task A_release_cites_an_act_by_its_number_and_another_act_makes_another_release()
    {
        var (json, _) = await Declare(NewPackage(), Files());
        await editor.Push(NewPackage(), Files());
        json["act"] = "3658/HD-UBND";
        var push = await Ok(await editor.PostAsJsonAsync("/api/catalog/pushes", json), HttpStatusCode.Created);
        var release = await Ok(await editor.Complete(push.Id()), HttpStatusCode.Created);
        Assert.Equal("3658/HD-UBND", release.GetProperty("act").GetString());
        var shown = await Ok(await editor.GetAsync($"/api/catalog/releases/{release.Id()}"));
        Assert.Equal("3658/HD-UBND", shown.GetProperty("act").GetString());

        json["act"] = "20/2020/QĐ-TTg";
        var other = await Ok(await editor.PostAsJsonAsync("/api/catalog/pushes", json), HttpStatusCode.Created);
        Assert.NotEqual(push.Id(), other.Id());
    }

    [Fact]
    public async Task A_second_package_with_the_same_files_sends_nothing()
    {
        await editor.Push(NewPackage(), Files());
        var (json, _) = await Declare(NewPackage(), Files());
        var push = await Ok(await editor.PostAsJsonAsync("/api/catalog/pushes", json), HttpStatusCode.Created);
        Assert.Empty(push.GetProperty("missing").Strings());
    }

    [Fact]
    public async Task A_block_must_be_what_it_is_named()
    {
        var (_, blocks) = await Declare(NewPackage(), Files());
        var sha256 = blocks.Keys.First();
        await Refused(
            await editor.PutAsync($"/api/catalog/blocks/{sha256}", Bytes([1, 2, 3])),
            HttpStatusCode.UnprocessableEntity,
            "block-hash-mismatch"
        );
        await Refused(
            await editor.PutAsync($"/api/catalog/blocks/{sha256}", Bytes(Noise(600 * 1024))),
            HttpStatusCode.RequestEntityTooLarge,
            "block-too-large"
        );
    }

    [Fact]
    public async Task A_file_must_be_what_its_blocks_are()
    {
        var (json, blocks) = await Declare(NewPackage(), Files());
        var file = json["files"]!.AsArray().Single(f => f!["blocks"]!.AsArray().Count > 1)!;
        file["sha256"] = new string('0', 64);
        var push = await Ok(await editor.PostAsJsonAsync("/api/catalog/pushes", json), HttpStatusCode.Created);
        foreach (var sha256 in push.GetProperty("missing").Strings())
        {
            await editor.Put(sha256, blocks[sha256]);
        }
        await Refused(await editor.Complete(push.Id()), HttpStatusCode.UnprocessableEntity, "file-hash-mismatch");
    }

    [Theory]
    [InlineData("../ngoai.txt")]
    [InlineData("/etc/passwd")]
    [InlineData("a//b.txt")]
    [InlineData("a\\b.txt")]
    [InlineData("CON")]
    [InlineData("a/./b")]
    [InlineData("")]
    public async Task Refuses_a_path_that_could_leave_its_folder(string path)
    {
        var (json, _) = await Declare(NewPackage(), Files());
        json["files"]![0]!["path"] = path;
        await Refused(
            await editor.PostAsJsonAsync("/api/catalog/pushes", json),
            HttpStatusCode.UnprocessableEntity,
            "release-invalid"
        );
    }

    [Theory]
    [InlineData("package", "\"Không Hợp Lệ\"")]
    [InlineData("category", "\"nonesuch\"")]
    [InlineData("languages", "[]")]
    [InlineData("languages", "[\"tiếng Việt\"]")]
    [InlineData("title", "{}")]
    [InlineData("files", "[]")]
    [InlineData("act", "\"Hướng dẫn của tỉnh\"")]
    public async Task Refuses_a_release_that_says_too_little(string field, string value)
    {
        var (json, _) = await Declare(NewPackage(), Files());
        json[field] = JsonNode.Parse(value);
        await Refused(
            await editor.PostAsJsonAsync("/api/catalog/pushes", json),
            HttpStatusCode.UnprocessableEntity,
            "release-invalid"
        );
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{}")]
    public async Task Refuses_what_is_no_push(string body)
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var answer = await editor.PostAsync("/api/catalog/pushes", content);
        Assert.True(
            answer.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity,
            $"{answer.StatusCode}"
        );
    }
}
