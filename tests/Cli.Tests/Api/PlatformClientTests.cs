using System.Net;
using LaiChau.Cli.Api;
using Microsoft.Extensions.Time.Testing;

namespace LaiChau.Cli.Tests.Api;

public sealed class PlatformClientTests : IAsyncLifetime
{
    private CuttingUploadServer server = null!;
    private HttpClient http = null!;

    public async ValueTask InitializeAsync()
    {
        server = await CuttingUploadServer.Start();
        http = new HttpClient { BaseAddress = server.Address };
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await server.DisposeAsync();
    }

    [Fact]
    public async Task A_wrong_password_is_a_problem_with_the_code_of_the_token_service()
    {
        var problem = await Assert.ThrowsAsync<PlatformProblemException>(() =>
            new PlatformClient(http, TimeProvider.System).SignIn(CuttingUploadServer.User, "sai")
        );

        Assert.Equal(HttpStatusCode.Unauthorized, problem.Status);
        Assert.Equal("invalid_client", problem.Code);
        Assert.Contains("mật khẩu", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_carries_code_and_detail()
    {
        var client = await SignedIn(TimeProvider.System);

        var problem = await Assert.ThrowsAsync<PlatformProblemException>(() =>
            client.ApproveRelease(Guid.CreateVersion7())
        );

        Assert.Equal("author-cannot-approve", problem.Code);
        Assert.Equal("Người duyệt phải khác người đẩy.", problem.Detail);
    }

    [Fact]
    public async Task A_server_that_is_busy_is_worth_another_try_when_it_says()
    {
        var client = await SignedIn(TimeProvider.System);
        server.OnUpload = _ => CuttingUploadServer.Fault.Busy;

        var busy = await Assert.ThrowsAsync<ServerUnreachableException>(() =>
            client.UploadBlock(new string('a', 64), new byte[3])
        );

        Assert.Equal(TimeSpan.FromSeconds(1), busy.RetryAfter);
    }

    [Fact]
    public async Task Renews_the_token_before_it_ends()
    {
        var time = new FakeTimeProvider();
        server.TokenLifetime = TimeSpan.FromMinutes(10);
        var client = await SignedIn(time);

        time.Advance(TimeSpan.FromMinutes(8));
        await client.ListReleases();
        Assert.Equal(1, server.TokensIssued);
        time.Advance(TimeSpan.FromMinutes(1.5));
        await Task.WhenAll(client.ListReleases(), client.ListReleases(), client.ListReleases());

        Assert.Equal(2, server.TokensIssued);
    }

    [Fact]
    public async Task Tells_a_wrong_address_from_no_answer()
    {
        using var elsewhere = new HttpClient { BaseAddress = new Uri(server.Address, "/nowhere/") };
        var problem = await Assert.ThrowsAsync<PlatformProblemException>(() =>
            new PlatformClient(elsewhere, TimeProvider.System).SignIn("a", "b")
        );
        Assert.Equal("http-404", problem.Code);

        using var nobody = new HttpClient { BaseAddress = new Uri("http://127.0.0.1:1/") };
        await Assert.ThrowsAsync<ServerUnreachableException>(() =>
            new PlatformClient(nobody, TimeProvider.System).SignIn("a", "b")
        );
    }

    private async Task<PlatformClient> SignedIn(TimeProvider time)
    {
        var client = new PlatformClient(http, time);
        await client.SignIn(CuttingUploadServer.User, CuttingUploadServer.Password);
        return client;
    }
}
