using System.Text.Json.Nodes;
using LaiChau.Distribution.Trust;

namespace LaiChau.Distribution.Publishing;

/// <summary>Root and targets that were signed elsewhere, verified against what is in already, and the design that they make.</summary>
/// <param name="Roots">Those that are not in yet, in order.</param>
/// <param name="Targets">Null when there is none, or it is in already.</param>
/// <param name="Design">Of the newest root and targets.</param>
internal sealed record OfflineRoles(IReadOnlyList<RootRole> Roots, TargetsRole? Targets, RepositoryDesign Design)
{
    public static OfflineRoles Verify(RepositoryState? state, RepositoryChange change, DateTimeOffset now)
    {
        var roots = VerifyRoots(state?.Root, change.Roots, now);
        var root = roots is [.., var newest] ? newest : state!.Root;
        var targets = change.Targets is { } bytes ? VerifyTargets(state?.Targets, root, bytes, now) : null;
        var design = new RepositoryDesign
        {
            Root = RoleSigners.From(root.Roles["root"]),
            Targets = RoleSigners.From(root.Roles["targets"]),
            Snapshot = RoleSigners.From(root.Roles["snapshot"]),
            Timestamp = RoleSigners.From(root.Roles["timestamp"]),
            Feeds = (targets ?? state!.Targets).Delegations.ToDictionary(
                d => d.Name,
                d => RoleSigners.From(d.Keys),
                StringComparer.Ordinal
            ),
        };
        try
        {
            RepositoryStep.Check(design);
        }
        catch (ArgumentException broken)
        {
            throw new TufException(TufFault.Malformed, "root", broken.Message, broken);
        }
        if (roots.Count > 0)
        {
            RefuseUnlike(root.File, RepositoryStep.RootContent(design), "root");
        }
        if (targets is not null)
        {
            var content = RepositoryStep.TargetsContent(design.Feeds);
            content["targets"] = JsonNode.Parse(state?.Targets.File.Signed.GetProperty("targets").GetRawText() ?? "{}");
            RefuseUnlike(targets.File, content, "targets");
        }
        return new(roots, targets, design);
    }

    private static List<RootRole> VerifyRoots(
        RootRole? current,
        IReadOnlyList<ReadOnlyMemory<byte>> offered,
        DateTimeOffset now
    )
    {
        var roots = new List<RootRole>();
        foreach (var bytes in offered)
        {
            var root = RootRole.Read(bytes);
            if (IsIn(root.File, current?.File, "root"))
            {
                continue;
            }
            var trusted = new TrustedMetadata(current?.File.Bytes ?? bytes, DateTimeOffset.MinValue);
            if (current is not null)
            {
                trusted.UpdateRoot(bytes);
            }
            roots.Add(root);
            current = root;
        }
        // Those in between may have expired: readers do not mind either.
        if (roots is [.., var last])
        {
            RefuseExpired(last.File, "root", now);
        }
        return roots;
    }

    private static TargetsRole? VerifyTargets(
        TargetsRole? current,
        RootRole root,
        ReadOnlyMemory<byte> bytes,
        DateTimeOffset now
    )
    {
        var targets = TargetsRole.Read(bytes, "targets");
        if (IsIn(targets.File, current?.File, "targets"))
        {
            return null;
        }
        root.Roles["targets"].Verify(targets.File, "targets");
        RefuseExpired(targets.File, "targets", now);
        return targets;
    }

    /// <summary>True for what is in already, so that a retry changes nothing; otherwise it must be the next one.</summary>
    private static bool IsIn(SignedFile file, SignedFile? current, string role)
    {
        var version = current?.Version ?? 0;
        if (file.Version < version)
        {
            throw new TufException(TufFault.Rollback, role, $"version {file.Version} after {version}");
        }
        if (current is not null && file.Version == version)
        {
            return file.Canonical.AsSpan().SequenceEqual(current.Canonical)
                ? true
                : throw new TufException(TufFault.WrongVersion, role, $"another version {version} is in already");
        }
        return file.Version == version + 1
            ? false
            : throw new TufException(TufFault.WrongVersion, role, $"version {file.Version} follows {version}");
    }

    private static void RefuseExpired(SignedFile file, string role, DateTimeOffset now)
    {
        if (file.Expires <= now)
        {
            throw new TufException(TufFault.Expired, role, $"version {file.Version} expired at {file.Expires:u}");
        }
    }

    /// <summary>
    /// What the writer would not write itself it could not go on from either: other paths of a feed, a plane without consistent
    /// names, a key without a role. Fields that are nobody's business may be there.
    /// </summary>
    private static void RefuseUnlike(SignedFile file, JsonObject content, string role)
    {
        foreach (var field in file.Signed.EnumerateObject().Where(f => !content.ContainsKey(f.Name)))
        {
            content[field.Name] = JsonNode.Parse(field.Value.GetRawText());
        }
        if (!CanonicalJson.ForSigning(CanonicalJson.ToElement(content)).AsSpan().SequenceEqual(file.Canonical))
        {
            throw new TufException(
                TufFault.Malformed,
                role,
                "its keys and roles are not written as this plane has them"
            );
        }
    }
}
