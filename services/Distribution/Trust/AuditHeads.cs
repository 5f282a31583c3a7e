using System.Text.Json;
using System.Text.Json.Nodes;
using LaiChau.Distribution.Publishing;

namespace LaiChau.Distribution.Trust;

/// <summary>Where one service's audit trail ended at a moment.</summary>
/// <param name="Service">As in the path of its API: <c>catalog</c>, <c>points</c>.</param>
/// <param name="No">Number of its last entry, from 1.</param>
/// <param name="Hash">That entry's hash, over it and everything before it: 64 lower-case hexadecimal digits.</param>
/// <param name="At">When it was written.</param>
public sealed record AuditHead(string Service, long No, string Hash, DateTimeOffset At);

/// <summary>
/// The ends of all audit trails, signed with the keys of the timestamp role: whoever keeps such a file can tell later whether anything
/// that was in a trail at that time was changed. Laid out as TUF metadata of type <c>audit</c>:
/// <c>{"_type":"audit","version":7,"expires":…,"spec_version":…,"heads":{"points":{"no":17,"hash":…,"at":…}}}</c>. It never stops being
/// true; <c>expires</c> is there for readers of the envelope.
/// </summary>
public sealed record AuditHeads(long Version, IReadOnlyList<AuditHead> Heads)
{
    private const string Role = "audit";
    private const int MaxLength = 64 * 1024;
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(3650);

    /// <exception cref="TufException">The keys of the timestamp role are not at hand.</exception>
    public byte[] Sign(RepositoryState state, IReadOnlyCollection<SigningKey> keys, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(state);
        var signers = state.Design.Timestamp;
        if (!signers.CanBeReachedWith(keys))
        {
            throw new TufException(TufFault.MissingKey, Role, "too few of the timestamp's signing keys are at hand");
        }
        var heads = Heads
            .OrderBy(h => h.Service, StringComparer.Ordinal)
            .Select(h =>
                KeyValuePair.Create(
                    h.Service,
                    (JsonNode?)
                        new JsonObject
                        {
                            ["at"] = JsonShape.Time(h.At),
                            ["hash"] = h.Hash,
                            ["no"] = h.No,
                        }
                )
            );
        return SignedFile.Sign(
            new JsonObject
            {
                ["_type"] = Role,
                ["expires"] = JsonShape.Time(now + Lifetime),
                ["heads"] = new JsonObject(heads),
                ["spec_version"] = RepositoryStep.SpecVersion,
                ["version"] = Version,
            },
            signers.At(keys)
        );
    }

    /// <summary>Reads heads that any root from <paramref name="trustedRoot"/> on vouches for: an older file may bear keys that have gone since.</summary>
    /// <param name="file">The file, from wherever.</param>
    /// <param name="trustedRoot">root.json as it was handed over.</param>
    /// <param name="mirror">Where later roots are.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="TufException">Malformed, or not signed by the timestamp's keys of any of these roots.</exception>
    public static async Task<AuditHeads> Verify(
        ReadOnlyMemory<byte> file,
        ReadOnlyMemory<byte> trustedRoot,
        IMirror mirror,
        CancellationToken ct = default
    )
    {
        ArgumentNullException.ThrowIfNull(mirror);
        var (heads, signed) = SignedFile.Read(file, Role, Role, f => (Read(f), f));
        var trusted = new TrustedMetadata(trustedRoot, DateTimeOffset.MinValue);
        while (true)
        {
            var keys = trusted.Root.Roles["timestamp"];
            if (keys.CountSigners(signed) >= keys.Threshold)
            {
                return heads;
            }
            var next = await mirror.FetchMetadata($"{trusted.Root.File.Version + 1}.root.json", MaxLength, ct);
            if (next is null)
            {
                keys.Verify(signed, Role);
            }
            trusted.UpdateRoot(next);
        }
    }

    private static AuditHeads Read(SignedFile file) =>
        new(
            file.Version,
            [
                .. file
                    .Signed.Field("heads", JsonValueKind.Object)
                    .EnumerateObject()
                    .Select(h => new AuditHead(
                        h.Name,
                        h.Value.Integer("no", 1),
                        h.Value.Text("hash"),
                        h.Value.Time("at")
                    )),
            ]
        );
}
