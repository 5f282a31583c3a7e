using System.Net;
using LaiChau.Cli.Api;
using LaiChau.Testing;
using Xunit;

namespace LaiChau.Standalone.Tests;

/// <summary>The whole platform in one process, as a small office would run it.</summary>
public sealed class RunTests : IAsyncLifetime
{
    private readonly string data = Path.Combine(Repository.Results, $"run-{Guid.CreateVersion7():N}");
    private ServiceProcess platform = null!;

    public async ValueTask InitializeAsync() => platform = await ServiceProcess.StartStandalone(data);

    public ValueTask DisposeAsync() => platform.DisposeAsync();

    [Theory]
    [InlineData("/livez")]
    [InlineData("/readyz")]
    [InlineData("/reference")]
    [InlineData("/api/catalog/openapi.json")]
    [InlineData("/api/bulletins/openapi.json")]
    [InlineData("/api/points/openapi.json")]
    [InlineData("/api/telemetry/openapi.json")]
    [InlineData("/.well-known/openid-configuration")]
    [InlineData("/content/metadata/timestamp.json")]
    public async Task Every_door_answers(string path) =>
        await Eventually.Holds(async () =>
        {
            using var answer = await platform.Client.GetAsync(new Uri(path, UriKind.Relative));
            return answer.StatusCode == HttpStatusCode.OK;
        });

    [Fact]
    public async Task A_kill_right_after_an_approval_loses_nothing_and_doubles_nothing()
    {
        var admin = await SignIn("admin");
        await admin.AddAccount(new NewAccount("bientap", "Biên tập viên (mẫu)", ["editor"], Password), default);
        await admin.AddAccount(new NewAccount("duyet", "Người duyệt (mẫu)", ["reviewer"], Password), default);
        var editor = await SignIn("bientap", Password);
        var reviewer = await SignIn("duyet", Password);
        var bulletins = new List<Guid>();
        for (var i = 1; i <= 3; i++)
        {
            var bulletin = await editor.CreateBulletin(SampleBulletin.Of($"ban-tin-mau-{i}", $"Bản tin mẫu số {i}"));
            await editor.SubmitBulletin(bulletin.Id);
            await reviewer.ApproveBulletin(bulletin.Id);
            bulletins.Add(bulletin.Id);
            await platform.Restart();
        }

        foreach (var id in bulletins)
        {
            await Eventually.Holds(async () =>
                await editor.GetBulletin(id) is { State: "published", Release.PublishedAt: not null }
            );
        }
        var releases = await editor.ListReleases(limit: 100);
        Assert.Equal(3, releases.Items.Count);
        Assert.All(releases.Items, r => Assert.Equal(("published", 1), (r.State, r.Version)));
    }

    private const string Password = "mot-mat-khau-mau-4821";

    private async Task<PlatformClient> SignIn(string userName, string? password = null)
    {
        var client = new PlatformClient(new HttpClient { BaseAddress = platform.Address }, TimeProvider.System);
        password ??= await File.ReadAllTextAsync(Path.Combine(data, "passwords", userName));
        await client.SignIn(userName, password);
        return client;
    }
}
