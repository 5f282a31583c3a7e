using LaiChau.Testing;
using Xunit;

namespace LaiChau.PointRegistry.Tests.Points;

/// <summary>Tables of points by the command line.</summary>
public sealed class LcpPointsTests(RegistryHouse house) : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("laichau-lcp-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task A_table_is_checked_imported_and_comes_back_in_an_export()
    {
        var name = $"Điểm mẫu {Guid.CreateVersion7():N}";
        var table = await Table($"Tên điểm;Mã xã, phường;Ngôn ngữ\n{name};03478;vi\n");
        var dry = await Lcp("point", "import", table, "--dry-run");
        Assert.True(dry.ExitCode == 0, dry.Errors);
        Assert.Contains("Sẽ thêm", dry.Output, StringComparison.Ordinal);
        var run = await Lcp("point", "import", table);
        Assert.True(run.ExitCode == 0, run.Errors);

        var export = Path.Combine(folder.FullName, "diem.csv");
        var exported = await Lcp("point", "export", "--to", export);
        Assert.True(exported.ExitCode == 0, exported.Errors);
        Assert.Contains(name, await File.ReadAllTextAsync(export), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_faulty_row_is_named()
    {
        var run = await Lcp("point", "import", await Table("Tên điểm;Mã xã, phường;Ngôn ngữ\n;03478;vi\nA;77777;vi\n"));
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("Dòng 2, «Tên điểm»", run.Errors, StringComparison.Ordinal);
        Assert.Contains("Dòng 3, «Mã xã, phường»", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task When_a_point_was_open_is_recorded_once()
    {
        var point = await house.Planned();
        string[] opened =
        [
            "point",
            "opened",
            point.ToString(),
            "--from",
            "2026-01-05T07:30+07:00",
            "--to",
            "2026-01-05T11:30+07:00",
            "--note",
            "Mất điện (mẫu)",
        ];
        var run = await Lcp(opened);
        Assert.True(run.ExitCode == 0, run.Errors);
        Assert.Contains("Mất điện (mẫu)", run.Output, StringComparison.Ordinal);
        var again = await Lcp(opened);
        Assert.Equal(1, again.ExitCode);
        Assert.Contains("opening-overlaps", again.Errors, StringComparison.Ordinal);
    }

    private async Task<string> Table(string text)
    {
        var path = Path.Combine(folder.FullName, "bang.csv");
        await File.WriteAllTextAsync(path, text);
        return path;
    }

    private Task<ProgramRun> Lcp(params string[] arguments) =>
        ProgramRun.Of(
            "services/Cli",
            arguments,
            new Dictionary<string, string?>
            {
                ["LCP_SERVER"] = house.Process.Address.AbsoluteUri,
                ["LCP_USER"] = "admin",
                ["LCP_PASSWORD"] = RegistryHouse.Password,
                ["XDG_CONFIG_HOME"] = folder.FullName,
            }
        );
}
