namespace LaiChau.Distribution.Tests;

public sealed class FolderMirrorTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("plane-").FullName;

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
