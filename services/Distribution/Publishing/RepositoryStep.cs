using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using LaiChau.Distribution.Feeds;
using LaiChau.Distribution.Trust;

namespace LaiChau.Distribution.Publishing;

/// <summary>One step in the making.</summary>
internal sealed partial class RepositoryStep
{
    private const string SpecVersion = "1.0.31";

    private readonly RepositoryState? _state;
    private readonly RepositoryDesign _design;
    private readonly IReadOnlyCollection<SigningKey> _keys;
    private readonly DateTimeOffset _now;
    private readonly MetadataLifetimes _lifetimes;
    private readonly List<PlaneFile> _files = [];

    public RepositoryStep(
        RepositoryState? state,
        RepositoryDesign design,
        IReadOnlyCollection<SigningKey> keys,
        DateTimeOffset now,
        MetadataLifetimes lifetimes
    )
    {
        (_state, _design, _keys, _now, _lifetimes) = (state, design, keys, now, lifetimes);
        foreach (var (role, signers) in TopLevel(design).Concat(design.Feeds.Select(f => (f.Key, f.Value))))
        {
            signers.Check(role);
        }
        if (design.Feeds.Keys.FirstOrDefault(f => RootRole.IsTopLevel(f) || !FeedName().IsMatch(f)) is { } bad)
        {
            throw new ArgumentException($"'{bad}' cannot be the name of a feed.", nameof(design));
        }
    }

    public RepositoryPlan Run(RepositoryChange change)
    {
        var root = Root();
        var (feeds, recalls) = Feeds(change.Feeds);
        var newTargets = Role(
            "targets",
            _state?.Targets.File,
            Targets(),
            [Signers("targets"), _design.Targets],
            _lifetimes.Targets,
            bytes => TargetsRole.Read(bytes, "targets")
        );
        var targets = newTargets ?? _state!.Targets;
        var newSnapshot = Role(
            "snapshot",
            _state?.Snapshot.File,
            Snapshot(feeds, targets),
            [Signers("snapshot"), _design.Snapshot],
            _lifetimes.Snapshot,
            SnapshotRole.Read
        );
        var snapshot = newSnapshot ?? _state!.Snapshot;
        var isRefresh = change.Feeds.Count == 0 && change.Design is null;
        if (!isRefresh && root is null && newSnapshot is null)
        {
            return new([], _state!);
        }
        var timestamp = Timestamps(root, snapshot, targets);
        return new(_files, new(root ?? _state!.Root, timestamp, snapshot, targets, feeds, recalls));
    }

    /// <summary>A new root when its content changes or half its time is over; written only together with a timestamp.</summary>
    private RootRole? Root()
    {
        var allKeys = TopLevel(_design)
            .SelectMany(r => r.Signers.Keys)
            .DistinctBy(k => k.KeyId)
            .OrderBy(k => k.KeyId, StringComparer.Ordinal);
        var content = new JsonObject
        {
            ["_type"] = "root",
            ["consistent_snapshot"] = true,
            ["keys"] = new JsonObject(allKeys.Select(k => KeyValuePair.Create(k.KeyId, (JsonNode?)k.ToNode()))),
            ["roles"] = new JsonObject(
                TopLevel(_design).Select(r => KeyValuePair.Create(r.Role, (JsonNode?)RoleNode(r.Signers)))
            ),
        };
        var bytes = Sign("root", _state?.Root.File, content, [Signers("root"), _design.Root], _lifetimes.Root);
        return bytes is null ? null : RootRole.Read(bytes);
    }

    private (Dictionary<string, TargetsRole>, Dictionary<string, IReadOnlyList<Recall>>) Feeds(
        IReadOnlyList<FeedChange> changes
    )
    {
        var byFeed = changes.ToDictionary(c => c.Feed, StringComparer.Ordinal);
        if (byFeed.Keys.FirstOrDefault(f => !_design.Feeds.ContainsKey(f)) is { } unknown)
        {
            throw new TufException(TufFault.UnknownTarget, unknown, "there is no such feed");
        }
        var feeds = new Dictionary<string, TargetsRole>(StringComparer.Ordinal);
        var allRecalls = new Dictionary<string, IReadOnlyList<Recall>>(StringComparer.Ordinal);
        foreach (var (feed, signers) in _design.Feeds.OrderBy(f => f.Key, StringComparer.Ordinal))
        {
            var current = _state?.FeedRoles.GetValueOrDefault(feed);
            var recalls = _state?.Recalls.GetValueOrDefault(feed) ?? [];
            var targets = (JsonObject?)JsonNode.Parse(current?.File.Signed.GetProperty("targets").GetRawText() ?? "{}");
            if (byFeed.TryGetValue(feed, out var change))
            {
                recalls = Change(targets!, recalls, change);
            }
            var content = new JsonObject { ["_type"] = "targets", ["targets"] = targets };
            feeds[feed] =
                Role(feed, current?.File, content, [signers], _lifetimes.Feed, bytes => TargetsRole.Read(bytes, feed))
                ?? current!;
            allRecalls[feed] = recalls;
        }
        return (feeds, allRecalls);
    }

    private IReadOnlyList<Recall> Change(JsonObject targets, IReadOnlyList<Recall> recalls, FeedChange change)
    {
        var added = change.Recall.Where(r => recalls.All(known => known.ReleaseId != r.ReleaseId)).ToList();
        if (added.Count > 0)
        {
            recalls = [.. recalls, .. added];
            var file = FeedFormat.WriteRecalls(recalls);
            recalls = FeedFormat.ReadRecalls(file);
            var path = PlaneLayout.RecallsTarget(change.Feed);
            targets[path] = FeedFormat.Target(file);
            _files.Add(new(PlaneLayout.TargetPath(path, Sha256Digest.Of(file)), file));
        }
        foreach (var manifest in change.Publish.Where(m => recalls.All(r => r.ReleaseId != m.Release.ReleaseId)))
        {
            var file = manifest.ToBytes();
            var path = PlaneLayout.ReleaseTarget(change.Feed, manifest.Release.ReleaseId);
            targets[path] = FeedFormat.WriteRelease(manifest, file);
            _files.Add(new(PlaneLayout.TargetPath(path, Sha256Digest.Of(file)), file));
        }
        foreach (var id in change.Withdraw.Concat(change.Recall.Select(r => r.ReleaseId)))
        {
            targets.Remove(PlaneLayout.ReleaseTarget(change.Feed, id));
        }
        return recalls;
    }

    private JsonObject Targets()
    {
        var feeds = _design.Feeds.OrderBy(f => f.Key, StringComparer.Ordinal).ToList();
        var keys = feeds
            .SelectMany(f => f.Value.Keys)
            .DistinctBy(k => k.KeyId)
            .OrderBy(k => k.KeyId, StringComparer.Ordinal);
        var roles = feeds.Select(f =>
        {
            var role = RoleNode(f.Value);
            role["name"] = f.Key;
            role["paths"] = new JsonArray($"{f.Key}/*", $"{f.Key}/releases/*");
            role["terminating"] = true;
            return role;
        });
        var content = new JsonObject
        {
            ["_type"] = "targets",
            ["delegations"] = new JsonObject
            {
                ["keys"] = new JsonObject(keys.Select(k => KeyValuePair.Create(k.KeyId, (JsonNode?)k.ToNode()))),
                ["roles"] = new JsonArray([.. roles]),
            },
        };
        if (_state is null)
        {
            content["targets"] = new JsonObject();
        }
        return content;
    }

    private JsonObject Snapshot(Dictionary<string, TargetsRole> feeds, TargetsRole targets)
    {
        // A feed that is no more stays listed: readers take a file that vanishes from the snapshot for a rollback.
        var meta = _state is null
            ? []
            : (JsonObject)JsonNode.Parse(_state.Snapshot.File.Signed.GetProperty("meta").GetRawText())!;
        foreach (var (role, file) in feeds.Select(f => (f.Key, f.Value.File)).Append(("targets", targets.File)))
        {
            meta[$"{role}.json"] = Meta(file);
        }
        return new() { ["_type"] = "snapshot", ["meta"] = meta };
    }

    private TimestampRole Timestamps(RootRole? root, SnapshotRole snapshot, TargetsRole targets)
    {
        var timestamp = _state?.Timestamp.File;
        RoleSigners?[] signers = [Signers("timestamp"), _design.Timestamp];
        if (root is not null)
        {
            if (_state is not null && CanSign(_state.Design.Timestamp) && OldRootTrusts(snapshot, targets))
            {
                // One that both the old and the new root trust, so that nobody is shut out between the two writes. When the
                // old online keys are lost this cannot be: readers refuse what they find until the last file is written.
                timestamp = Timestamp(timestamp, snapshot, signers).File;
            }
            _files.Add(new(PlaneLayout.MetadataPath($"{root.File.Version}.root.json"), root.File.Bytes));
        }
        return Timestamp(timestamp, snapshot, signers);
    }

    private bool OldRootTrusts(SnapshotRole snapshot, TargetsRole targets)
    {
        var (forSnapshot, forTargets) = (_state!.Root.Roles["snapshot"], _state.Root.Roles["targets"]);
        return forSnapshot.CountSigners(snapshot.File) >= forSnapshot.Threshold
            && forTargets.CountSigners(targets.File) >= forTargets.Threshold;
    }

    private TimestampRole Timestamp(SignedFile? current, SnapshotRole snapshot, RoleSigners?[] signers)
    {
        var content = new JsonObject
        {
            ["_type"] = "timestamp",
            ["meta"] = new JsonObject { ["snapshot.json"] = Meta(snapshot.File) },
        };
        var bytes = SignVersion("timestamp", (current?.Version ?? 0) + 1, content, signers, _lifetimes.Timestamp);
        _files.Add(new(PlaneLayout.Timestamp, bytes));
        return TimestampRole.Read(bytes);
    }

    private T? Role<T>(
        string role,
        SignedFile? current,
        JsonObject content,
        RoleSigners?[] signers,
        TimeSpan lifetime,
        Func<ReadOnlyMemory<byte>, T> read
    )
        where T : class
    {
        if (Sign(role, current, content, signers, lifetime) is not { } bytes)
        {
            return null;
        }
        var model = read(bytes);
        _files.Add(new(PlaneLayout.MetadataPath($"{NextVersion(role, current)}.{role}.json"), bytes));
        return model;
    }

    /// <summary>The next version of a role, or null when the current one still says the same, is signed well enough and not half through its time.</summary>
    private byte[]? Sign(
        string role,
        SignedFile? current,
        JsonObject content,
        RoleSigners?[] signers,
        TimeSpan lifetime
    )
    {
        if (current is not null)
        {
            // What others may have added to it is kept.
            foreach (var field in current.Signed.EnumerateObject().Where(f => !content.ContainsKey(f.Name)))
            {
                content[field.Name] = JsonNode.Parse(field.Value.GetRawText());
            }
            content["spec_version"] = SpecVersion;
            var wanted = signers[^1]!.ToRoleKeys();
            var same = CanonicalJson
                .ForSigning(CanonicalJson.ToElement(content))
                .AsSpan()
                .SequenceEqual(CanonicalJson.ForSigning(current.Signed));
            var isYoung = current.Expires - _now > lifetime / 2;
            if (same && wanted.CountSigners(current) >= wanted.Threshold && (isYoung || !CanSign(signers[^1]!)))
            {
                return null;
            }
        }
        return SignVersion(role, NextVersion(role, current), content, signers, lifetime);
    }

    /// <summary>A feed that was taken out and comes back goes on from the version it had.</summary>
    private long NextVersion(string role, SignedFile? current) =>
        1 + (current?.Version ?? _state?.Snapshot.Meta.GetValueOrDefault($"{role}.json")?.Version ?? 0);

    private byte[] SignVersion(string role, long version, JsonObject content, RoleSigners?[] signers, TimeSpan lifetime)
    {
        content["spec_version"] = SpecVersion;
        content["version"] = version;
        content["expires"] = JsonShape.Time(_now + lifetime);
        var message = CanonicalJson.ForSigning(CanonicalJson.ToElement(content));
        var able = signers
            .SelectMany(s => s?.Keys ?? [])
            .DistinctBy(k => k.KeyId)
            .OrderBy(k => k.KeyId, StringComparer.Ordinal)
            .Select(k => (k.KeyId, Key: _keys.FirstOrDefault(s => s.Public.Public == k.Public)))
            .Where(k => k.Key is not null);
        // The new signers must reach their threshold; for a root the old ones too, or no reader would follow.
        if (!CanSign(signers[^1]!) || (role == "root" && signers[0] is { } old && !CanSign(old)))
        {
            throw new TufException(TufFault.MissingKey, role, "too few of its signing keys are at hand");
        }
        return CanonicalJson.ForFile(
            new JsonObject
            {
                ["signatures"] = new JsonArray([
                    .. able.Select(k => new JsonObject
                    {
                        ["keyid"] = k.KeyId,
                        ["sig"] = Convert.ToHexStringLower(k.Key!.Sign(message)),
                    }),
                ]),
                ["signed"] = content,
            }
        );
    }

    private bool CanSign(RoleSigners signers) =>
        signers.Keys.Count(k => _keys.Any(s => s.Public.Public == k.Public)) >= signers.Threshold;

    private RoleSigners? Signers(string role) => _state is null ? null : RoleSigners.From(_state.Root.Roles[role]);

    private static IEnumerable<(string Role, RoleSigners Signers)> TopLevel(RepositoryDesign design) =>
        [
            ("root", design.Root),
            ("snapshot", design.Snapshot),
            ("targets", design.Targets),
            ("timestamp", design.Timestamp),
        ];

    private static JsonObject RoleNode(RoleSigners signers) =>
        new()
        {
            ["keyids"] = new JsonArray([
                .. signers.Keys.Select(k => k.KeyId).Order(StringComparer.Ordinal).Select(id => JsonValue.Create(id)),
            ]),
            ["threshold"] = signers.Threshold,
        };

    private static JsonObject Meta(SignedFile file) =>
        new()
        {
            ["hashes"] = new JsonObject { ["sha256"] = Sha256Digest.Of(file.Bytes.Span).ToString() },
            ["length"] = file.Bytes.Length,
            ["version"] = file.Version,
        };

    [GeneratedRegex(@"\A[a-z0-9]+(-[a-z0-9]+)*\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex FeedName();
}
