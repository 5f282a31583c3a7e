using System.Reflection;

namespace LaiChau.Architecture.Tests;

internal static class Tree
{
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    /// <summary>The product's assemblies, loaded from beside the tests.</summary>
    public static IReadOnlyList<Assembly> Assemblies { get; } =
    [
        .. Directory
            .EnumerateFiles(AppContext.BaseDirectory, "*.dll")
            .Select(Path.GetFileNameWithoutExtension)
            .Where(name =>
                name == "lcp"
                || (
                    name!.StartsWith("LaiChau.", StringComparison.Ordinal)
                    && !name.EndsWith(".Tests", StringComparison.Ordinal)
                )
            )
            .Select(name => Assembly.Load(name!)),
    ];

    public static IEnumerable<Type> Types => Assemblies.SelectMany(a => a.GetTypes()).Where(t => !t.Name.Contains('<'));

    private static string Find(string folder) =>
        File.Exists(Path.Combine(folder, "LaiChau.Platform.sln")) ? folder : Find(Path.GetDirectoryName(folder)!);
}
