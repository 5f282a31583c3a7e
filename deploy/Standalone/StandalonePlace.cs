using System.Globalization;
using System.Security.Cryptography;

namespace LaiChau.Standalone;

/// <summary>One folder and one port: where a standalone platform lives, and the settings that follow from it.</summary>
internal sealed record StandalonePlace(string Data, int Port)
{
    public const string Administrator = "admin";

    public Uri? PublicAddress { get; init; }

    public Uri Door => new(string.Create(CultureInfo.InvariantCulture, $"http://localhost:{Port}/"));

    public Uri Address => PublicAddress ?? Door;

    public string File(params ReadOnlySpan<string> path) => Path.Combine([Data, .. path]);

    /// <summary>The account's password: made at random the first time, kept in a file that its owner alone can read.</summary>
    public string Password(string userName)
    {
        var file = File("passwords", userName);
        if (!System.IO.File.Exists(file))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            var how = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                how.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }
            using var writer = new StreamWriter(file, how);
            writer.Write(RandomNumberGenerator.GetString("abcdefghijkmnpqrstuvwxyz23456789", 20));
        }
        return System.IO.File.ReadAllText(file).Trim();
    }

    /// <summary>What each module needs to be told; settings given by the user come before these.</summary>
    public IReadOnlyDictionary<string, string?> Settings =>
        new Dictionary<string, string?>
        {
            ["Urls"] = PublicAddress is null
                ? Door.AbsoluteUri
                : string.Create(CultureInfo.InvariantCulture, $"http://*:{Port}"),
            ["ConnectionStrings:Catalog"] = Sqlite("catalog"),
            ["ConnectionStrings:Bulletins"] = Sqlite("bulletins"),
            ["ConnectionStrings:Points"] = Sqlite("points"),
            ["ConnectionStrings:Telemetry"] = Sqlite("telemetry"),
            ["Database:MigrateOnStart"] = "true",
            ["ObjectStore:Folder"] = File("objects"),
            ["Catalog:Keys:Folder"] = File("keys", "content"),
            ["Catalog:Keys:CreateIfMissing"] = "true",
            ["Catalog:ScratchFolder"] = File("scratch"),
            ["DataProtection:KeysFolder"] = File("keys", "pages"),
            ["Auth:Issuer"] = Address.AbsoluteUri,
            ["Auth:KeysAddress"] = new Uri(Door, ".well-known/jwks").AbsoluteUri,
            ["Identity:SigningKeyFile"] = File("keys", "identity", "signing.pem"),
            ["Identity:CreateKeyIfMissing"] = "true",
            ["Identity:ConsoleRedirectUris:0"] = new Uri(Address, "console/signin-oidc").AbsoluteUri,
            ["Identity:Bootstrap:UserName"] = Administrator,
            ["Identity:Bootstrap:Password"] = Password(Administrator),
            ["Console:Api"] = Door.AbsoluteUri,
            ["Console:Authority"] = Address.AbsoluteUri,
            ["Console:MetadataAddress"] = new Uri(Door, ".well-known/openid-configuration").AbsoluteUri,
        };

    private string Sqlite(string name) => $"Data Source={File("databases", name + ".db")}";
}
