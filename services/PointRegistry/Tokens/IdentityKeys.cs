using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Server;

namespace LaiChau.PointRegistry.Tokens;

/// <summary>The keys of the token service, from files, so that restarts and replicas speak with one voice.</summary>
internal sealed class IdentityKeys(IdentitySettings options) : IConfigureOptions<OpenIddictServerOptions>
{
    public void Configure(OpenIddictServerOptions server)
    {
        var signing = Signing();
        var algorithm = signing is ECDsaSecurityKey ? SecurityAlgorithms.EcdsaSha256 : SecurityAlgorithms.RsaSha256;
        server.SigningCredentials.Add(new SigningCredentials(signing, algorithm));
        server.EncryptionCredentials.Add(
            new EncryptingCredentials(Encryption(), SecurityAlgorithms.RsaOAEP, SecurityAlgorithms.Aes256CbcHmacSha512)
        );
    }

    private AsymmetricSecurityKey Signing()
    {
        var file = SigningFile();
        var pem = ReadOrCreate(
            file,
            "Identity:SigningKeyFile",
            () =>
            {
                using var made = ECDsa.Create(ECCurve.NamedCurves.nistP256);
                return made.ExportPkcs8PrivateKeyPem();
            }
        );
        if (TryImport(ECDsa.Create, pem) is ECDsa elliptic)
        {
            return elliptic.ExportParameters(false).Curve.Oid.Value == ECCurve.NamedCurves.nistP256.Oid.Value
                ? Named(new ECDsaSecurityKey(elliptic))
                : throw new InvalidOperationException($"{file}: an elliptic signing key must be on P-256.");
        }
        return TryImport(RSA.Create, pem) is RSA { KeySize: >= 2048 } rsa
            ? Named(new RsaSecurityKey(rsa))
            : throw new InvalidOperationException(
                $"{file} holds no private key on P-256, nor RSA of 2048 bits or more."
            );
    }

    private RsaSecurityKey Encryption()
    {
        var file =
            options.EncryptionKeyFile
            ?? Path.Combine(Path.GetDirectoryName(Path.GetFullPath(SigningFile()))!, "encryption.pem");
        var pem = ReadOrCreate(
            file,
            "Identity:EncryptionKeyFile",
            () =>
            {
                using var made = RSA.Create(3072);
                return made.ExportPkcs8PrivateKeyPem();
            }
        );
        return TryImport(RSA.Create, pem) is RSA { KeySize: >= 2048 } rsa
            ? Named(new RsaSecurityKey(rsa))
            : throw new InvalidOperationException($"{file} holds no private RSA key of 2048 bits or more.");
    }

    private string SigningFile() =>
        options.SigningKeyFile is { Length: > 0 } file
            ? file
            : throw new InvalidOperationException(
                "The setting Identity:SigningKeyFile is missing: the PEM file of the key that signs tokens."
            );

    private string ReadOrCreate(string file, string setting, Func<string> make)
    {
        if (!File.Exists(file))
        {
            if (!options.CreateKeyIfMissing)
            {
                throw new InvalidOperationException(
                    $"{setting} names {file}, which is not there. Put the key there, or set Identity:CreateKeyIfMissing=true to make one."
                );
            }
            Create(file, make());
        }
        return File.ReadAllText(file);
    }

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
