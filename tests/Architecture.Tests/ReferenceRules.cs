using System.Xml.Linq;

namespace LaiChau.Architecture.Tests;

/// <summary>Who may reference whom, read from the project files.</summary>
internal static class ReferenceRules
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Contracts"] = [],
        ["Distribution"] = [],
        ["ServiceDefaults"] = ["Contracts"],
        ["Catalog"] = ["Contracts", "Distribution", "ServiceDefaults"],
        ["BulletinPublishing"] = ["Contracts", "ServiceDefaults"],
        ["PointRegistry"] = ["Contracts", "ServiceDefaults"],
        ["Telemetry"] = ["Contracts", "ServiceDefaults"],
        ["PointAgent"] = ["Distribution"],
        ["OpsConsole"] = ["ServiceDefaults"],
        ["Cli"] = ["Contracts", "Distribution"],
        ["Gateway"] = ["ServiceDefaults"],
        ["Standalone"] =
        [
            "BulletinPublishing",
            "Catalog",
            "Cli",
            "Gateway",
            "OpsConsole",
            "PointAgent",
            "PointRegistry",
            "ServiceDefaults",
            "Telemetry",
        ],
    };

    /// <summary>Every reference that the design does not allow, as "A → B".</summary>
    public static IEnumerable<string> Violations(IEnumerable<(string From, string To)> references) =>
        from reference in references
        where !Allowed.TryGetValue(reference.From, out var may) || !may.Contains(reference.To)
        select $"{reference.From} → {reference.To}";

    /// <summary>The references of the product's own projects, tests left out.</summary>
    public static IEnumerable<(string From, string To)> OfTheTree(string root) =>
        from folder in new[] { "services", "gateway", "deploy" }
        from project in Directory.EnumerateFiles(Path.Combine(root, folder), "*.csproj", SearchOption.AllDirectories)
        from reference in XDocument.Load(project).Descendants("ProjectReference")
        select (
            Path.GetFileNameWithoutExtension(project),
            Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/'))
        );
}
