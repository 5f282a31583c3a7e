using LaiChau.Testing;

namespace LaiChau.PointAgent.Tests;

public sealed class EnrolCommandTests
{
    [Fact]
    public async Task An_agent_that_runs_already_learns_from_the_command_where_its_server_is()
    {
        await using var headquarters = await Headquarters.Open();
        await headquarters.Publish("a/b", 1, [Made.Page("một")]);
        var folder = Directory.CreateTempSubdirectory("point-");
        await using (
            var agent = await ServiceProcess.Start(
                "services/PointAgent",
                new Dictionary<string, string?>
                {
                    ["Agent:DataFolder"] = folder.FullName,
                    ["Agent:Urls"] = "{url}",
                    ["Agent:PollSeconds"] = "1",
                    ["Agent:Sticks"] = "",
                },
                readyPath: "/"
            )
        )
        {
            var enrolled = await ProgramRun.Of(
                "services/PointAgent",
                ["enrol", "MAU-0001", "--server", headquarters.Address.ToString(), $"--Agent:DataFolder={folder}"]
            );
            Assert.Equal(0, enrolled.ExitCode);
            Assert.Contains("Đã ghi danh điểm «Điểm mẫu»", enrolled.Output, StringComparison.Ordinal);
            await Eventually.Passes(
                async () =>
                    Assert.Contains(
                        "một",
                        await agent.Client.GetStringAsync("/r/a/b/index.html"),
                        StringComparison.Ordinal
                    ),
                TimeSpan.FromSeconds(90)
            );
        }
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Settings_that_cannot_be_read_are_said_in_a_line()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, """{ "Agent": { "Windows": "20:00" } }""");
        Assert.Contains("20:00", await Refuse(), StringComparison.Ordinal);
        await File.WriteAllTextAsync(file, """{ "Agent": { """);
        Assert.Contains("LineNumber", await Refuse(), StringComparison.Ordinal);
        File.Delete(file);

        async Task<string> Refuse()
        {
            var run = await ProgramRun.Of(
                "services/PointAgent",
                ["status"],
                new Dictionary<string, string?> { ["Agent__SettingsFile"] = file }
            );
            Assert.Equal(78, run.ExitCode);
            return Assert.Single(run.Errors.Trim().Split('\n'));
        }
    }
}
