using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using LaiChau.Catalog.Packages;
using LaiChau.Contracts.Catalog;
using LaiChau.Distribution;
using LaiChau.Distribution.Trust;
using LaiChau.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using static LaiChau.Catalog.Tests.Talk;

namespace LaiChau.Catalog.Tests.Plane;

/// <summary>
/// An upgrade. <c>format1.zip</c> is what the catalog kept and published before format 2 was there: <c>mau/che</c> in two versions,
/// <c>mau/que</c> in one, and <c>mau/cu</c>, recalled.
/// </summary>
public sealed class RepublishReleaseTests
{
    private static readonly DateTimeOffset Then = new(2026, 11, 25, 4, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task What_was_published_before_is_published_anew_under_the_same_id_and_nobody_is_told()
    {
        await using var place = Former();
        await using var host = await CatalogHost.Start(place);
        var point = new PointReader { Now = Then };
        await Eventually.Holds(() => host.Query(db => db.Releases.AllAsync(r => r.FollowUp == FollowUp.None)));

        await Eventually.Passes(async () =>
            Assert.All((await point.Read(host.Plane())).Releases, r => Assert.True(r.IsFetchable))
        );
        var feed = await point.Read(host.Plane());
        Assert.Equal(
            [("mau/que", 1), ("mau/che", 2)],
            feed.Current.Select(r => (r.Release.Package, r.Release.Version))
        );
        Assert.Equal(await Published(host), feed.Releases.Select(r => r.Release.ReleaseId).Order());
        Assert.Single(feed.Recalls);
        var held = await PointReader.Install(host.Plane(), feed.Current[1]);
        Assert.Equal(Edition(2), held.Files);
        Assert.Equal(Edition(4), await PointReader.Rebuild(host.Plane(), feed.Current[0]));

        // It is a base like any other from now on; the one before it never had a manifest that is read today.
        var newer = new Dictionary<string, byte[]>(Edition(2)) { ["index.html"] = "Bản mới"u8.ToArray() };
        await host.WithDeltas("mau/che", newer);
        var next = (await point.Read(host.Plane())).Current.Single(r => r.Release.Package == "mau/che");
        Assert.Equal(held.Manifest.Release.ReleaseId, Assert.Single(next.Deltas).From);
        Assert.Equal(newer, (await PointReader.Update(host.Plane(), next, held)).Files);
        await Eventually.Holds(() => Task.FromResult(!place.Heard.IsEmpty));
        Assert.Equal(3, Assert.IsType<ReleasePublished>(Assert.Single(place.Heard)).Version);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Stopped_at_any_write_it_goes_on_later_and_no_reader_misses_a_release(bool isDone)
    {
        for (var write = 1; ; write++)
        {
            await using var place = Former();
            var point = new PointReader { Now = Then };
            var isBroken = await Break(place, write, isDone);
            var between = await point.Read(new FolderMirror(Path.Combine(place.Folder, "objects", "content")));
            Assert.Equal(["mau/que", "mau/che"], between.Current.Select(r => r.Release.Package));
            await using var host = await CatalogHost.Start(place);
            await Eventually.Passes(async () =>
                Assert.All((await point.Read(host.Plane())).Releases, r => Assert.True(r.IsFetchable))
            );
            var feed = await point.Read(host.Plane());
            Assert.Equal(Edition(4), await PointReader.Rebuild(host.Plane(), feed.Current[0]));
            Assert.Equal(Edition(2), await PointReader.Rebuild(host.Plane(), feed.Current[1]));
            if (!isBroken)
            {
                Assert.True(write > 12, $"Only {write - 1} writes were broken.");
                return;
            }
        }
    }

    [Fact]
    public async Task On_PostgreSQL_too()
    {
        await using var place = await Place.Cluster();
        var id = Guid.CreateVersion7();
        await using (
            var db = new CatalogDb(
                new DbContextOptionsBuilder<CatalogDb>().UseNpgsql(place.Settings["ConnectionStrings:Catalog"]).Options
            )
        )
        {
            await db.GetService<IMigrator>().MigrateAsync("Initial");
            await db.Database.ExecuteSqlAsync(
                $$"""
                INSERT INTO releases (id, package, version, feed, kind, state, title, summary, category, priority, languages, size,
                    author_id, author_name, created_at, approved_at, published_at, recall_message, revision, attempts)
                VALUES ({{id}}, 'mau/che', 7, 'tinh', 'Package', 'Published', '{"vi":"Mẫu"}', '{}', 'smart-farming', 'Normal', '["vi"]', 0,
                    {{id}}, 'Mẫu', {{Then}}, {{Then}}, {{Then}}, '{}', 3, 0)
                """
            );
        }
        await using var host = await CatalogHost.Start(place);
        await Eventually.Passes(async () =>
        {
            var release = Assert.Single((await new PointReader().Read(host.Plane())).Current);
            Assert.Equal((id, 7, true), (release.Release.ReleaseId, release.Release.Version, release.IsFetchable));
        });
        using var reviewer = host.Reviewer();
        Assert.Equal(Then, (await reviewer.Release(id.ToString())).GetProperty("publishedAt").GetDateTimeOffset());
        Assert.Empty(place.Heard);
    }

    private static async Task<bool> Break(Place place, int write, bool isDone)
    {
        await using var killed = await CatalogHost.Start(place, b => BrokenStore.Use(b, write, isDone));
        await Eventually.Holds(async () => killed.Services.IsBroken() || await killed.Query(db => IsThrough(db)));
        return killed.Services.IsBroken();
    }

    private static Task<bool> IsThrough(CatalogDb db) =>
        db.Releases.AllAsync(r => r.State != ReleaseState.Published || r.ManifestSha256 != null);

    private static async Task<IEnumerable<Guid>> Published(CatalogHost host) =>
        await host.Query(db =>
            db.Releases.Where(r => r.State == ReleaseState.Published).Select(r => r.Id).Order().ToListAsync()
        );

    private static Place Former()
    {
        var place = Place.Standalone();
        var zip = Path.Combine(Repository.Root, "tests", "Catalog.Tests", "Plane", "format1.zip");
        ZipFile.ExtractToDirectory(zip, place.Folder);
        Directory.CreateDirectory(place.Keys);
        foreach (var name in (string[])["root", "targets", "snapshot", "timestamp", "feed-tinh"])
        {
            using var key = SigningKey.FromSeed(SHA256.HashData(Encoding.UTF8.GetBytes($"mẫu/{name}")));
            File.WriteAllText(Path.Combine(place.Keys, $"{name}.pem"), key.ToPem());
        }
        return place;
    }

    private static Dictionary<string, byte[]> Edition(int version) =>
        new()
        {
            ["index.html"] = Encoding.UTF8.GetBytes($"<h1>Chăm sóc chè Shan (mẫu), bản {version}</h1>"),
            ["ảnh/vườn.jpg"] = Noise(3_000, version),
        };
}
