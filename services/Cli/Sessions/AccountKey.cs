using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace LaiChau.Cli.Sessions;

/// <summary>The private key by which this machine speaks for an account instead of a password (RFC 7523); EC P-256, PEM.</summary>
public sealed class AccountKey : IDisposable
{
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(5);
    private readonly ECDsa key;

    private AccountKey(ECDsa key) => this.key = key;

    /// <summary>RFC 7638: what is compared with what the server shows.</summary>
    public string Thumbprint
    {
        get
        {
            var q = key.ExportParameters(includePrivateParameters: false).Q;
            var jwk =
                $$"""{"crv":"P-256","kty":"EC","x":"{{Base64Url.EncodeToString(q.X)}}","y":"{{Base64Url.EncodeToString(q.Y)}}"}""";
            return Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(jwk)));
        }
    }

    public string PublicPem => key.ExportSubjectPublicKeyInfoPem() + '\n';

    public static AccountKey Generate() => new(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    /// <exception cref="FormatException">It is not such a key.</exception>
    public static AccountKey FromPem(string pem)
    {
        var read = ECDsa.Create();
        try
        {
            read.ImportFromPem(pem);
            if (
                read.ExportParameters(includePrivateParameters: true).Curve.Oid.Value
                == ECCurve.NamedCurves.nistP256.Oid.Value
            )
            {
                return new AccountKey(read);
            }
        }
        catch (Exception wrong) when (wrong is ArgumentException or CryptographicException)
        {
            // Said below.
        }
        read.Dispose();
        throw new FormatException("Not a private key on P-256 (PEM, PKCS#8).");
    }

    /// <summary>Readable by its owner alone, and never over another file.</summary>
    public void Write(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }
        using var file = new FileStream(path, options);
        file.Write(Encoding.ASCII.GetBytes(key.ExportPkcs8PrivateKeyPem() + '\n'));
        file.Flush(flushToDisk: true);
    }

    /// <param name="audience">The token endpoint: what is signed for one server is of no use at another.</param>
    public string Assertion(string user, Uri audience, DateTimeOffset now)
    {
        var claims = JsonSerializer.Serialize(
            new
            {
                iss = user,
                sub = user,
                aud = audience.AbsoluteUri,
                jti = Guid.CreateVersion7().ToString("N"),
                iat = now.ToUnixTimeSeconds(),
                exp = (now + Life).ToUnixTimeSeconds(),
            }
        );
        var text = $"{Encode("""{"alg":"ES256","typ":"client-authentication+jwt"}""")}.{Encode(claims)}";
        var signature = key.SignData(
            Encoding.ASCII.GetBytes(text),
            HashAlgorithmName.SHA256,
            DSASignatureFormat.IeeeP1363FixedFieldConcatenation
        );
        return $"{text}.{Base64Url.EncodeToString(signature)}";
    }

    public void Dispose() => key.Dispose();

    private static string Encode(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));
}
