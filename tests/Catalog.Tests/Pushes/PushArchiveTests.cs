using System.Formats.Tar;
using System.IO.Compression;
using System.Net;
using System.Text;
using static LaiChau.Catalog.Tests.Talk;

namespace LaiChau.Catalog.Tests.Pushes;

/// <summary>Archives of strangers: what is whole becomes a release, what lies is refused with a sentence.</summary>
public sealed class PushArchiveTests : IAsyncLifetime
{
    private const string Zip = "application/zip";
    private const string Gzip = "application/gzip";
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
    public async Task A_zip_and_a_tar_of_the_same_files_hold_the_same()
    {
        var files = Files();
        var zip = await Ok(await Push(Zipped(files), Zip), HttpStatusCode.Created);
        var tar = await Ok(await Push(Tarred(files), Gzip), HttpStatusCode.Created);
        Assert.Equal(Hashes(zip), Hashes(tar));
        Assert.Equal(files.Count, Hashes(zip).Count);
    }

    [Fact]
    public async Task Refuses_a_bomb()
    {
        var bomb = Zipped(new() { ["bom.bin"] = new byte[64 << 20] });
        Assert.True(bomb.Length < 1 << 20);
        await Refused(await Push(bomb, Zip), HttpStatusCode.UnprocessableEntity, "archive-invalid");
        var tar = Tarred(new() { ["bom.bin"] = new byte[64 << 20] });
        await Refused(await Push(tar, Gzip), HttpStatusCode.UnprocessableEntity, "archive-invalid");
    }

    [Fact]
    public async Task Refuses_an_entry_that_is_longer_than_it_says()
    {
        var zip = Zipped(new() { ["a.txt"] = Encoding.UTF8.GetBytes(new string('a', 5_000)) });
        // The uncompressed size in the central directory, which .NET's reader would cut the entry to.
        var directory = zip.AsSpan().LastIndexOf("PK\u0001\u0002"u8);
        BitConverter.TryWriteBytes(zip.AsSpan(directory + 24), 100u);
        await Refused(await Push(zip, Zip), HttpStatusCode.UnprocessableEntity, "archive-invalid");
    }

    [Fact]
    public async Task Refuses_changed_bytes()
    {
        var zip = Zipped(new() { ["a.bin"] = Noise(50_000) });
        zip[20_000] ^= 1;
        await Refused(await Push(zip, Zip), HttpStatusCode.UnprocessableEntity, "archive-invalid");
        var tar = Tarred(new() { ["a.bin"] = Noise(50_000) });
        tar[20_000] ^= 1;
        await Refused(await Push(tar, Gzip), HttpStatusCode.UnprocessableEntity, "archive-invalid");
        await Refused(await Push(zip[..30_000], Zip), HttpStatusCode.UnprocessableEntity, "archive-invalid");
        await Refused(await Push(tar[..30_000], Gzip), HttpStatusCode.UnprocessableEntity, "archive-invalid");
        await Refused(await Push([], Zip), HttpStatusCode.UnprocessableEntity, "archive-invalid");
    }

    [Theory]
    [InlineData("../ngoai.txt")]
    [InlineData("/etc/passwd")]
    [InlineData("a\\..\\b.txt")]
    public async Task Refuses_a_path_that_could_leave_its_folder(string path)
    {
        await Refused(
            await Push(Zipped(new() { [path] = [1] }), Zip),
            HttpStatusCode.UnprocessableEntity,
            "release-invalid"
        );
        await Refused(
            await Push(Tarred(new() { [path] = [1] }), Gzip),
            HttpStatusCode.UnprocessableEntity,
            "release-invalid"
        );
    }

    [Theory]
    [InlineData(TarEntryType.SymbolicLink)]
    [InlineData(TarEntryType.HardLink)]
    [InlineData(TarEntryType.CharacterDevice)]
    public async Task Refuses_links_and_devices(TarEntryType type)
    {
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        await using (var tar = new TarWriter(gzip))
        {
            var entry = new PaxTarEntry(type, "lien-ket");
            if (type is not TarEntryType.CharacterDevice)
            {
                entry.LinkName = "/etc/passwd";
            }
            await tar.WriteEntryAsync(entry);
        }
        await Refused(await Push(packed.ToArray(), Gzip), HttpStatusCode.UnprocessableEntity, "archive-invalid");
    }

    [Fact]
    public async Task Refuses_two_files_of_one_name() =>
        await Refused(
            await Push(ZippedAll([("a.txt", [1]), ("A.txt", [2])]), Zip),
            HttpStatusCode.UnprocessableEntity,
            "release-invalid"
        );

    [Theory]
    [InlineData("application/x-rar", "unsupported-media-type")]
    [InlineData(null, "archive-type-unknown")]
    public async Task Takes_archives_only(string? type, string code) =>
        await Refused(await Push([1, 2, 3], type), HttpStatusCode.UnsupportedMediaType, code);

    [Theory]
    [InlineData("application/x-zip-compressed")]
    [InlineData("application/zip")]
    public async Task Takes_a_zip_by_either_name(string type) =>
        await Ok(await Push(Zipped(Files()), type), HttpStatusCode.Created);

    private Task<HttpResponseMessage> Push(byte[] archive, string? type) =>
        editor.PostAsync(
            $"/api/catalog/releases?package={NewPackage()}&title.vi=G%C3%B3i&language=vi&category=smart-farming",
            type is null ? new ByteArrayContent(archive) : Bytes(archive, type)
        );

    private static List<string> Hashes(global::System.Text.Json.JsonElement release) =>
        [
            .. release
                .GetProperty("files")
                .EnumerateArray()
                .Select(f => $"{f.GetProperty("path").GetString()} {f.GetProperty("sha256").GetString()}")
                .Order(StringComparer.Ordinal),
        ];

    private static byte[] Zipped(Dictionary<string, byte[]> files) =>
        ZippedAll([.. files.Select(f => (f.Key, f.Value))]);

    private static byte[] ZippedAll(List<(string Path, byte[] Bytes)> files)
    {
        using var packed = new MemoryStream();
        using (var zip = new ZipArchive(packed, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (path, bytes) in files)
            {
                using var entry = zip.CreateEntry(path, CompressionLevel.SmallestSize).Open();
                entry.Write(bytes);
            }
        }
        return packed.ToArray();
    }

    private static byte[] Tarred(Dictionary<string, byte[]> files)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        using (var tar = new TarWriter(gzip))
        {
            foreach (var (path, bytes) in files)
            {
                using var content = new MemoryStream(bytes);
                tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, path) { DataStream = content });
            }
        }
        return packed.ToArray();
    }
}
