using System.Text.Json;
using LaiChau.Testing;
using Xunit;

namespace LaiChau.PointRegistry.Tests.Acts;

/// <summary>Acts by the command line.</summary>
public sealed class LcpActsTests(RegistryHouse house) : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("laichau-lcp-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task An_act_of_an_organisation_is_added_and_listed()
    {
        var found = await Lcp("organisations", "--search", "uy ban nhan dan tinh", "--json");
        Assert.True(found.ExitCode == 0, found.Errors);
        var issuer = JsonElement.Parse(found.Output).GetProperty("items")[0].GetProperty("id").GetString()!;

        string[] act = ["act", "add", "12/KH-MAU", "--kind", "KH", "--issuer", issuer, "--date", "2026-01-05"];
        var added = await Lcp([.. act, "--title", "Kế hoạch (mẫu)", "--replaces", "3658/HD-UBND"]);
        Assert.True(added.ExitCode == 0, added.Errors);
        Assert.Contains("Ủy ban nhân dân tỉnh Lai Châu", added.Output, StringComparison.Ordinal);

        var listed = await Lcp("acts", "--search", "12/KH-MAU");
        Assert.Contains("Kế hoạch (mẫu)", listed.Output, StringComparison.Ordinal);
        Assert.Contains("05/01/2026", listed.Output, StringComparison.Ordinal);

        var again = await Lcp([.. act, "--title", "Lần nữa (mẫu)"]);
        Assert.Equal(1, again.ExitCode);
        Assert.Contains("act-exists", again.Errors, StringComparison.Ordinal);
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
