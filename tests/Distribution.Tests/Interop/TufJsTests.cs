using LaiChau.Testing;

namespace LaiChau.Distribution.Tests.Interop;

/// <summary>Another implementation reads what the writer wrote, bins and rotations included.</summary>
public sealed class TufJsTests : IDisposable
{
    private readonly Repository _repository = new(TimeProvider.System.GetUtcNow(), rootThreshold: 2);
    private readonly string _folder = Directory.CreateTempSubdirectory("plane-").FullName;

    [Fact]
    public async Task It_finds_releases_in_bins_follows_what_changes_and_refuses_what_is_older()
    {
        var ids = await _repository.PublishMany(40);
        var old = _repository.Plane.Copy();
        Lay(_repository.Plane);
        await using var reader = await TufJs.Of(_folder);

        var (found, refused) = await reader.Read(Target(ids[0]), Target(ids[39]), Target(Guid.CreateVersion7()), "x/y");
        Assert.Null(refused);
        Assert.Equal([true, true, false, false], found.Select(f => f["found"]!.GetValue<bool>()));
        Assert.Equal((await Found(ids[39])).Sha256.ToString(), found[1]["sha256"]!.GetValue<string>());

        // Keys change, a release goes, another comes.
        var design = _repository.Design with
        {
            Timestamp = Publishing("timestamp-2"),
            Feeds = new Dictionary<string, Distribution.Publishing.RoleSigners> { ["tinh"] = Publishing("tinh-2") },
        };
        _repository.Apply(
            new() { Design = design, Feeds = [new("tinh") { Withdraw = [ids[0]] }] },
            [.. _repository.Keys, Repository.Key("timestamp-2"), Repository.Key("tinh-2")]
        );
        Lay(_repository.Plane);
        (found, refused) = await reader.Read(Target(ids[0]), Target(ids[39]));
        Assert.Null(refused);
        Assert.Equal([false, true], found.Select(f => f["found"]!.GetValue<bool>()));

        Lay(old);
        (_, refused) = await reader.Read();
        Assert.NotNull(refused);
        Assert.Contains("timestamp", refused, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task It_refuses_a_manifest_that_is_not_the_signed_one()
    {
        var id = (await _repository.PublishMany(1))[0];
        Lay(_repository.Plane);
        var file = Path.Combine(_folder, (await Found(id)).PlanePath);
        var bytes = await File.ReadAllBytesAsync(file);
        bytes[^3] ^= 1;
        await File.WriteAllBytesAsync(file, bytes);
        await using var reader = await TufJs.Of(_folder);

        var (_, refused) = await reader.Read(Target(id));

        Assert.Contains("hash", refused, StringComparison.OrdinalIgnoreCase);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string Target(Guid release) => PlaneLayout.ReleaseTarget("tinh", release);

    private static Distribution.Publishing.RoleSigners Publishing(string key) =>
        Distribution.Publishing.RoleSigners.One(Repository.Key(key));

    private async Task<Distribution.Trust.TrustedTarget> Found(Guid release)
    {
        var (point, _) = await _repository.NewPoint();
        await point.Refresh(_repository.Plane, _repository.Now);
        return (await point.FindTarget(Target(release), _repository.Plane, _repository.Now))!;
    }

    private void Lay(Plane plane)
    {
        foreach (var (path, bytes) in plane.Files)
        {
            var file = Path.Combine(_folder, path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllBytes(file, bytes);
        }
    }
}
