using System.Globalization;

namespace LaiChau.PointAgent.Tests.Days;

/// <summary>
/// A sample of short days with fixed seeds; <c>tests/faults.sh</c> sets LCP_DAYS and lives as many longer ones. LCP_DAY is a seed and LCP_MOMENTS the
/// length of a day to be lived again.
/// </summary>
public sealed class DayTests
{
    private static readonly int? Only = Told("LCP_DAY");
    private static readonly int? Days = Told("LCP_DAYS");
    private static readonly int Moments = Told("LCP_MOMENTS") ?? (Days is null ? 18 : 45);

    public static TheoryData<int> Seeds => Only is { } one ? [one] : [.. Enumerable.Range(1, Days ?? 2)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task After_a_day_of_all_kinds_of_trouble_store_screen_and_platform_agree(int seed) =>
        TestContext.Current.TestOutputHelper!.WriteLine(await Day.Live(seed, Moments));

    private static int? Told(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } told
            ? int.Parse(told, CultureInfo.InvariantCulture)
            : null;
}
