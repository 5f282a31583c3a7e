namespace LaiChau.OpsConsole;

/// <summary>Settings under <c>Console</c>.</summary>
internal sealed class ConsoleOptions
{
    /// <summary>Address of the gateway as the console reaches it.</summary>
    public required Uri Api { get; init; }

    /// <summary>The token service as the browser reaches it.</summary>
    public required Uri Authority { get; init; }

    /// <summary>Where the console reads the token service's metadata, when the browser's address is not its way.</summary>
    public Uri? MetadataAddress { get; init; }

    /// <summary>Largest attachment an editor may send, bytes.</summary>
    public long MaxUploadBytes { get; init; } = 64L * 1024 * 1024;

    public static ConsoleOptions From(IConfiguration configuration)
    {
        var section = configuration.GetSection("Console");
        return new ConsoleOptions
        {
            Api = Address(section, "Api") ?? throw Missing("Api"),
            Authority = Address(section, "Authority") ?? throw Missing("Authority"),
            MetadataAddress = Address(section, "MetadataAddress"),
            MaxUploadBytes = section.GetValue("MaxUploadBytes", 64L * 1024 * 1024),
        };
    }

    private static Uri? Address(IConfigurationSection section, string name)
    {
        var text = section[name];
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }
        return Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            ? uri
            : throw new InvalidOperationException($"Console:{name} is not an http(s) address: {text}");
    }

    private static InvalidOperationException Missing(string name) => new($"The setting Console:{name} is missing.");
}
