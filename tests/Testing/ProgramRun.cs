using System.Diagnostics;

namespace LaiChau.Testing;

/// <summary>One run to the end of a built command-line program.</summary>
public sealed record ProgramRun(int ExitCode, string Output, string Errors)
{
    /// <summary>Runs e.g. "services/Cli" with arguments and environment variables; kills it after <paramref name="timeout"/>.</summary>
    public static Task<ProgramRun> Of(
        string project,
        IEnumerable<string> arguments,
        IEnumerable<KeyValuePair<string, string?>>? environment = null,
        string? workingDirectory = null,
        TimeSpan? timeout = null
    ) =>
        OfCommand(
            ["dotnet", "exec", Repository.Program(project), .. arguments],
            environment,
            workingDirectory,
            timeout
        );

    /// <summary>Runs any command that is on the path.</summary>
    public static async Task<ProgramRun> OfCommand(
        IReadOnlyList<string> command,
        IEnumerable<KeyValuePair<string, string?>>? environment = null,
        string? workingDirectory = null,
        TimeSpan? timeout = null
    )
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = workingDirectory ?? Repository.Results,
        };
        foreach (var (name, value) in environment ?? [])
        {
            start.Environment[name.Replace(":", "__", StringComparison.Ordinal)] = value;
        }
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        using var limit = new CancellationTokenSource(timeout ?? TimeSpan.FromMinutes(2));
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException late)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException(
                $"{string.Join(' ', command)} did not end:\n{await output}\n{await errors}",
                late
            );
        }
        return new ProgramRun(process.ExitCode, await output, await errors);
    }
}
