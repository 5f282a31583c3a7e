using LaiChau.Cli.Api;
using LaiChau.Cli.Push;
using LaiChau.Distribution.Content;
using LaiChau.Distribution.Feeds;
using LaiChau.Distribution.Trust;
using LaiChau.PointAgent.Pull;
using LaiChau.Testing;

namespace LaiChau.PointAgent.Tests.Days;

/// <summary>The whole platform as a process, and those who work with it: what it gave out, and what it thinks of its one point.</summary>
internal sealed class HeadOffice : IAsyncDisposable
{
    private const string Password = "mot-mat-khau-mau-4821";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private readonly DirectoryInfo _place = Directory.CreateTempSubdirectory("platform-");
    private ServiceProcess _platform = null!;
    private PlatformClient _editor = null!;
    private PlatformClient _reviewer = null!;
    private PlatformClient _ops = null!;
    private Guid _point;

    private HeadOffice() { }

    public Uri Address => _platform.Address;

    public string EnrolmentCode { get; private set; } = "";

    public static async Task<HeadOffice> Open()
    {
        var office = new HeadOffice();
        office._platform = await ServiceProcess.StartStandalone(
            office._place.FullName,
            new Dictionary<string, string?> { ["Logging:LogLevel:Default"] = "Warning" }
        );
        var admin = await office.SignIn(
            "admin",
            await File.ReadAllTextAsync(Path.Combine(office._place.FullName, "passwords", "admin"))
        );
        office._editor = await Account("bientap", "editor");
        office._reviewer = await Account("duyet", "reviewer");
        office._ops = await Account("vanhanh", "ops");
        var unit = (await office._ops.ListUnits(search: "Sìn Hồ")).Items[0];
        office._point = (await admin.AddPoint(new NewPoint("Điểm mẫu", unit.Code, ["vi"]))).Id;
        office.EnrolmentCode = (await admin.IssueEnrolmentCode(office._point)).Code;
        return office;

        async Task<PlatformClient> Account(string name, string role)
        {
            await admin.AddAccount(new NewAccount(name, $"{name} (mẫu)", [role], Password));
            return await office.SignIn(name, Password);
        }
    }

    /// <summary>Pushed by one, approved by another, and published.</summary>
    public async Task<GivenOut> Publish(
        string package,
        IEnumerable<(string Path, string MediaType, byte[] Content)> files,
        bool isUrgent,
        DateTimeOffset? validFrom,
        DateTimeOffset? validUntil
    )
    {
        var folder = Directory.CreateDirectory(Path.Combine(_place.FullName, "push", $"{Guid.CreateVersion7():N}"));
        foreach (var (path, _, content) in files)
        {
            var file = Path.Combine(folder.FullName, path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            await File.WriteAllBytesAsync(file, content);
        }
        var about = new PackageDescription
        {
            Package = package,
            Title = new Dictionary<string, string> { ["vi"] = $"{package} (mẫu)" },
            Category = "smart-farming",
            Languages = ["vi"],
            Priority = isUrgent ? "urgent" : "normal",
            ValidFrom = validFrom,
            ValidUntil = validUntil,
        };
        var pushed = await new FolderPush(_editor, TimeProvider.System).Push(folder.FullName, about);
        await _reviewer.ApproveRelease(pushed.Id);
        return await Published(pushed.Id);
    }

    /// <summary>Written, submitted, approved, and a release of its own.</summary>
    public async Task<(Guid Bulletin, GivenOut Release)> PublishBulletin(string slug, bool isUrgent)
    {
        var bulletin = await _editor.CreateBulletin(
            SampleBulletin.Of(slug, $"Bản tin mẫu {slug}", isUrgent ? "urgent" : "normal")
        );
        await _editor.SubmitBulletin(bulletin.Id);
        await _reviewer.ApproveBulletin(bulletin.Id);
        var release = await Eventually.Passes(
            async () =>
            {
                var now = await _editor.GetBulletin(bulletin.Id);
                Assert.NotNull(now.Release);
                return now.Release.Id;
            },
            Patience
        );
        return (bulletin.Id, await Published(release));
    }

    public Task Recall(Guid release) => _ops.RecallRelease(release, "Thử thu hồi (mẫu)");

    public Task Withdraw(Guid bulletin) => _reviewer.WithdrawBulletin(bulletin, "Thử rút lại (mẫu)");

    /// <summary>What the signed metadata says, as anybody may read and verify it.</summary>
    public async Task<FeedView> Feed()
    {
        var trust = new MemoryTrustStore();
        using var http = new HttpClient();
        var mirror = new HttpMirror(http, new AgentOptions { Server = Address, DataFolder = "" }, new TrafficMeter());
        var now = TimeProvider.System.GetUtcNow();
        await TufClient.Initialise(trust, (await mirror.FetchMetadata("1.root.json", 1 << 20, default))!);
        var client = new TufClient(trust);
        await client.Refresh(mirror, now);
        return await client.LoadFeed("tinh", mirror, now);
    }

    /// <summary>Whether the platform thinks that the point shows it (<c>showing</c>, <c>mayStillShow</c>, <c>removed</c>, <c>pending</c>); null: never heard of.</summary>
    public async Task<string?> Standing(Guid release) =>
        (await _ops.GetCoverage(release)).Points?.SingleOrDefault(p => p.PointId == _point)?.State;

    /// <summary>Points of which it thinks that they may still show what was recalled.</summary>
    public async Task<int> MayStillShow(Guid release)
    {
        var coverage = await _ops.GetCoverage(release);
        Assert.NotNull(coverage.RecalledAt);
        return coverage.MayStillShow;
    }

    /// <summary><c>lcp export</c>.</summary>
    public async Task Export(string to)
    {
        var root = Path.Combine(_place.FullName, "1.root.json");
        if (!File.Exists(root))
            await File.WriteAllBytesAsync(root, await _editor.ReadPlaneMetadata("1.root.json"));
        Directory.CreateDirectory(to);
        var run = await ProgramRun.Of(
            "services/Cli",
            ["export", "--feed", "tinh", "--root", root, "--server", Address.ToString(), "--to", to]
        );
        // Somebody may have pulled the stick out.
        Assert.True(run.ExitCode == 0 || !Directory.Exists(to), run.Output + run.Errors);
    }

    public async ValueTask DisposeAsync()
    {
        await _platform.DisposeAsync();
        _place.Delete(recursive: true);
    }

    private async Task<GivenOut> Published(Guid id)
    {
        var release = await Eventually.Passes(
            async () =>
            {
                var now = await _editor.GetRelease(id);
                Assert.NotNull(now.PublishedAt);
                return now;
            },
            Patience
        );
        return new(
            id,
            release.Package,
            release.Version,
            release.Files!.ToDictionary(f => f.Path, f => f.Sha256),
            release.ValidFrom,
            release.ValidUntil
        );
    }

    private async Task<PlatformClient> SignIn(string user, string password)
    {
        var client = new PlatformClient(new HttpClient { BaseAddress = Address }, TimeProvider.System);
        await client.SignIn(user, password.Trim());
        return client;
    }
}

/// <summary>A release that was published.</summary>
/// <param name="Files">By path, the SHA-256 of each.</param>
internal sealed record GivenOut(
    Guid Id,
    string Package,
    int Version,
    IReadOnlyDictionary<string, string> Files,
    DateTimeOffset? ValidFrom,
    DateTimeOffset? ValidUntil
)
{
    /// <summary>Its recall was ordered; from then on a point may know of it.</summary>
    public bool IsRecalled { get; set; }

    public bool HasEnded => ValidUntil <= TimeProvider.System.GetUtcNow();
}
