using LaiChau.Testing;

namespace LaiChau.Gateway.Tests.Edge;

public sealed class ReferenceTests(GatewayHouse house)
{
    [Fact]
    public async Task Names_the_four_documents_and_fetches_nothing_from_elsewhere()
    {
        using var response = await house.Anonymous.GetAsync("/reference");
        var page = await response.Content.ReadAsStringAsync();
        foreach (var name in new[] { "catalog", "bulletins", "points", "telemetry" })
        {
            Assert.Contains($"api/{name}/openapi.json", page, StringComparison.Ordinal);
        }

        await using var browser = await Browser.Open();
        var tab = await browser.NewPage(new Uri(house.Address, "/content/"));
        var elsewhere = new List<string>();
        var faults = new List<string>();
        tab.Request += (_, request) =>
        {
            if (
                new Uri(request.Url).Authority != house.Address.Authority
                && !request.Url.StartsWith("data:", StringComparison.Ordinal)
            )
            {
                elsewhere.Add(request.Url);
            }
        };
        tab.Console += (_, message) =>
        {
            if (message.Type == "error")
            {
                faults.Add(message.Text);
            }
        };
        await tab.GotoAsync(new Uri(house.Address, "/reference/").ToString());
        await tab.GetByText("Catalog").First.WaitForAsync();

        Assert.Empty(elsewhere);
        Assert.DoesNotContain(faults, f => f.Contains("Content Security Policy", StringComparison.Ordinal));
        await tab.Shot("reference");
    }
}
