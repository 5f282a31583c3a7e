using System.Text;
using LaiChau.Cli.Push;
using LaiChau.Distribution.Content;

namespace LaiChau.Cli.Tests.Push;

public sealed class FolderScanTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Finds_every_file_with_its_path_in_order()
    {
        folder.With("index.html", "a").With("hinh/2.png", "bb").With("hinh/1.png", "ccc");

        var files = FolderScan.Scan(folder.Path);

        Assert.Equal([("hinh/1.png", 3L), ("hinh/2.png", 2L), ("index.html", 1L)], files.Select(f => (f.Path, f.Size)));
    }

    [Fact]
    public void Writes_paths_in_nfc_however_the_disk_spells_them()
    {
        var typed = "chè Shan.html".Normalize(NormalizationForm.FormD);
        folder.With(typed, "a");

        var file = Assert.Single(FolderScan.Scan(folder.Path));

        Assert.Equal("chè Shan.html".Normalize(NormalizationForm.FormC), file.Path);
        Assert.EndsWith(typed, file.FullName, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(".git/config", "ẩn")]
    [InlineData("anh/.DS_Store", "ẩn")]
    [InlineData("hoi?.html", "ký tự")]
    [InlineData("a\\b.html", "ký tự")]
    [InlineData("dong\nmoi.html", "ký tự")]
    [InlineData("con.txt", "Windows")]
    [InlineData("tep.", "dấu chấm")]
    [InlineData("tep ", "dấu cách")]
    [InlineData("a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p/q.txt", "sâu quá")]
    public void Refuses_names_that_cannot_live_everywhere(string path, string why)
    {
        folder.With("index.html", "a").With(path, "b");

        var refused = Assert.Throws<FolderRefusedException>(() => FolderScan.Scan(folder.Path));

        Assert.Contains(why, Assert.Single(refused.Faults), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(121, 1)]
    [InlineData(100, 6)]
    public void Refuses_a_name_or_a_path_that_is_too_long(int letters, int parts)
    {
        folder.With(string.Join('/', Enumerable.Repeat(new string('đ', letters), parts)), "a");

        Assert.Contains(
            "dài quá",
            Assert.Throws<FolderRefusedException>(() => FolderScan.Scan(folder.Path)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Refuses_links()
    {
        folder.With("index.html", "a");
        File.CreateSymbolicLink(Path.Combine(folder.Path, "mat-khau"), "/etc/passwd");

        Assert.Contains(
            "liên kết",
            Assert.Throws<FolderRefusedException>(() => FolderScan.Scan(folder.Path)).Message,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("Anh.png", "anh.png")]
    [InlineData("anh", "Anh/1.png")]
    [InlineData("che\u0300.png", "ch\u00e8.png")]
    public void Refuses_two_names_that_are_one_elsewhere(string one, string other)
    {
        folder.With(one, "a").With(other, "b");

        Assert.Contains(
            "Trùng tên",
            Assert.Throws<FolderRefusedException>(() => FolderScan.Scan(folder.Path)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Names_every_fault_at_once()
    {
        folder.With(".env", "a").With("hoi?.html", "b").With("nul", "c");

        Assert.Equal(3, Assert.Throws<FolderRefusedException>(() => FolderScan.Scan(folder.Path)).Faults.Count);
    }

    [Fact]
    public void Refuses_a_folder_without_files_and_one_that_is_not_there()
    {
        Assert.Throws<FolderRefusedException>(() => FolderScan.Scan(folder.Path));
        Assert.Throws<FolderRefusedException>(() => FolderScan.Scan(Path.Combine(folder.Path, "khong-co")));
    }

    [Theory]
    [InlineData("index.HTML", "text/html")]
    [InlineData("a/nghe.mp3", "audio/mpeg")]
    [InlineData("to-roi.pdf", "application/pdf")]
    [InlineData("du-lieu.la", "application/octet-stream")]
    public void Tells_the_content_type_by_the_extension(string path, string type) =>
        Assert.Equal(type, MediaTypes.Of(path));
}
