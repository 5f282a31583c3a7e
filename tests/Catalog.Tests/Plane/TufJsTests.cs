using LaiChau.Distribution;
using LaiChau.Testing;
using static LaiChau.Catalog.Tests.Talk;

namespace LaiChau.Catalog.Tests.Plane;

public sealed class TufJsTests
{
    [Fact]
    public async Task Another_implementation_reads_what_the_catalog_wrote()
    {
        await using var place = Place.Standalone();
        await using var host = await CatalogHost.Start(place);
        var package = NewPackage();
        var first = Guid.Parse((await host.Published(package, Files(1))).Id());
        await using var reader = await TufJs.Of(Path.Combine(place.Folder, "objects", "content"));

        var (found, refused) = await reader.Read(PlaneLayout.ReleaseTarget("tinh", first));
        Assert.Null(refused);
        Assert.Equal(1, found.Single()["version"]!.GetValue<int>());

        var second = Guid.Parse((await host.Published(package, Files(2))).Id());
        (found, refused) = await reader.Read(
            PlaneLayout.ReleaseTarget("tinh", first),
            PlaneLayout.ReleaseTarget("tinh", second)
        );
        Assert.Null(refused);
        Assert.Equal([false, true], found.Select(f => f["found"]!.GetValue<bool>()));
        var current = Assert.Single((await new PointReader().Read(host.Plane())).Current);
        Assert.Equal(current.Manifest.Sha256.ToString(), found[1]["sha256"]!.GetValue<string>());
    }
}
