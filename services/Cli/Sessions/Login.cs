using System.Text.Json;

namespace LaiChau.Cli.Sessions;

/// <summary>Which server, as whom. The file is readable by its owner only.</summary>
/// <param name="KeyFile">Of the private key that signs in instead of a password.</param>
internal sealed record Login(Uri Server, string User, string? Password, string? KeyFile = null)
{
    private const string KeyFileVariable = "LCP_KEY_FILE";
    private const string ServerVariable = "LCP_SERVER";
    private const string UserVariable = "LCP_USER";
    private const string PasswordVariable = "LCP_PASSWORD";

    public static string File =>
        Path.Combine(
            Environment.GetFolderPath(
                Environment.SpecialFolder.ApplicationData,
                Environment.SpecialFolderOption.DoNotVerify
            ),
            "laichau",
            "lcp.json"
        );

    /// <summary>The environment comes first, value by value, then the file.</summary>
    public static Login? Find()
    {
        var stored = Stored();
        var server = Variable(ServerVariable) is { } text ? ParseServer(text) : stored?.Server;
        var user = Variable(UserVariable) ?? stored?.User;
        var keyFile = Variable(KeyFileVariable);
        var password = Variable(PasswordVariable);
        if (keyFile is null && password is null)
        {
            (keyFile, password) = (stored?.KeyFile, stored?.Password);
        }
        return server is null || user is null || (password ?? keyFile) is null
            ? null
            : new Login(server, user, password, keyFile);
    }

    /// <summary>Where to read what is public.</summary>
    public static Uri FindServer() =>
        (Variable(ServerVariable) is { } text ? ParseServer(text) : Stored()?.Server)
        ?? throw new CommandRefusedException(
            "Chưa biết máy chủ: thêm --server, đặt LCP_SERVER, hoặc chạy «lcp login»."
        );

    public static Uri ParseServer(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var server)
        && (server.Scheme == Uri.UriSchemeHttp || server.Scheme == Uri.UriSchemeHttps)
            ? server
            : throw new CommandRefusedException(
                $"«{text}» không phải địa chỉ máy chủ; ví dụ đúng: https://lai-chau.example"
            );

    public static string? PasswordFromEnvironment => Variable(PasswordVariable);

    /// <exception cref="CommandRefusedException">The file holds no such key.</exception>
    public AccountKey? ReadKey()
    {
        if (KeyFile is null)
        {
            return null;
        }
        try
        {
            return AccountKey.FromPem(System.IO.File.ReadAllText(KeyFile));
        }
        catch (FormatException)
        {
            throw new CommandRefusedException(
                $"{KeyFile} không phải khóa đăng nhập (EC P-256, PEM). Hãy tạo bằng «lcp keys account»."
            );
        }
    }

    public void Store()
    {
        var folder = Path.GetDirectoryName(File)!;
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(
                folder,
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
            );
        }
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        var fresh = File + ".new";
        System.IO.File.Delete(fresh);
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }
        using (var stream = new FileStream(fresh, options))
        {
            JsonSerializer.Serialize(stream, this);
        }
        System.IO.File.Move(fresh, File, overwrite: true);
    }

    /// <summary>What this machine has stored of this login signs in with the new password too.</summary>
    public void Remember(string before, string after)
    {
        if (Stored() is { } stored && stored.User == User && stored.Server == Server && stored.Password == before)
        {
            (stored with { Password = after }).Store();
        }
    }

    private static Login? Stored()
    {
        try
        {
            using var stream = System.IO.File.OpenRead(File);
            return JsonSerializer.Deserialize<Login>(stream);
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (JsonException)
        {
            throw new CommandRefusedException($"Tệp {File} bị hỏng; hãy chạy lại «lcp login».");
        }
    }

    private static string? Variable(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
