using System.Net;
using System.Net.Http.Json;
using static LaiChau.Catalog.Tests.Talk;

namespace LaiChau.Catalog.Tests.Packages;

public sealed class DecideReleaseTests
{
    [Fact]
    public async Task Nobody_approves_what_they_pushed_and_an_editor_nothing_at_all()
    {
        await using var place = Place.Standalone();
        await using var host = await CatalogHost.Start(place);
        var both = Guid.CreateVersion7();
        using var author = host.As(both, "editor", "reviewer");
        using var editor = host.Editor();
        using var anonymous = new HttpClient { BaseAddress = host.Address };
        var release = (await author.Push(NewPackage(), Files())).Id();

        await Refused(await author.Approve(release), HttpStatusCode.Forbidden, "author-cannot-approve");
        await Refused(await editor.Approve(release), HttpStatusCode.Forbidden, "forbidden");
        await Refused(await editor.Recall(release), HttpStatusCode.Forbidden, "forbidden");
        await Refused(await anonymous.Approve(release), HttpStatusCode.Unauthorized, "unauthenticated");
        using var reviewer = host.Reviewer();
        await Refused(
            await reviewer.PostAsJsonAsync("/api/catalog/pushes", (await Declare(NewPackage(), Files())).Json),
            HttpStatusCode.Forbidden,
            "forbidden"
        );
        Assert.Equal("awaitingApproval", (await reviewer.Release(release)).State());
    }

    [Fact]
    public async Task Of_many_who_approve_at_once_one_does()
    {
        await using var place = await Place.Cluster();
        await using var host = await CatalogHost.Start(place);
        using var editor = host.Editor();
        var release = (await editor.Push(NewPackage(), Files())).Id();
        var answers = await Task.WhenAll(
            Enumerable
                .Range(0, 6)
                .Select(async _ =>
                {
                    using var reviewer = host.Reviewer(Guid.CreateVersion7());
                    using var answer = await reviewer.Approve(release);
                    return answer.StatusCode;
                })
        );
        Assert.Equal(1, answers.Count(a => a == HttpStatusCode.Accepted));
        Assert.All(answers.Where(a => a != HttpStatusCode.Accepted), a => Assert.Equal(HttpStatusCode.Conflict, a));
    }

    [Fact]
    public async Task A_rejected_release_stays_rejected()
    {
        await using var place = Place.Standalone();
        await using var host = await CatalogHost.Start(place);
        using var editor = host.Editor();
        using var reviewer = host.Reviewer();
        var release = (await editor.Push(NewPackage(), Files())).Id();
        await Refused(
            await reviewer.PostAsJsonAsync($"/api/catalog/releases/{release}/reject", new { reason = " " }),
            HttpStatusCode.UnprocessableEntity,
            "reason-invalid"
        );
        await Ok(
            await reviewer.PostAsJsonAsync($"/api/catalog/releases/{release}/reject", new { reason = "Ảnh mờ (mẫu)" })
        );
        await Refused(await reviewer.Approve(release), HttpStatusCode.Conflict, "wrong-state");
        await Refused(await reviewer.Recall(release), HttpStatusCode.Conflict, "wrong-state");
    }

    [Fact]
    public async Task An_older_release_is_not_approved_over_a_newer_one()
    {
        await using var place = Place.Standalone();
        await using var host = await CatalogHost.Start(place);
        using var editor = host.Editor();
        using var reviewer = host.Reviewer();
        var package = NewPackage();
        var older = (await editor.Push(package, Files(1))).Id();
        await host.Published(package, Files(2));
        await Refused(await reviewer.Approve(older), HttpStatusCode.Conflict, "newer-release-published");
    }

    [Theory]
    [InlineData("state=awaitingApproval", 1)]
    [InlineData("state=AWAITINGAPPROVAL", 1)]
    [InlineData("state=published", 0)]
    public async Task Lists_by_state_as_the_answers_write_it(string query, int found)
    {
        await using var place = Place.Standalone();
        await using var host = await CatalogHost.Start(place);
        using var editor = host.Editor();
        await editor.Push(NewPackage(), Files());
        var page = await Ok(await editor.GetAsync($"/api/catalog/releases?{query}"));
        Assert.Equal(found, page.GetProperty("items").GetArrayLength());
    }

    [Theory]
    [InlineData("state=nonesuch")]
    [InlineData("state=2")]
    [InlineData("limit=many")]
    public async Task Refuses_a_list_that_it_cannot_read(string query)
    {
        await using var place = Place.Standalone();
        await using var host = await CatalogHost.Start(place);
        using var editor = host.Editor();
        await Refused(
            await editor.GetAsync($"/api/catalog/releases?{query}"),
            HttpStatusCode.BadRequest,
            "bad-request"
        );
    }
}
