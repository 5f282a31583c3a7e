using Microsoft.AspNetCore.DataProtection;
using OtpNet;

namespace LaiChau.PointRegistry.Accounts.SecondFactors;

/// <summary>
/// The keys from which authenticator apps make their six digits (RFC 6238: SHA-1, 30 seconds). In the database they lie encrypted under the keys in
/// <c>DataProtection:KeysFolder</c>: whoever steals the one without the other has nothing.
/// </summary>
internal sealed class SecondFactorKeys(IDataProtectionProvider protection, TimeProvider time)
{
    private const string Issuer = "LaiChau.Platform";

    // As long as the hash under it: RFC 4226, section 4.
    private const int KeyBytes = 20;

    // A telephone's clock is a little off, and typing takes a while.
    private static readonly VerificationWindow Window = new(previous: 1, future: 1);
    private readonly IDataProtector protector = protection.CreateProtector("laichau.second-factor.key");

    /// <summary>A new key, in base 32 as apps take it.</summary>
    public static string New() => Base32Encoding.ToString(KeyGeneration.GenerateRandomKey(KeyBytes));

    public static string Address(string key, string userName) =>
        new OtpUri(OtpType.Totp, key, userName, Issuer).ToString();

    public string Protect(string key) => protector.Protect(key);

    public string Unprotect(string kept) => protector.Unprotect(kept);

    /// <summary>The 30 seconds to which the code belongs; null when it is wrong.</summary>
    public long? StepOf(string code, string key) =>
        new Totp(Base32Encoding.ToBytes(key)).VerifyTotp(time.GetUtcNow().UtcDateTime, code, out var step, Window)
            ? step
            : null;
}
