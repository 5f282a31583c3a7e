using System.Net;
using LaiChau.Testing;

namespace LaiChau.Telemetry.Tests.Places;

/// <summary>Who is bound to a place sees the points of it, and numbers that are counted over them.</summary>
public sealed class PlaceTests(PostgresHouse house)
{
    [Theory]
    [InlineData("commune")]
    [InlineData("manager")]
    [InlineData("officer")]
    public async Task Sees_its_own_points_and_numbers_of_them_alone(string role)
    {
        var (unit, feed) = ($"mẫu-{Guid.CreateVersion7():N}", $"kenh-{Guid.CreateVersion7():N}");
        var own = await house.Enrol(feed, unit);
        var foreign = await house.Enrol(feed, $"khác-{Guid.CreateVersion7():N}");
        var release = await house.Publish(feed);
        await house.Send(own, Say.Contact(), Say.Visit());
        await house.Send(foreign, Say.Contact(), Say.Visit(), Say.Visit());
        await house.Send(foreign, Say.Shown(release));
        using var client = house.At(role, role == "commune" ? $"unit:{unit}" : $"point:{own}");

        var points = await client.Read<ListOf<PointStanding>>("/api/telemetry/points?limit=500");
        Assert.Equal([own], points.Items.Select(p => p.PointId));

        var coverage = await client.Read<ReleaseCoverage>($"/api/telemetry/coverage/{release}");
        Assert.Equal((1, 0), (coverage.Expected, coverage.Showing));
        Assert.Equal([own], coverage.Points!.Select(p => p.PointId));
        Assert.Equal((2, 1), await Numbers(house.Reader, release));
        Assert.Equal((1, 0), await Numbers(client, release));

        Assert.Equal(1, (await client.Read<VisitCounts>("/api/telemetry/statistics")).Total);
        Assert.Equal(1, (await client.Read<VisitCounts>($"/api/telemetry/statistics?point={own}")).Total);
        await (await client.GetAsync($"/api/telemetry/statistics?point={foreign}")).Refused(
            HttpStatusCode.NotFound,
            "point-unknown"
        );
    }

    [Fact]
    public async Task Bound_to_no_place_it_sees_nothing()
    {
        await house.Enrol("tinh");
        using var client = house.As(Guid.CreateVersion7(), "officer");
        Assert.Empty((await client.Read<ListOf<PointStanding>>("/api/telemetry/points")).Items);
        Assert.Equal(0, (await client.Read<VisitCounts>("/api/telemetry/statistics")).Total);
    }

    private static async Task<(int Expected, int Showing)> Numbers(HttpClient client, Guid release)
    {
        var page = await client.Read<ListOf<ReleaseCoverage>>("/api/telemetry/coverage?limit=500");
        var found = page.Items.Single(r => r.ReleaseId == release);
        return (found.Expected, found.Showing);
    }
}
