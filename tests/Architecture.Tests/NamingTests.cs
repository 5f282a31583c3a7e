namespace LaiChau.Architecture.Tests;

public sealed class NamingTests
{
    private static readonly string[] Empty = ["Manager", "Helper", "Helpers", "Common", "Utils", "Util", "Dto"];

    [Fact]
    public void No_type_has_a_name_that_says_nothing() =>
        Assert.Empty(Tree.Types.Where(t => SaysNothing(t.Name)).Select(t => t.FullName));

    [Fact]
    public void A_name_that_says_nothing_is_caught()
    {
        Assert.True(SaysNothing("ReleaseManager"));
        Assert.True(SaysNothing("PointDto"));
        Assert.False(SaysNothing("PointRegistry"));
    }

    [Fact]
    public void Each_program_says_what_it_is_in_a_few_lines()
    {
        var programs = new[]
        {
            "services/Catalog",
            "services/BulletinPublishing",
            "services/PointRegistry",
            "services/Telemetry",
            "services/OpsConsole",
            "gateway",
        };
        Assert.All(
            programs,
            program => Assert.InRange(File.ReadAllLines(Path.Combine(Tree.Root, program, "Program.cs")).Length, 5, 25)
        );
    }

    private static bool SaysNothing(string name) => Empty.Any(e => name.EndsWith(e, StringComparison.Ordinal));
}
