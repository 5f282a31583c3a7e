using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using LaiChau.Testing;
using Xunit;
using static LaiChau.PointRegistry.Tests.RegistryHouse;

namespace LaiChau.PointRegistry.Tests.Cases;

/// <summary>Cases and gaps by the command line.</summary>
public sealed class LcpCasesTests(RegistryHouse house) : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("laichau-lcp-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task A_case_is_raised_listed_and_stepped_and_a_wrong_step_is_named()
    {
        var mark = $"m{Guid.CreateVersion7():N}";
        string[] raise = ["case", "raise", "incident", "--title", $"Hỏng máy {mark}", "--unit", "03478", "--json"];
        var raised = await Lcp(raise);
        Assert.True(raised.ExitCode == 0, raised.Errors);
        var id = JsonElement.Parse(raised.Output).GetProperty("id").GetString()!;

        var listed = await Lcp("case", "list", "--search", mark);
        Assert.Contains("chưa tiếp nhận", listed.Output, StringComparison.Ordinal);
        var stepped = await Lcp("case", "step", id, "accept", "--comment", "Nhận (mẫu)");
        Assert.Contains("đã tiếp nhận", stepped.Output, StringComparison.Ordinal);
        var again = await Lcp("case", "step", id, "accept");
        Assert.Equal(1, again.ExitCode);
        Assert.Contains("step-not-allowed", again.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_lacks_a_course_is_listed()
    {
        var point = await house.Planned("Điểm mẫu còn thiếu", "03445");
        using var _ = await house.Somebody("officer", pointId: point);
        var course = $"Khoá mẫu {Guid.CreateVersion7():N}";
        await Ok(
            await house.Ops.PostAsJsonAsync(
                "/api/points/training/courses",
                new
                {
                    name = course,
                    roles = new[] { "officer" },
                    required = true,
                }
            ),
            HttpStatusCode.Created
        );
        var run = await Lcp("training", "gaps", "--unit", "03445", "--limit", "500");
        Assert.True(run.ExitCode == 0, run.Errors);
        Assert.Contains(course, run.Output, StringComparison.Ordinal);
        Assert.Contains("chưa học", run.Output, StringComparison.Ordinal);
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
