using System.Text.Json.Nodes;
using LaiChau.Testing;

namespace LaiChau.Distribution.Tests.Trust.Conformance;

/// <summary>
/// A simulated repository, and the client as the built program with the command line of the tuf-conformance suite: what that suite asks of
/// a client, asked here in the same words.
/// </summary>
public abstract class ConformanceTest : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tuf-").FullName;

    internal Simulator Repo { get; private set; } = null!;

    protected string MetadataFolder => Path.Combine(_folder, "metadata");
    protected string TargetFolder => Path.Combine(_folder, "targets");

    public async ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(MetadataFolder);
        Directory.CreateDirectory(TargetFolder);
        Repo = await Simulator.Start();
    }

    public async ValueTask DisposeAsync()
    {
        await Repo.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    protected async Task<int> Init(byte[]? root = null)
    {
        var file = Path.Combine(_folder, "initial_root.json");
        await File.WriteAllBytesAsync(file, root ?? Repo.FirstRoot);
        return await Run(null, "--metadata-dir", MetadataFolder, "init", file);
    }

    protected Task<int> Refresh(DateTimeOffset? at = null) =>
        Run(at, "--metadata-url", $"{Repo.Address}/metadata/", "--metadata-dir", MetadataFolder, "refresh");

    protected Task<int> Download(params string[] targets) => Download(null, targets);

    protected Task<int> Download(DateTimeOffset? at, params string[] targets) =>
        Run(
            at,
            [
                "--metadata-url",
                $"{Repo.Address}/metadata/",
                "--metadata-dir",
                MetadataFolder,
                .. targets.SelectMany(t => new[] { "--target-name", t }),
                "--target-dir",
                TargetFolder,
                "--target-base-url",
                $"{Repo.Address}/targets/",
                "download",
            ]
        );

    /// <summary>What a client trusts of a role; null: nothing.</summary>
    protected long? VersionOf(string role)
    {
        var file = Path.Combine(MetadataFolder, $"{role}.json");
        return File.Exists(file)
            ? JsonNode.Parse(File.ReadAllBytes(file))!["signed"]!["version"]!.GetValue<long>()
            : null;
    }

    /// <summary>All that a client trusts, as "root 1, snapshot 2".</summary>
    protected string Trusted() =>
        string.Join(
            ", ",
            Directory
                .GetFiles(MetadataFolder, "*.json")
                .Select(f => Path.GetFileNameWithoutExtension(f))
                .Order(StringComparer.Ordinal)
                .Select(role => $"{role} {VersionOf(role)}")
        );

    /// <summary>Contents of what was downloaded, the oldest first.</summary>
    protected string[] Downloaded() =>
        [
            .. Directory
                .GetFiles(TargetFolder, "*", SearchOption.AllDirectories)
                .OrderBy(f => File.GetLastWriteTimeUtc(f))
                .Select(File.ReadAllText),
        ];

    /// <summary>Roles that were asked for after the top-level ones.</summary>
    internal IEnumerable<string> DelegatedRequests() => Repo.MetadataRequests.Skip(4).Select(r => r.Role);

    internal static byte[] Bytes(string text) => System.Text.Encoding.UTF8.GetBytes(text);

    private static async Task<int> Run(DateTimeOffset? at, params string[] arguments)
    {
        var run = await ProgramRun.OfCommand(
            ["dotnet", "exec", LaiChau.Testing.Repository.Program("tests/TufClient"), .. arguments],
            at is { } time ? FakeTime.Ahead(time - TimeProvider.System.GetUtcNow()) : null
        );
        TestContext.Current.TestOutputHelper?.WriteLine($"{arguments[^1]}: {run.ExitCode} {run.Errors}");
        return run.ExitCode;
    }
}
