using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using Xunit;

namespace LaiChau.PointRegistry.Tests.Accounts;

/// <summary>The six digits of an authenticator app, computed here by RFC 6238 and not by what the service uses.</summary>
public static class OneTimeCode
{
    private const string Base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    /// <param name="ahead">Of now, in steps of 30 seconds.</param>
    public static string Of(string key, int ahead = 0) =>
        At(Decode(key), TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() / 30 + ahead, 6);

    [SuppressMessage("Security", "CA5350", Justification = "It is what authenticator apps use.")]
    internal static string At(byte[] key, long step, int digits)
    {
        Span<byte> counter = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
        var hash = HMACSHA1.HashData(key, counter);
        var number = BinaryPrimitives.ReadUInt32BigEndian(hash.AsSpan(hash[^1] & 0xF)) & 0x7FFFFFFF;
        return (number % (uint)Math.Pow(10, digits)).ToString($"D{digits}", CultureInfo.InvariantCulture);
    }

    private static byte[] Decode(string key)
    {
        var bits = string.Concat(
            key.Select(c => Convert.ToString(Base32.IndexOf(c, StringComparison.Ordinal), 2).PadLeft(5, '0'))
        );
        return [.. Enumerable.Range(0, bits.Length / 8).Select(i => Convert.ToByte(bits.Substring(i * 8, 8), 2))];
    }
}

public sealed class OneTimeCodeTests
{
    /// <summary>RFC 6238, appendix B.</summary>
    [Theory]
    [InlineData(59, "94287082")]
    [InlineData(1111111109, "07081804")]
    [InlineData(1234567890, "89005924")]
    [InlineData(20000000000, "65353130")]
    public void Is_what_the_standard_says(long seconds, string code) =>
        Assert.Equal(code, OneTimeCode.At("12345678901234567890"u8.ToArray(), seconds / 30, 8));
}
