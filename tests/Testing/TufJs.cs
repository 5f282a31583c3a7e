using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.FileProviders;

namespace LaiChau.Testing;

/// <summary>
/// Reads a plane, a folder served over HTTP as it lies there, with tuf-js: another implementation of what the distribution format is
/// built on. Remembers what it trusts, as a point does.
/// </summary>
public sealed class TufJs : IAsyncDisposable
{
    private static readonly Lazy<Task<string>> Installed = new(Install);

    private readonly string state = Directory.CreateTempSubdirectory("laichau-tuf-js-").FullName;
    private readonly WebApplication server;

    private TufJs(WebApplication server) => this.server = server;

    /// <summary>Of a plane in a folder, trusting its first root.</summary>
    public static async Task<TufJs> Of(string plane)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.UseStaticFiles(
            new StaticFileOptions { FileProvider = new PhysicalFileProvider(plane), ServeUnknownFileTypes = true }
        );
        await app.StartAsync();
        var reader = new TufJs(app);
        var trusted = Directory.CreateDirectory(Path.Combine(reader.state, "trusted"));
        File.Copy(Path.Combine(plane, "metadata", "1.root.json"), Path.Combine(trusted.FullName, "root.json"));
        return reader;
    }

    /// <summary>Refreshes, then brings targets: <c>{path, found, length, sha256, version}</c> for each, or why it was refused.</summary>
    public async Task<(IReadOnlyList<JsonNode> Targets, string? Refused)> Read(params string[] targets)
    {
        var address = server.Urls.First();
        var run = await ProgramRun.OfCommand(
            ["node", "read.mjs", $"{address}/metadata", $"{address}/targets", state, .. targets],
            workingDirectory: await Installed.Value
        );
        return (
            [.. run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)],
            run.ExitCode == 0 ? null : run.Errors
        );
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        Directory.Delete(state, recursive: true);
    }

    private static async Task<string> Install()
    {
        var folder = Directory.CreateTempSubdirectory("laichau-interop-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        foreach (var file in Directory.GetFiles(Path.Combine(Repository.Root, "tests", "Interop")))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }
        var run = await ProgramRun.OfCommand(
            ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"],
            workingDirectory: folder
        );
        return run.ExitCode == 0
            ? folder
            : throw new InvalidOperationException($"npm ci failed:\n{run.Output}\n{run.Errors}");
    }
}
