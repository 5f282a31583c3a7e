using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace LaiChau.Distribution;

/// <summary>A SHA-256 digest: 32 bytes, parsed once, compared by value, written as 64 lower-case hex digits.</summary>
public readonly struct Sha256Digest : IEquatable<Sha256Digest>
{
    /// <summary>Length in bytes.</summary>
    public const int Size = 32;

    private readonly UInt128 _high;
    private readonly UInt128 _low;

    /// <summary>Takes 32 bytes.</summary>
    /// <exception cref="FormatException">Not 32 bytes.</exception>
    public Sha256Digest(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size)
        {
            throw new FormatException($"A SHA-256 digest has 32 bytes, not {bytes.Length}.");
        }
        _high = BinaryPrimitives.ReadUInt128BigEndian(bytes);
        _low = BinaryPrimitives.ReadUInt128BigEndian(bytes[16..]);
    }

    /// <summary>The digest of <paramref name="content"/>.</summary>
    public static Sha256Digest Of(ReadOnlySpan<byte> content)
    {
        Span<byte> hash = stackalloc byte[Size];
        SHA256.HashData(content, hash);
        return new(hash);
    }

    /// <summary>The digest of what is left of <paramref name="content"/>; bounded memory.</summary>
    public static async ValueTask<Sha256Digest> OfAsync(Stream content, CancellationToken ct = default) =>
        new(await SHA256.HashDataAsync(content, ct).ConfigureAwait(false));

    /// <summary>Parses 64 hex digits of either case.</summary>
    /// <exception cref="FormatException">Anything else.</exception>
    public static Sha256Digest Parse(string hex) =>
        TryParse(hex, out var digest) ? digest : throw new FormatException("A SHA-256 digest is 64 hex digits.");

    /// <summary>Parses 64 hex digits of either case; false for anything else.</summary>
    public static bool TryParse([NotNullWhen(true)] string? hex, out Sha256Digest digest)
    {
        Span<byte> bytes = stackalloc byte[Size];
        var ok = hex?.Length == Size * 2 && Convert.FromHexString(hex, bytes, out _, out _) == OperationStatus.Done;
        digest = ok ? new(bytes) : default;
        return ok;
    }

    internal ulong First8 => (ulong)(_high >> 64);

    /// <summary>Writes the 32 bytes to the front of <paramref name="destination"/>.</summary>
    public void CopyTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt128BigEndian(destination, _high);
        BinaryPrimitives.WriteUInt128BigEndian(destination[16..], _low);
    }

    /// <summary>The 32 bytes.</summary>
    public byte[] ToArray()
    {
        var bytes = new byte[Size];
        CopyTo(bytes);
        return bytes;
    }

    /// <summary>64 lower-case hex digits.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Size];
        CopyTo(bytes);
        return Convert.ToHexStringLower(bytes);
    }

    /// <inheritdoc/>
    public bool Equals(Sha256Digest other) => _high == other._high && _low == other._low;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Sha256Digest other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_high, _low);

    /// <summary>Same bytes.</summary>
    public static bool operator ==(Sha256Digest left, Sha256Digest right) => left.Equals(right);

    /// <summary>Other bytes.</summary>
    public static bool operator !=(Sha256Digest left, Sha256Digest right) => !left.Equals(right);
}
