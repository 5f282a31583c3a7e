using System.Text.Json;
using LaiChau.Testing;

namespace LaiChau.Cli.Tests;

/// <summary>The program as people and scripts start it.</summary>
public sealed class LcpTests : IAsyncLifetime
{
    private readonly TemporaryFolder home = new();
    private readonly TemporaryFolder folder = new();
    private CuttingUploadServer server = null!;

    public async ValueTask InitializeAsync()
    {
        server = await CuttingUploadServer.Start();
        folder.With("index.html", "<h1>Chè Shan</h1>").WithNoise("a.bin", 700_000, 2);
    }

    public async ValueTask DisposeAsync()
    {
        home.Dispose();
        folder.Dispose();
        await server.DisposeAsync();
    }

    [Fact]
    public async Task Pushes_a_folder_and_shows_the_release_to_people()
    {
        var run = await Lcp(PushArguments());

        Assert.True(run.ExitCode == 0, run.Errors);
        Assert.Contains("chờ duyệt", run.Output, StringComparison.Ordinal);
        Assert.Contains("vi: Chăm sóc chè Shan", run.Output, StringComparison.Ordinal);
        Assert.Equal(700_000, server.Files()["a.bin"].Length);
        Assert.Equal("hmn-Latn-x-vn", server.LastPush["languages"]![1]!.GetValue<string>());
        Assert.Equal("3658/HD-UBND", server.LastPush["act"]!.GetValue<string>());
        Assert.Equal("2026-12-30T17:00:00+00:00", server.LastPush["validUntil"]!.GetValue<string>());
    }

    [Fact]
    public async Task Answers_machines_in_json_alone_on_standard_output()
    {
        var run = await Lcp([.. PushArguments(), "--json"]);

        using var answer = JsonDocument.Parse(run.Output);
        Assert.Equal("awaitingApproval", answer.RootElement.GetProperty("state").GetString());
        Assert.Equal("Chăm sóc chè Shan", answer.RootElement.GetProperty("title").GetProperty("vi").GetString());
    }

    [Fact]
    public async Task A_refusal_ends_with_1_and_names_code_and_detail()
    {
        var run = await Lcp(["approve", Guid.CreateVersion7().ToString()]);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("author-cannot-approve", run.Errors, StringComparison.Ordinal);
        Assert.Contains("Người duyệt phải khác người đẩy.", run.Errors, StringComparison.Ordinal);
        Assert.Empty(run.Output);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_pushed_is_refused_before_anything_is_sent()
    {
        folder.With(".env", "bí mật");

        var run = await Lcp(PushArguments());

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("«.env»", run.Errors, StringComparison.Ordinal);
        Assert.Equal(0, server.TokensIssued);
    }

    [Theory]
    [InlineData("push")]
    [InlineData("khong-co")]
    [InlineData("approve", "khong-phai-ma")]
    [InlineData("recall", "goi")]
    [InlineData(
        "push",
        ".",
        "--package",
        "a",
        "--title",
        "thieu-ngon-ngu",
        "--language",
        "vi",
        "--category",
        "smart-farming"
    )]
    [InlineData(
        "push",
        ".",
        "--package",
        "a",
        "--title",
        "vi=a",
        "--title",
        "vi=b",
        "--language",
        "vi",
        "--category",
        "smart-farming"
    )]
    [InlineData(
        "push",
        ".",
        "--package",
        "a",
        "--title",
        "vi=a",
        "--language",
        "tiếng Việt",
        "--category",
        "smart-farming"
    )]
    [InlineData("push", ".", "--package", "a", "--title", "vi=a", "--language", "vi", "--category", "la")]
    [InlineData(
        "push",
        ".",
        "--package",
        "a",
        "--title",
        "vi=a",
        "--language",
        "vi",
        "--category",
        "smart-farming",
        "--valid-until",
        "mai"
    )]
    public async Task Wrong_usage_ends_with_2(params string[] arguments)
    {
        var run = await Lcp(arguments);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("--help", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_server_ends_with_3()
    {
        var run = await Lcp(["login", "--server", "http://127.0.0.1:1", "--user", "a"]);

        Assert.Equal(3, run.ExitCode);
        Assert.Contains("127.0.0.1:1", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Login_is_kept_for_its_owner_alone_and_used_from_then_on()
    {
        var login = await Lcp(["login", "--server", server.Address.AbsoluteUri, "--user", CuttingUploadServer.User]);
        Assert.True(login.ExitCode == 0, login.Errors);

        var file = Path.Combine(home.Path, "laichau", "lcp.json");
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }
        Assert.DoesNotContain(CuttingUploadServer.Password, login.Output, StringComparison.Ordinal);

        var run = await Lcp(["releases", "--json"], environment: []);
        Assert.True(run.ExitCode == 0, run.Errors);
    }

    [Fact]
    public async Task A_login_that_fails_is_not_kept()
    {
        var run = await Lcp(["login", "--server", server.Address.AbsoluteUri, "--user", "nguoi-khac"]);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("invalid_client", run.Errors, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(home.Path, "laichau", "lcp.json")));
    }

    [Fact]
    public async Task Without_a_login_says_how_to_log_in()
    {
        var run = await Lcp(["releases"], environment: []);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("lcp login", run.Errors, StringComparison.Ordinal);
    }

    private string[] PushArguments() =>
        [
            "push",
            folder.Path,
            "--package",
            "nong-nghiep/che-shan",
            "--title",
            "vi=Chăm sóc chè Shan",
            "--summary",
            "vi=Làm cỏ, bón phân, đốn, hái",
            "--language",
            "vi",
            "--language",
            "hmn-Latn-x-vn",
            "--category",
            "smart-farming",
            "--valid-until",
            "2026-12-31T00:00+07:00",
            "--act",
            "3658/HD-UBND",
        ];

    private Task<ProgramRun> Lcp(string[] arguments, Dictionary<string, string?>? environment = null)
    {
        environment ??= new()
        {
            ["LCP_SERVER"] = server.Address.AbsoluteUri,
            ["LCP_USER"] = CuttingUploadServer.User,
            ["LCP_PASSWORD"] = CuttingUploadServer.Password,
        };
        environment["XDG_CONFIG_HOME"] = home.Path;
        return ProgramRun.Of("services/Cli", arguments, environment);
    }
}
