using System.Reflection;

namespace LaiChau.Testing;

/// <summary>Where things are: the repository's root, a project's built program, the folder for what a test leaves behind.</summary>
public static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>Logs and screenshots of the running test project; not under version control.</summary>
    public static string Results { get; } =
        Directory
            .CreateDirectory(
                Path.Combine(
                    Root,
                    "TestResults",
                    Assembly.GetEntryAssembly()?.GetName().Name?.Replace("LaiChau.", "", StringComparison.Ordinal)
                        ?? "run"
                )
            )
            .FullName;

    /// <summary>The built program of a project, e.g. "services/Catalog", in the configuration the tests were built in.</summary>
    public static string Program(string project)
    {
        var configuration = AppContext.BaseDirectory.Contains(
            $"{Path.DirectorySeparatorChar}Release{Path.DirectorySeparatorChar}",
            StringComparison.Ordinal
        )
            ? "Release"
            : "Debug";
        var name = Path.GetFileName(project.TrimEnd('/'));
        var bin = Path.Combine(Root, project, "bin", configuration, "net10.0");
        // A program that contains others has theirs beside its own.
        var programs = Directory.Exists(bin) ? Directory.GetFiles(bin, "*.runtimeconfig.json") : [];
        var output =
            programs.SingleOrDefault(p => Path.GetFileName(p) == $"LaiChau.{name}.runtimeconfig.json")
            ?? programs.SingleOrDefault();
        return output?.Replace(".runtimeconfig.json", ".dll", StringComparison.Ordinal)
            ?? throw new InvalidOperationException(
                $"{project} is not built ({configuration}). Reference its project from the test project, or: dotnet build {project}/{name}.csproj"
            );
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "LaiChau.Platform.sln")))
            {
                return folder.FullName;
            }
        }
        throw new InvalidOperationException($"No LaiChau.Platform.sln above {AppContext.BaseDirectory}.");
    }
}
