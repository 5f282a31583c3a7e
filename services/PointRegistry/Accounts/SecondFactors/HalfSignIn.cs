using System.Security.Cryptography;
using System.Text.Json;
using LaiChau.PointRegistry.Tokens;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.PointRegistry.Accounts.SecondFactors;

/// <summary>
/// What the page carries from the password to the second factor, encrypted: who knew the password, and, while a factor is set up, the key that was shown. It
/// opens nothing by itself, and not for long.
/// </summary>
/// <param name="Key">The key that is being set up.</param>
internal sealed record HalfSignIn(Guid AccountId, string? Key = null)
{
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(10);

    public string Seal(IDataProtectionProvider protection) =>
        Protector(protection).Protect(JsonSerializer.Serialize(this), Life);

    /// <summary>Null when it is too old, or not ours.</summary>
    public static HalfSignIn? Open(string text, IDataProtectionProvider protection)
    {
        try
        {
            return JsonSerializer.Deserialize<HalfSignIn>(Protector(protection).Unprotect(text));
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    public override string ToString() => $"{nameof(HalfSignIn)} {{ {AccountId} }}";

    private static ITimeLimitedDataProtector Protector(IDataProtectionProvider protection) =>
        protection.CreateProtector("laichau.second-factor.page").ToTimeLimitedDataProtector();
}
