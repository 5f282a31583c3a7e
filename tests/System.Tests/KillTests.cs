using System.Net;
using LaiChau.Testing;
using Xunit;

namespace LaiChau.System.Tests;

/// <summary>Whatever is killed right after an approval: the bulletin becomes one release, reaches the screen, and the platform knows it.</summary>
public sealed class KillTests(Platform platform)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    [Theory]
    [InlineData("Catalog")]
    [InlineData("BulletinPublishing")]
    [InlineData("PointRegistry")]
    [InlineData("Telemetry")]
    [InlineData("gateway")]
    [InlineData("PointAgent")]
    public async Task A_killed_program_loses_nothing(string program)
    {
        var bulletin = await platform.SubmitBulletin(
            $"mat-dien-{program.ToLowerInvariant()}",
            $"Mẫu mất điện {program}"
        );
        await platform.Reviewer.ApproveBulletin(bulletin.Id);
        await platform[program].Restart();
        await ReachesTheScreen(bulletin.Id, $"Mẫu mất điện {program}");
    }

    [Fact]
    public async Task While_the_broker_is_away_work_goes_on_and_nothing_is_lost()
    {
        var bulletin = await platform.SubmitBulletin("mat-hang-doi", "Mẫu mất hàng đợi");
        await platform.Broker.KillAsync();
        await platform.Reviewer.ApproveBulletin(bulletin.Id);
        await platform.Broker.StartAsync();
        await ReachesTheScreen(bulletin.Id, "Mẫu mất hàng đợi");
    }

    [Fact]
    public async Task While_the_database_is_away_the_answer_says_so_and_the_screen_stays()
    {
        var bulletin = await platform.SubmitBulletin("mat-co-so-du-lieu", "Mẫu mất cơ sở dữ liệu");
        await platform.Reviewer.ApproveBulletin(bulletin.Id);
        await platform.Database.KillAsync();
        using (var answer = await platform["Catalog"].Client.GetAsync(new Uri("/readyz", UriKind.Relative)))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        }
        using (var home = await platform.Agent.Client.GetAsync(new Uri("/", UriKind.Relative)))
        {
            Assert.Equal(HttpStatusCode.OK, home.StatusCode);
        }
        await platform.Database.StartAsync();
        await ReachesTheScreen(bulletin.Id, "Mẫu mất cơ sở dữ liệu");
    }

    private async Task ReachesTheScreen(Guid id, string title)
    {
        var release = await Eventually.Passes(
            async () =>
            {
                var bulletin = await platform.Editor.GetBulletin(id);
                Assert.NotNull(bulletin.Release?.PublishedAt);
                return await platform.Editor.GetRelease(bulletin.Release.Id);
            },
            Patience
        );
        Assert.Equal(1, release.Version);
        await Eventually.Holds(() => platform.Shows($"r/{release.Package}", title), Patience);
        await Eventually.Holds(async () => await platform.StandingAtPoint(release.Id) == "showing", Patience);
        Assert.Single((await platform.Editor.ListReleases(package: release.Package)).Items);
    }
}
