namespace LaiChau.Distribution.Tests;

public sealed class FolderMirrorTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("plane-").FullName;

    [Fact]
    public async Task What_lies_elsewhere_or_has_no_bytes_is_not_there()
    {
        var place = Directory.CreateDirectory(Path.Combine(_folder, "metadata")).FullName;
        await File.WriteAllTextAsync(Path.Combine(_folder, "elsewhere"), "?");
        File.CreateSymbolicLink(Path.Combine(place, "linked.json"), "../elsewhere");
        File.CreateSymbolicLink(Path.Combine(place, "zeros.json"), "/dev/zero");
        Directory.CreateSymbolicLink(Path.Combine(_folder, "objects"), "metadata");
        Directory.CreateDirectory(Path.Combine(place, "folder.json"));
        await File.WriteAllTextAsync(Path.Combine(place, "there.json"), "!");
        using (var made = System.Diagnostics.Process.Start("mkfifo", [Path.Combine(place, "pipe.json")]))
        {
            await made.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
        var stick = new FolderMirror(_folder);

        foreach (var name in (string[])["linked.json", "zeros.json", "folder.json", "pipe.json", "there.json/x"])
        {
            Assert.Null(await stick.FetchMetadata(name, 10, default));
        }
        Assert.Null(await stick.OpenContent("objects/there.json", range: null, default));
        Assert.NotNull(await stick.FetchMetadata("there.json", 10, default));
    }

    [Fact]
    public async Task A_stick_gives_the_same_as_any_mirror()
    {
        var repository = new Repository();
        await repository.Publish(Sample.Description());
        foreach (var (path, bytes) in repository.Plane.Files)
        {
            var file = Path.Combine(_folder, path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            await File.WriteAllBytesAsync(file, bytes);
        }
        var stick = new FolderMirror(_folder);
        var (point, _) = await repository.NewPoint();

        await point.Refresh(stick, repository.Now);
        var feed = await point.LoadFeed("tinh", stick, repository.Now);

        Assert.Single(feed.Current);
        Assert.Null(await stick.FetchMetadata("nothing.json", 10, default));
        Assert.Equal(11, (await stick.FetchMetadata("timestamp.json", 10, default))!.Length);
        await using var part = await stick.OpenContent(PlaneLayout.Timestamp, new ByteRange(3, 5), default);
        Assert.Equal(repository.Plane.Files[PlaneLayout.Timestamp][3], part!.ReadByte());
    }

    [Theory]
    [InlineData("../secret")]
    [InlineData("/etc/passwd")]
    [InlineData("objects//x")]
    public async Task Nothing_leads_out_of_the_folder(string path) =>
        await Assert.ThrowsAsync<ArgumentException>(() => new FolderMirror(_folder).OpenContent(path, null, default));

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
