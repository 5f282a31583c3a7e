using System.Net;
using System.Text.Json.Nodes;
using LaiChau.Cli.Api;
using LaiChau.Distribution;
using LaiChau.Distribution.Trust;
using LaiChau.Testing;
using Xunit;

namespace LaiChau.Standalone.Tests;

/// <summary>
/// Two key officers with folders of their own and a stick between them, an engineer with the online keys, a platform, and a point that
/// trusts the root it was given: from the first ceremony over a lost online key to the ministry's new key.
/// </summary>
public sealed class KeyCeremonyTests : IAsyncLifetime
{
    private const string Secret = "một mật khẩu mẫu đủ dài";
    private readonly string data = Path.Combine(Repository.Results, $"ceremony-{Guid.CreateVersion7():N}");
    private readonly MemoryTrustStore trust = new();
    private ServiceProcess platform = null!;

    private string Ministry => Path.Combine(data, "bo");
    private string Department => Path.Combine(data, "so");
    private string Server => Path.Combine(data, "may-chu");
    private string Stick => Path.Combine(data, "usb");
    private string Plan => Path.Combine(Stick, "ceremony.json");

    public async ValueTask InitializeAsync()
    {
        await NewKey(Ministry, "bo-1", "--owner", "Bộ (mẫu)");
        await NewKey(Department, "so-1", "--owner", "Sở (mẫu)");
        await NewKey(Department, "so-2", "--owner", "Sở, dự phòng (mẫu)");
        foreach (var name in new[] { "snapshot", "timestamp", "feed-tinh" })
        {
            await NewKey(Server, name, "--no-passphrase", "--owner", "Máy chủ (mẫu)");
        }
        await Lcp("plan", Stick);
        await Lcp("draft", Plan);
        await SignAll(1, (Ministry, "bo-1"), (Department, "so-1"));
        await Lcp("check", Stick);
        platform = await ServiceProcess.StartStandalone(
            Path.Combine(data, "run"),
            new Dictionary<string, string?>
            {
                ["Catalog:Keys:CreateIfMissing"] = "false",
                ["Catalog:Keys:Folder"] = Server,
                ["Catalog:Keys:Ceremony"] = Stick,
            }
        );
        await TufClient.Initialise(trust, await File.ReadAllBytesAsync(Path.Combine(Stick, "1.root.json")));
    }

    public ValueTask DisposeAsync() => platform.DisposeAsync();

    [Fact]
    public async Task A_point_follows_from_the_first_ceremony_through_every_change_of_keys()
    {
        await Eventually.Passes(() => Read("tinh"));

        // The timestamp key is lost: the engineer makes another one, the officers let it sign.
        File.Delete(Path.Combine(Server, "timestamp.pem"));
        await NewKey(Server, "timestamp-2", "--no-passphrase", "--owner", "Máy chủ (mẫu)");
        await Change(plan => plan["timestamp"]!["keys"] = new JsonArray("timestamp-2"));
        await Lcp("plane", "--out", Stick);
        await Lcp("draft", Plan, "--from", Stick);
        await SignAll(2, (Department, "so-1"));
        Assert.Contains("thiếu 1 chữ ký", (await Run("install", Stick)).Errors, StringComparison.Ordinal);
        await SignAll(2, (Ministry, "bo-1"));
        await Lcp("install", Stick, "--dry-run");
        Assert.Null(await Fetch("2.root.json"));
        await Reads("tinh");
        await Lcp("install", Stick);
        await Reads("tinh");

        // The ministry's key is in doubt: another one, a higher threshold, and a feed of the ministry's own.
        await NewKey(Ministry, "bo-2", "--owner", "Bộ, khóa mới (mẫu)");
        await NewKey(Server, "feed-bo", "--no-passphrase", "--owner", "Bộ (mẫu)");
        await Change(plan =>
        {
            plan["root"]!["keys"] = new JsonArray("bo-2", "so-1", "so-2");
            plan["root"]!["threshold"] = 3;
            plan["targets"]!["keys"] = new JsonArray("bo-2", "so-1", "so-2");
            plan["feeds"]!["bo"] = new JsonObject { ["keys"] = new JsonArray("feed-bo") };
        });
        await Lcp("draft", Plan, "--from", Stick);
        await SignAll(3, 2, (Department, "so-1"), (Department, "so-2"));
        Assert.Equal(1, (await Run("install", Stick)).ExitCode);
        await SignAll(3, 2, (Ministry, "bo-2"));
        await Lcp("install", Stick);
        await Reads("tinh");
        await Reads("bo");
        Assert.Contains("không có gì để nộp", (await Lcp("install", Stick)).Errors, StringComparison.Ordinal);

        // Whoever holds the old key of the ministry has no say any more, and who is not an administrator never had one.
        await Change(plan => plan["root"]!["threshold"] = 2);
        await Lcp("draft", Plan, "--from", Stick);
        var refused = await Run(
            "sign",
            Path.Combine(Stick, "4.root.json"),
            "--key",
            Path.Combine(Ministry, "bo-1.pem"),
            "--yes"
        );
        Assert.Contains("không có quyền ký", refused.Errors, StringComparison.Ordinal);
        await SignAll(4, (Ministry, "bo-2"), (Department, "so-1"), (Department, "so-2"));
        var admin = new PlatformClient(new HttpClient { BaseAddress = platform.Address }, TimeProvider.System);
        await admin.SignIn("admin", AdminPassword);
        await admin.AddAccount(new NewAccount("vanhanh", "Tổ vận hành (mẫu)", ["ops"], Secret));
        var ops = await Run(["install", Stick], "vanhanh", Secret);
        Assert.Equal(1, ops.ExitCode);
        Assert.Contains("forbidden", ops.Errors, StringComparison.Ordinal);
        await Lcp("install", Stick);
        await Reads("bo");

        var point = new MemoryTrustStore();
        await TufClient.Initialise(point, (await Fetch("1.root.json"))!);
        Assert.Equal(
            RefreshOutcome.Updated,
            await new TufClient(point).Refresh(Mirror, TimeProvider.System.GetUtcNow())
        );
        var log = platform.LastLines(100_000);
        Assert.DoesNotContain("PRIVATE", log, StringComparison.Ordinal);
        foreach (var pem in Directory.GetFiles(Server, "*.pem"))
        {
            Assert.DoesNotContain((await File.ReadAllLinesAsync(pem))[1], log, StringComparison.Ordinal);
        }
    }

    private string AdminPassword => File.ReadAllText(Path.Combine(data, "run", "passwords", "admin")).Trim();

    private HttpMirror Mirror => new(platform.Client);

    private Task<byte[]?> Fetch(string name) => Mirror.FetchMetadata(name, 1 << 20, default);

    /// <summary>The gateway may answer with the timestamp before the new root for a moment yet: a point tries again.</summary>
    private Task Reads(string feed) => Eventually.Passes(() => Read(feed));

    private async Task Read(string feed)
    {
        var now = TimeProvider.System.GetUtcNow();
        var point = new TufClient(trust);
        await point.LoadTrusted();
        await point.Refresh(Mirror, now);
        await point.LoadFeed(feed, Mirror, now);
    }

    private async Task Change(Action<JsonNode> change)
    {
        var plan = JsonNode.Parse(await File.ReadAllTextAsync(Plan))!;
        change(plan);
        await File.WriteAllTextAsync(Plan, plan.ToJsonString());
    }

    private async Task NewKey(string owner, string name, params string[] more)
    {
        await Lcp(["new", name, "--out", owner, .. more]);
        Directory.CreateDirectory(Stick);
        File.Copy(Path.Combine(owner, $"{name}.pub.json"), Path.Combine(Stick, $"{name}.pub.json"));
    }

    private Task SignAll(int root, params (string Owner, string Key)[] signers) => SignAll(root, root, signers);

    private async Task SignAll(int root, int targets, params (string Owner, string Key)[] signers)
    {
        var files = new[] { $"{root}.root.json", $"{targets}.targets.json" }
            .Select(f => Path.Combine(Stick, f))
            .Where(File.Exists)
            .ToList();
        foreach (var (owner, key) in signers)
        {
            await Lcp(["sign", .. files, "--key", Path.Combine(owner, $"{key}.pem"), "--yes"]);
        }
    }

    private async Task<ProgramRun> Lcp(params string[] arguments)
    {
        var run = await Run(arguments);
        Assert.True(run.ExitCode == 0, run.Output + run.Errors);
        return run;
    }

    private Task<ProgramRun> Run(params string[] arguments) =>
        Run(arguments, "admin", platform is null ? null : AdminPassword);

    private Task<ProgramRun> Run(string[] arguments, string user, string? password) =>
        ProgramRun.Of(
            "services/Cli",
            ["keys", .. arguments],
            new Dictionary<string, string?>
            {
                ["LCP_KEY_PASSPHRASE"] = Secret,
                ["LCP_SERVER"] = platform?.Address.AbsoluteUri,
                ["LCP_USER"] = user,
                ["LCP_PASSWORD"] = password,
            }
        );

    private sealed class HttpMirror(HttpClient http) : IMirror
    {
        public async Task<byte[]?> FetchMetadata(string name, int maxLength, CancellationToken ct)
        {
            using var answer = await http.GetAsync(new Uri($"content/metadata/{name}", UriKind.Relative), ct);
            return answer.StatusCode == HttpStatusCode.NotFound
                ? null
                : await answer.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync(ct);
        }

        public async Task<Stream?> OpenContent(string path, ByteRange? range, CancellationToken ct) =>
            await http.GetStreamAsync(new Uri($"content/{path}", UriKind.Relative), ct);
    }
}
