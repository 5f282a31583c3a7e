using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Server;

namespace LaiChau.PointRegistry.Tokens;

/// <summary>
/// The keys of the token service, from files, so that restarts and replicas speak with one voice. A new key is a new file beside the old one: it is read
/// within seconds and published at once, and signs when it has lain there long enough for everybody to know it.
/// </summary>
internal sealed class IdentityKeys(IdentitySettings options, TimeProvider time, ILogger<IdentityKeys> log)
    : BackgroundService,
        IConfigureOptions<OpenIddictServerOptions>,
        IOptionsChangeTokenSource<OpenIddictServerOptions>
{
    // No watching of files: where a volume is swapped under a link, nothing is told.
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(15);
    private readonly Lock reading = new();
    private Files? current;
    private CancellationTokenSource changed = new();

    /// <summary>PEM texts, the one in use first.</summary>
    private sealed record Files(IReadOnlyList<KeyFile> Signing, IReadOnlyList<KeyFile> Encryption)
    {
        public bool Equals(Files? other) =>
            other is not null && Signing.SequenceEqual(other.Signing) && Encryption.SequenceEqual(other.Encryption);

        public override int GetHashCode() => HashCode.Combine(Signing.Count, Encryption.Count);
    }

    private sealed record KeyFile(string Path, string Pem)
    {
        public override string ToString() => Path;
    }

    string IOptionsChangeTokenSource<OpenIddictServerOptions>.Name => Options.DefaultName;

    public IChangeToken GetChangeToken() => new CancellationChangeToken(changed.Token);

    public void Configure(OpenIddictServerOptions server)
    {
        Files files;
        lock (reading)
        {
            files = current ??= Read();
        }
        foreach (var key in files.Signing.Select(Signing))
        {
            var algorithm = key is ECDsaSecurityKey ? SecurityAlgorithms.EcdsaSha256 : SecurityAlgorithms.RsaSha256;
            server.SigningCredentials.Add(new SigningCredentials(key, algorithm));
        }
        foreach (var key in files.Encryption.Select(Encryption))
        {
            server.EncryptionCredentials.Add(
                new EncryptingCredentials(key, SecurityAlgorithms.RsaOAEP, SecurityAlgorithms.Aes256CbcHmacSha512)
            );
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        string? fault = null;
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(Round, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            try
            {
                Follow();
                fault = null;
            }
            catch (Exception wrong)
                when (wrong is IOException or UnauthorizedAccessException or InvalidOperationException)
            {
                if (fault != wrong.Message)
                {
                    log.LogError("The keys of the token service stay as they were: {Fault}", wrong.Message);
                }
                fault = wrong.Message;
            }
        }
    }

    private void Follow()
    {
        var files = Read();
        // Whatever is wrong with one of them is found here, not in somebody's request.
        _ = files.Signing.Select(Signing).Concat<SecurityKey>(files.Encryption.Select(Encryption)).ToList();
        lock (reading)
        {
            if (files.Equals(current))
            {
                return;
            }
            current = files;
        }
        log.LogInformation(
            "Keys of the token service: {Signing} signs, of {Count}; {Encryption} encrypts, of {EncryptionCount}",
            files.Signing[0],
            files.Signing.Count,
            files.Encryption[0],
            files.Encryption.Count
        );
        var before = Interlocked.Exchange(ref changed, new CancellationTokenSource());
        before.Cancel();
    }

    private Files Read() =>
        new(
            Read(
                SigningFile,
                "Identity:SigningKeyFile",
                () =>
                {
                    using var made = ECDsa.Create(ECCurve.NamedCurves.nistP256);
                    return made.ExportPkcs8PrivateKeyPem();
                }
            ),
            Read(
                EncryptionFile,
                "Identity:EncryptionKeyFile",
                () =>
                {
                    using var made = RSA.Create(3072);
                    return made.ExportPkcs8PrivateKeyPem();
                }
            )
        );

    /// <summary>The file and those beside it whose names begin with its name (<c>signing.pem</c>, <c>signing-2027-01.pem</c>), in their order.</summary>
    private List<KeyFile> Read(string file, string setting, Func<string> make)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
        var (name, extension) = (Path.GetFileNameWithoutExtension(file), Path.GetExtension(file));
        List<string> Find() =>
            Directory.Exists(folder)
                ?
                [
                    .. Directory
                        .EnumerateFiles(folder, $"{name}*{extension}")
                        .OrderBy(Path.GetFileNameWithoutExtension, StringComparer.Ordinal),
                ]
                : [];
        var found = Find();
        if (found.Count == 0)
        {
            if (!options.CreateKeyIfMissing)
            {
                throw new InvalidOperationException(
                    $"{setting} names {file}, which is not there. Put the key there, or set Identity:CreateKeyIfMissing=true to make one."
                );
            }
            Create(file, make());
            found = Find();
        }
        // The last that everybody has had the time to learn of. After a restart on a fresh volume none has: then the first, which all know.
        var known = time.GetUtcNow().UtcDateTime - TimeSpan.FromMinutes(options.KeyRestMinutes);
        var used = found.LastOrDefault(f => File.GetLastWriteTimeUtc(f) <= known) ?? found[0];
        return [.. found.OrderBy(f => f != used).Select(f => new KeyFile(f, File.ReadAllText(f)))];
    }

    private string SigningFile =>
        options.SigningKeyFile is { Length: > 0 } file
            ? file
            : throw new InvalidOperationException(
                "The setting Identity:SigningKeyFile is missing: the PEM file of the key that signs tokens."
            );

    private string EncryptionFile =>
        options.EncryptionKeyFile
        ?? Path.Combine(Path.GetDirectoryName(Path.GetFullPath(SigningFile))!, "encryption.pem");

    private static AsymmetricSecurityKey Signing(KeyFile file)
    {
        if (TryImport(ECDsa.Create, file.Pem) is ECDsa elliptic)
        {
            return elliptic.ExportParameters(false).Curve.Oid.Value == ECCurve.NamedCurves.nistP256.Oid.Value
                ? Named(new ECDsaSecurityKey(elliptic))
                : throw new InvalidOperationException($"{file}: an elliptic signing key must be on P-256.");
        }
        return TryImport(RSA.Create, file.Pem) is RSA { KeySize: >= 2048 } rsa
            ? Named(new RsaSecurityKey(rsa))
            : throw new InvalidOperationException(
                $"{file} holds no private key on P-256, nor RSA of 2048 bits or more."
            );
    }

    private static RsaSecurityKey Encryption(KeyFile file) =>
        TryImport(RSA.Create, file.Pem) is RSA { KeySize: >= 2048 } rsa
            ? Named(new RsaSecurityKey(rsa))
            : throw new InvalidOperationException($"{file} holds no private RSA key of 2048 bits or more.");

    private static void Create(string file, string pem)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
        var fresh = $"{file}.{Guid.CreateVersion7():N}";
        var how = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            how.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }
        using (var writer = new StreamWriter(fresh, how))
        {
            writer.Write(pem);
            writer.Flush();
            ((FileStream)writer.BaseStream).Flush(flushToDisk: true);
        }
        try
        {
            File.Move(fresh, file, overwrite: false);
        }
        catch (IOException) when (File.Exists(file))
        {
            // Another replica was quicker; its key is the key.
            File.Delete(fresh);
        }
    }

    private static AsymmetricAlgorithm? TryImport(Func<AsymmetricAlgorithm> create, string pem)
    {
        var key = create();
        try
        {
            key.ImportFromPem(pem);
            return key;
        }
        catch (Exception wrong) when (wrong is ArgumentException or CryptographicException)
        {
            key.Dispose();
            return null;
        }
    }

    private static TKey Named<TKey>(TKey key)
        where TKey : AsymmetricSecurityKey
    {
        key.KeyId = Base64UrlEncoder.Encode(key.ComputeJwkThumbprint());
        return key;
    }
}
