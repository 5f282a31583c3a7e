using System.Diagnostics;
using LaiChau.PointAgent.Tests.Faults;
using LaiChau.Testing;

namespace LaiChau.PointAgent.Tests;

/// <summary>The self-check as somebody at a terminal runs it, beside the running agent.</summary>
public sealed class CheckCommandTests
{
    [Fact]
    public async Task Says_what_is_well_and_what_is_amiss_and_changes_nothing()
    {
        await using var headquarters = await Headquarters.Open();
        var film = Made.Noise(1, 300_000);
        await headquarters.Publish("a/b", 1, [Made.Page("một"), Made.Film(film)]);
        await using var point = await Point.Open(headquarters);
        await point.Shows("a/b", 1);

        // A delta on its way, say.
        var scratch = Directory.CreateDirectory(Path.Combine(point.Folder, "scratch")).FullName;
        await File.WriteAllTextAsync(Path.Combine(scratch, "half"), "nửa");

        var (code, said) = await Check(point.Folder, headquarters.Address, point.Client.BaseAddress);
        Assert.True(File.Exists(Path.Combine(scratch, "half")));
        Assert.Contains("Điểm hoạt động bình thường", said, StringComparison.Ordinal);
        Assert.Equal(0, code);

        var rotten = point.Stored(film);
        var bytes = await File.ReadAllBytesAsync(rotten);
        bytes[1000] ^= 1;
        await File.WriteAllBytesAsync(rotten, bytes);
        (code, said) = await Check(point.Folder, new Uri("http://127.0.0.1:9"));
        Assert.Equal(1, code);
        Assert.Contains("1 tệp hỏng", said, StringComparison.Ordinal);
        Assert.Contains("không liên lạc được", said, StringComparison.Ordinal);
        Assert.Contains("chương trình không chạy", said, StringComparison.Ordinal);
        Assert.Contains("Tốt   Ghi danh: Điểm mẫu", said, StringComparison.Ordinal);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(rotten));
        Assert.Equal(1, point.Shelf.Find("a/b")?.Version);
    }

    [Fact]
    public async Task Where_there_is_no_point_it_says_so()
    {
        var (code, said) = await Check(Path.Combine(Path.GetTempPath(), "none"), new Uri("http://127.0.0.1:9"));
        Assert.Equal(1, code);
        Assert.Contains("Chưa có dữ liệu", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Says_that_the_port_is_taken_and_that_nobody_said_whom_to_trust()
    {
        await using var headquarters = await Headquarters.Open();
        // Nobody can be asked yet, so nothing is known of the server's keys.
        await using var point = Point.Prepare(headquarters);
        await point.Start(new Uri("http://127.0.0.1:9"));

        var (code, said) = await Check(point.Folder, new Uri("http://127.0.0.1:9"), headquarters.Address);
        Assert.Equal(1, code);
        Assert.Contains("bị một chương trình khác chiếm", said, StringComparison.Ordinal);
        Assert.Contains("LỖI   Gốc tin cậy: chưa có", said, StringComparison.Ordinal);
        Assert.Contains("Tốt   Thư mục dữ liệu", said, StringComparison.Ordinal);
        Assert.Contains("LỖI   Ghi danh: chưa", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("files")]
    [InlineData("")]
    public async Task Says_that_a_folder_cannot_be_written_to(string part)
    {
        await using var headquarters = await Headquarters.Open();
        await using var point = await Point.Open(headquarters);
        await point.Stop();
        var folder = Path.Combine(point.Folder, part);
        Programs.Run("mount", "--bind", folder, folder);
        try
        {
            Programs.Run("mount", "-o", "remount,bind,ro", folder);
            var (code, said) = await Check(point.Folder, headquarters.Address);
            Assert.Equal(1, code);
            Assert.Matches("LỖI   Thư mục dữ liệu.*: không.*sudo", said);
        }
        finally
        {
            Programs.Run("umount", folder);
        }
    }

    private static async Task<(int Code, string Said)> Check(string folder, Uri server, Uri? portal = null)
    {
        string[] arguments =
        [
            "exec",
            Repository.Program("services/PointAgent"),
            "check",
            $"--Agent:Urls={portal ?? new Uri("http://127.0.0.1:9")}",
        ];
        using var process = Process.Start(
            new ProcessStartInfo("dotnet", [.. arguments, $"--Agent:DataFolder={folder}", $"--Agent:Server={server}"])
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        var (said, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await said + await errors);
    }
}
