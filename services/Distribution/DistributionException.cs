namespace LaiChau.Distribution;

/// <summary>Something of the distribution plane was refused. <see cref="Code"/> is stable; the message is a sentence for a log.</summary>
public abstract class DistributionException : Exception
{
    private protected DistributionException(string code, string message, Exception? inner = null)
        : base(message, inner) => Code = code;

    /// <summary>A stable kebab-case reason.</summary>
    public string Code { get; }
}

/// <summary>Signed metadata was refused, or could not be written; see <see cref="TufFault"/>.</summary>
public sealed class TufException : DistributionException
{
    internal TufException(TufFault fault, string role, string message, Exception? inner = null)
        : base(CodeOf(fault), $"{role}: {message}", inner)
    {
        Fault = fault;
        Role = role;
    }

    /// <summary>Why, as a type.</summary>
    public TufFault Fault { get; }

    /// <summary>The role (or target) it happened to: <c>root</c>, <c>timestamp</c>, <c>snapshot</c>, <c>targets</c>, a feed.</summary>
    public string Role { get; }

    private static string CodeOf(TufFault fault) =>
        fault switch
        {
            TufFault.Malformed => "metadata-malformed",
            TufFault.Missing => "metadata-missing",
            TufFault.TooLong => "too-long",
            TufFault.WrongLength => "wrong-length",
            TufFault.WrongHash => "wrong-hash",
            TufFault.BelowThreshold => "below-threshold",
            TufFault.Rollback => "rollback",
            TufFault.WrongVersion => "wrong-version",
            TufFault.Expired => "expired",
            TufFault.UnknownTarget => "unknown-target",
            TufFault.NotTrusted => "no-trusted-root",
            TufFault.MissingKey => "missing-signing-key",
            _ => throw new ArgumentOutOfRangeException(nameof(fault)),
        };
}

/// <summary>Why signed metadata was refused.</summary>
public enum TufFault
{
    /// <summary><c>metadata-malformed</c>: not the JSON the specification asks for, or an unknown spec version.</summary>
    Malformed,

    /// <summary><c>metadata-missing</c>: the mirror lacks a file that signed metadata names.</summary>
    Missing,

    /// <summary><c>too-long</c>: more bytes than allowed (endless data).</summary>
    TooLong,

    /// <summary><c>wrong-length</c>: other length than signed.</summary>
    WrongLength,

    /// <summary><c>wrong-hash</c>: other bytes than signed.</summary>
    WrongHash,

    /// <summary><c>below-threshold</c>: too few valid signatures by the role's keys.</summary>
    BelowThreshold,

    /// <summary><c>rollback</c>: older than what was trusted before.</summary>
    Rollback,

    /// <summary><c>wrong-version</c>: not the version that signed metadata names (mix and match).</summary>
    WrongVersion,

    /// <summary><c>expired</c>: its time is over (freeze).</summary>
    Expired,

    /// <summary><c>unknown-target</c>: no trusted role lists it.</summary>
    UnknownTarget,

    /// <summary><c>no-trusted-root</c>: the trust store holds no root.</summary>
    NotTrusted,

    /// <summary><c>missing-signing-key</c>: the writer was not given enough keys for a role it has to sign.</summary>
    MissingKey,
}

/// <summary>A manifest, pack index, pack or file was refused.</summary>
public sealed class ContentException : DistributionException
{
    internal ContentException(string code, string message, Exception? inner = null)
        : base(code, message, inner) { }

    /// <summary>A manifest, index or recall list that is not what 0002 describes.</summary>
    public const string Malformed = "content-malformed";

    /// <summary>A format number that this version does not know.</summary>
    public const string UnknownFormat = "unknown-format";

    /// <summary>A file path that is not allowed (absolute, <c>..</c>, control characters, a case twin …).</summary>
    public const string BadPath = "bad-path";

    /// <summary>A frame that does not decompress to exactly its signed length.</summary>
    public const string BadFrame = "bad-frame";

    /// <summary>A chunk whose hash is not the signed one.</summary>
    public const string BadChunk = "bad-chunk";

    /// <summary>A file whose length or SHA-256 is not the signed one.</summary>
    public const string BadFile = "bad-file";

    /// <summary>The stream ended before the range did.</summary>
    public const string Truncated = "truncated";
}
