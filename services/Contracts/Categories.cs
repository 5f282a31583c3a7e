namespace LaiChau.Contracts;

/// <summary>What packages and bulletins are about: the words of the API and of the signed manifests, after the province's guidance.</summary>
public static class Categories
{
    public static IReadOnlyList<string> All { get; } =
    [
        "basic-it",
        "digital-skills",
        "local-economy",
        "national-economy",
        "security-defence",
        "party-state-policy",
        "digital-transformation",
        "technology-production",
        "e-commerce",
        "smart-farming",
        "foreign-affairs",
        "public-services",
        "daily-life",
    ];
}
