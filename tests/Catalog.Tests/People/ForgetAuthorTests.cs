using System.Text.Json;
using LaiChau.Contracts.Bulletins;
using LaiChau.Contracts.Points;
using LaiChau.Testing;
using Xunit;
using static LaiChau.Catalog.Tests.Talk;

namespace LaiChau.Catalog.Tests.People;

public sealed class ForgetAuthorTests
{
    private const string Writer = "Người Viết Mẫu Sẽ Xoá";

    [Fact]
    public async Task Who_pushed_and_who_wrote_the_bulletin_of_a_release_become_an_id()
    {
        await using var place = await Place.Cluster();
        await using var host = await CatalogHost.Start(place);
        var (writer, reviewer) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        using var editor = host.Editor(writer);
        await editor.Push(NewPackage(), Files());
        await host.Neighbour.Say(Bulletin(writer, reviewer));
        using var admin = host.As(Guid.CreateVersion7(), "admin");
        await Eventually.Holds(async () => (await Releases(admin, writer)).Count == 2);

        await host.Neighbour.Say(
            new PersonErased
            {
                PersonId = writer,
                ErasedAt = TimeProvider.System.GetUtcNow(),
                AggregateVersion = 1,
            }
        );
        await Eventually.Holds(async () =>
            (await Releases(admin, writer)).TrueForAll(r => r.GetProperty("authorName").GetString() == "Người đã xoá")
        );
        Assert.Equal(
            0,
            await place.Database.Scalar<long>($"SELECT count(*) FROM releases r WHERE strpos(r::text, '{Writer}') > 0")
        );
        var made = Assert.Single(await Releases(admin, writer), r => r.TryGetProperty("bulletin", out _));
        Assert.Equal("Người đã xoá", made.GetProperty("bulletin").GetProperty("createdByName").GetString());
        Assert.Equal("Người Duyệt Mẫu", made.GetProperty("bulletin").GetProperty("approvedByName").GetString());
        Assert.Equal("Người Duyệt Mẫu", made.GetProperty("approvedByName").GetString());
    }

    private static async Task<List<JsonElement>> Releases(HttpClient admin, Guid person)
    {
        var export = JsonElement.Parse(await admin.GetStringAsync($"/api/catalog/people/{person}/export"));
        return export.GetProperty("rows").TryGetProperty("releases", out var rows) ? [.. rows.EnumerateArray()] : [];
    }

    private static BulletinPublished Bulletin(Guid writer, Guid reviewer) =>
        new()
        {
            BulletinId = Guid.CreateVersion7(),
            Slug = $"mau-{Guid.CreateVersion7():N}",
            Revision = 1,
            Feed = "tinh",
            Category = "daily-life",
            Level = "local",
            Priority = "normal",
            Author = "Ban biên tập (mẫu)",
            Office = "Cơ quan mẫu",
            Texts =
            [
                new()
                {
                    Language = "vi",
                    Title = "Bản tin mẫu",
                    Lead = "Mẫu.",
                    Body = "Mẫu.",
                },
            ],
            Attachments = [],
            CreatedById = writer,
            CreatedByName = Writer,
            ApprovedById = reviewer,
            ApprovedByName = "Người Duyệt Mẫu",
            ApprovedAt = TimeProvider.System.GetUtcNow(),
            AggregateVersion = 1,
        };
}
