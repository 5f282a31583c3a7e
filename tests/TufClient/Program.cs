using System.CommandLine;
using LaiChau.Distribution;
using LaiChau.Distribution.Trust;
using LaiChau.TufClient;

// The library's TUF client with the command line of the tuf-conformance suite (CLIENT-CLI.md): exit code 0 or 1.
Option<DirectoryInfo> metadataDir = new("--metadata-dir") { Required = true, Recursive = true };
Option<string> metadataUrl = new("--metadata-url") { Recursive = true };
Option<string[]> targetNames = new("--target-name") { Recursive = true };
Option<string> targetUrl = new("--target-base-url") { Recursive = true };
Option<DirectoryInfo> targetDir = new("--target-dir") { Recursive = true };
Argument<FileInfo> trustedRoot = new("trusted-root");

Command init = new("init", "Takes a root as the trust anchor; asks nobody.") { trustedRoot };
init.SetAction(
    async (args, ct) =>
    {
        var root = await File.ReadAllBytesAsync(args.GetRequiredValue(trustedRoot).FullName, ct);
        await TufClient.Initialise(new FolderTrustStore(args.GetRequiredValue(metadataDir).FullName), root, ct);
        return 0;
    }
);

Command refresh = new("refresh", "Brings the top-level metadata up to date.");
refresh.SetAction(
    async (args, ct) =>
    {
        await Refresh(args, ct);
        return 0;
    }
);

Command download = new("download", "Brings the metadata up to date, then the targets into the target folder.");
download.SetAction(
    async (args, ct) =>
    {
        var (client, mirror, now) = await Refresh(args, ct);
        var folder = new TargetFolder(args.GetRequiredValue(targetDir).FullName);
        foreach (var name in args.GetRequiredValue(targetNames))
        {
            try
            {
                var target = await client.FindTarget(name, mirror, now, ct);
                await folder.Bring(
                    target ?? throw new FileNotFoundException($"No trusted role lists {name}."),
                    mirror,
                    ct
                );
            }
            catch (Exception fault)
                when (fault
                        is DistributionException
                            or IOException
                            or HttpRequestException
                            or UnauthorizedAccessException
                )
            {
                // In the order given, and none after one that fails: CLIENT-CLI.md.
                await Console.Error.WriteLineAsync($"{name}: {fault.Message}");
                return 1;
            }
        }
        return 0;
    }
);

RootCommand root = new("The TUF client of the distribution format, for conformance tests.")
{
    metadataDir,
    metadataUrl,
    targetNames,
    targetUrl,
    targetDir,
    init,
    refresh,
    download,
};
try
{
    return await root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null })
        .InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (Exception fault)
{
    await Console.Error.WriteLineAsync($"{fault.GetType().Name}: {fault.Message}");
    return 1;
}

async Task<(TufClient Client, HttpMirror Mirror, DateTimeOffset Now)> Refresh(ParseResult args, CancellationToken ct)
{
    var client = new TufClient(new FolderTrustStore(args.GetRequiredValue(metadataDir).FullName));
    var mirror = new HttpMirror(args.GetRequiredValue(metadataUrl), args.GetValue(targetUrl) ?? "");
    // One reference time for all of it, as the specification asks (§5.2).
    var now = TimeProvider.System.GetUtcNow();
    await client.Refresh(mirror, now, ct);
    return (client, mirror, now);
}
