using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Text;
using LaiChau.Cli.Output;
using LaiChau.Distribution.Trust;

namespace LaiChau.Cli.Keys;

/// <summary>A private key as PKCS#8 PEM, as openssl reads it too; under a passphrase (PBES2, AES-256, PBKDF2) unless it is an online key.</summary>
internal static class PrivateKeyFile
{
    private const string Locked = "ENCRYPTED PRIVATE KEY";
    private const int SeedLength = 32;

    private static readonly Oid Ed25519 = new("1.3.101.112");

    private static readonly PbeParameters Lock = new(
        PbeEncryptionAlgorithm.Aes256Cbc,
        HashAlgorithmName.SHA256,
        iterationCount: 600_000
    );

    /// <summary>Readable by its owner alone; on the disk when this returns.</summary>
    public static void Write(string path, SigningKey key, byte[]? passphrase)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }
        using var file = new FileStream(path, options);
        file.Write(Encoding.ASCII.GetBytes(passphrase is null ? key.ToPem() : ToLockedPem(key, passphrase)));
        file.Flush(flushToDisk: true);
    }

    /// <exception cref="CommandRefusedException">Not such a key, or not its passphrase.</exception>
    public static async Task<SigningKey> Read(Shell shell, FileInfo file, FileInfo? passphrase, CancellationToken ct)
    {
        var pem = await File.ReadAllTextAsync(file.FullName, ct);
        try
        {
            if (!PemEncoding.TryFind(pem, out var found) || pem[found.Label] != Locked)
            {
                return SigningKey.FromPem(pem);
            }
            var name = Path.GetFileNameWithoutExtension(file.Name);
            return Unlock(
                Convert.FromBase64String(pem[found.Base64Data]),
                await Passphrase.Ask(shell, passphrase, name, ct)
            );
        }
        catch (CryptographicException)
        {
            throw new CommandRefusedException($"Mật khẩu không mở được khóa {file.FullName}.");
        }
        catch (FormatException)
        {
            throw new CommandRefusedException($"{file.FullName} không phải khóa ký Ed25519 (PEM, PKCS#8).");
        }
    }

    private static string ToLockedPem(SigningKey key, byte[] passphrase)
    {
        var seed = key.ToSeed();
        // RFC 8410: the seed as an OCTET STRING within the key's own.
        byte[] wrapped = [0x04, SeedLength, .. seed];
        try
        {
            var info = new Pkcs8PrivateKeyInfo(Ed25519, algorithmParameters: null, wrapped);
            return PemEncoding.WriteString(Locked, info.Encrypt(passphrase, Lock)) + '\n';
        }
        finally
        {
            CryptographicOperations.ZeroMemory(seed);
            CryptographicOperations.ZeroMemory(wrapped);
        }
    }

    private static SigningKey Unlock(byte[] locked, byte[] passphrase)
    {
        var info = Pkcs8PrivateKeyInfo.DecryptAndDecode(passphrase, locked, out _);
        var wrapped = info.PrivateKeyBytes.Span;
        return info.AlgorithmId.Value == Ed25519.Value && wrapped is [0x04, SeedLength, .. { Length: SeedLength } seed]
            ? SigningKey.FromSeed(seed)
            : throw new FormatException("Another kind of key.");
    }
}
