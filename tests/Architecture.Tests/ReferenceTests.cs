namespace LaiChau.Architecture.Tests;

public sealed class ReferenceTests
{
    [Fact]
    public void Each_part_references_only_what_the_design_allows()
    {
        var references = ReferenceRules.OfTheTree(Tree.Root).ToList();
        Assert.Contains(("Catalog", "Distribution"), references);
        Assert.Empty(ReferenceRules.Violations(references));
    }

    [Theory]
    [InlineData("Catalog", "Telemetry")]
    [InlineData("Gateway", "Contracts")]
    [InlineData("PointAgent", "ServiceDefaults")]
    [InlineData("Contracts", "Distribution")]
    [InlineData("SomethingNew", "Contracts")]
    public void A_reference_across_the_design_is_caught(string from, string to) =>
        Assert.Equal([$"{from} → {to}"], ReferenceRules.Violations([(from, to)]));
}
