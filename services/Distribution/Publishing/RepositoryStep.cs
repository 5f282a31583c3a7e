using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using LaiChau.Distribution.Feeds;
using LaiChau.Distribution.Trust;

namespace LaiChau.Distribution.Publishing;

/// <summary>One step in the making.</summary>
internal sealed partial class RepositoryStep
{
    internal const string SpecVersion = "1.0.31";

    private readonly RepositoryState? _state;
    private readonly RepositoryDesign _design;
    private readonly IReadOnlyCollection<SigningKey> _keys;
    private readonly DateTimeOffset _now;
    private readonly MetadataLifetimes _lifetimes;
    private readonly OfflineRoles? _offline;
    private readonly List<PlaneFile> _files = [];

    public RepositoryStep(
        RepositoryState? state,
        RepositoryDesign design,
        IReadOnlyCollection<SigningKey> keys,
        DateTimeOffset now,
        MetadataLifetimes lifetimes,
        OfflineRoles? offline = null
    )
    {
        (_state, _design, _keys, _now, _lifetimes) = (state, design, keys, now, lifetimes);
        _offline = offline;
        Check(design);
    }

    /// <exception cref="ArgumentException">A design that cannot work.</exception>
    internal static void Check(RepositoryDesign design)
    {
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
        var newTargets =
            OfflineTargets()
            ?? Role(
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
        var isRefresh = change.Feeds.Count == 0 && change.Design is null && _offline is null;
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
        if (_offline is { Roots: [.., var signed] })
        {
            return signed;
        }
        var content = RootContent(_design);
        var bytes = Sign("root", _state?.Root.File, content, [Signers("root"), _design.Root], _lifetimes.Root);
        return bytes is null ? null : RootRole.Read(bytes);
    }

    private TargetsRole? OfflineTargets()
    {
        if (_offline?.Targets is { } signed)
        {
            _files.Add(new(PlaneLayout.MetadataPath($"{signed.File.Version}.targets.json"), signed.File.Bytes));
        }
        return _offline?.Targets;
    }

    /// <summary>What root.json says of a design, but for version and expiry.</summary>
    internal static JsonObject RootContent(RepositoryDesign design)
    {
        var allKeys = TopLevel(design)
            .SelectMany(r => r.Signers.Keys)
            .DistinctBy(k => k.KeyId)
            .OrderBy(k => k.KeyId, StringComparer.Ordinal);
        return new()
        {
            ["_type"] = "root",
            ["consistent_snapshot"] = true,
            ["keys"] = new JsonObject(allKeys.Select(k => KeyValuePair.Create(k.KeyId, (JsonNode?)k.ToNode()))),
            ["roles"] = new JsonObject(
                TopLevel(design).Select(r => KeyValuePair.Create(r.Role, (JsonNode?)RoleNode(r.Signers)))
            ),
        };
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
            var listed = Listed(feed, current);
            if (byFeed.TryGetValue(feed, out var change))
            {
                recalls = Change(listed, recalls, change);
            }
            foreach (var (role, content) in FeedRoles(feed, signers, current, listed))
            {
                var before = _state?.FeedRoles.GetValueOrDefault(role);
                feeds[role] =
                    Role(role, before?.File, content, [signers], _lifetimes.Feed, b => TargetsRole.Read(b, role))
                    ?? before!;
            }
            allRecalls[feed] = recalls;
        }
        return (feeds, allRecalls);
    }

    /// <summary>All targets of a feed, whichever of its roles lists them.</summary>
    private Dictionary<string, JsonObject> Listed(string feed, TargetsRole? current)
    {
        var listed = new Dictionary<string, JsonObject>(StringComparer.Ordinal);
        if (current is null)
        {
            return listed;
        }
        var bins = FeedFormat.BinsOf(feed, current).Select(b => _state!.FeedRoles.GetValueOrDefault(b.Name));
        var roles = bins.OfType<TargetsRole>().Prepend(current);
        foreach (var target in roles.SelectMany(r => r.File.Signed.GetProperty("targets").EnumerateObject()))
        {
            listed.TryAdd(target.Name, JsonNode.Parse(target.Value.GetRawText())!.AsObject());
        }
        return listed;
    }

    /// <summary>One list, or once that was too long the bins and what remains with the feed itself; it never goes back.</summary>
    private static IEnumerable<(string Role, JsonObject Content)> FeedRoles(
        string feed,
        RoleSigners signers,
        TargetsRole? current,
        Dictionary<string, JsonObject> listed
    )
    {
        var releases = listed.Where(t => IsUnderReleases(feed, t.Key)).ToLookup(t => DigitOf(t.Key));
        if (
            listed.Count(t => IsUnderReleases(feed, t.Key)) <= FeedFormat.MaxInOneList
            && (current is null || !FeedFormat.BinsOf(feed, current).Any())
        )
        {
            yield return (feed, ListContent(listed));
            yield break;
        }
        foreach (var (digit, role) in FeedFormat.Bins(feed))
        {
            yield return (role, ListContent(releases[digit]));
        }
        var own = ListContent(listed.Where(t => !IsUnderReleases(feed, t.Key)));
        own["delegations"] = Delegations(
            signers.Keys,
            FeedFormat.Bins(feed).Select(bin => (bin.Role, signers, "path_hash_prefixes", new[] { $"{bin.Digit}" }))
        );
        yield return (feed, own);
    }

    private static JsonObject ListContent(IEnumerable<KeyValuePair<string, JsonObject>> targets) =>
        new()
        {
            ["_type"] = "targets",
            ["targets"] = new JsonObject(targets.Select(t => KeyValuePair.Create(t.Key, (JsonNode?)t.Value))),
        };

    private static bool IsUnderReleases(string feed, string path) =>
        path.StartsWith($"{feed}/releases/", StringComparison.Ordinal);

    private static char DigitOf(string path) => Sha256Digest.Of(System.Text.Encoding.UTF8.GetBytes(path)).ToString()[0];

    private IReadOnlyList<Recall> Change(
        Dictionary<string, JsonObject> listed,
        IReadOnlyList<Recall> recalls,
        FeedChange change
    )
    {
        var added = change.Recall.Where(r => recalls.All(known => known.ReleaseId != r.ReleaseId)).ToList();
        if (added.Count > 0)
        {
            recalls = [.. recalls, .. added];
            var file = FeedFormat.WriteRecalls(recalls);
            recalls = FeedFormat.ReadRecalls(file);
            var path = PlaneLayout.RecallsTarget(change.Feed);
            listed[path] = FeedFormat.Target(file);
            _files.Add(new(PlaneLayout.TargetPath(path, Sha256Digest.Of(file)), file));
        }
        foreach (var manifest in change.Publish.Where(m => recalls.All(r => r.ReleaseId != m.Release.ReleaseId)))
        {
            var file = manifest.ToBytes();
            var path = PlaneLayout.ReleaseTarget(change.Feed, manifest.Release.ReleaseId);
            listed.Remove(PlaneLayout.FormerReleaseTarget(change.Feed, manifest.Release.ReleaseId));
            var target = FeedFormat.WriteRelease(manifest, file, change.DeltasBy);
            if (!IsSameFile(listed.GetValueOrDefault(path), target))
            {
                listed[path] = target;
            }
            var planePath = PlaneLayout.TargetPath(path, Sha256Digest.Of(file));
            _files.Add(new(PlaneLayout.PackedPath(planePath), manifest.ToPackedBytes()));
            _files.Add(new(planePath, file));
        }
        foreach (var (id, deltas) in change.Deltas)
        {
            if (listed.TryGetValue(PlaneLayout.ReleaseTarget(change.Feed, id), out var target))
            {
                FeedFormat.WriteDeltas(target, id, deltas);
            }
        }
        foreach (var id in change.Withdraw.Concat(change.Recall.Select(r => r.ReleaseId)))
        {
            // In whatever format it was published.
            var prefix = $"{change.Feed}/releases/{id:D}.";
            listed
                .Keys.Where(p => p.StartsWith(prefix, StringComparison.Ordinal))
                .ToList()
                .ForEach(p => listed.Remove(p));
        }
        return recalls;
    }

    /// <summary>What was published already keeps what was added to it since.</summary>
    private static bool IsSameFile(JsonObject? one, JsonObject other) =>
        one is not null && JsonNode.DeepEquals(one["hashes"], other["hashes"]);

    private JsonObject Targets()
    {
        var content = TargetsContent(_design.Feeds);
        if (_state is null)
        {
            content["targets"] = new JsonObject();
        }
        return content;
    }

    /// <summary>What targets.json says of the feeds, but for version, expiry and targets of its own.</summary>
    internal static JsonObject TargetsContent(IReadOnlyDictionary<string, RoleSigners> byFeed)
    {
        var feeds = byFeed.OrderBy(f => f.Key, StringComparer.Ordinal).ToList();
        return new()
        {
            ["_type"] = "targets",
            ["delegations"] = Delegations(
                feeds.SelectMany(f => f.Value.Keys),
                feeds.Select(f => (f.Key, f.Value, "paths", new[] { $"{f.Key}/*", $"{f.Key}/releases/*" }))
            ),
        };
    }

    private static JsonObject Delegations(
        IEnumerable<TufKey> keys,
        IEnumerable<(string Role, RoleSigners Signers, string By, string[] Covered)> roles
    )
    {
        var known = keys.DistinctBy(k => k.KeyId).OrderBy(k => k.KeyId, StringComparer.Ordinal);
        return new()
        {
            ["keys"] = new JsonObject(known.Select(k => KeyValuePair.Create(k.KeyId, (JsonNode?)k.ToNode()))),
            ["roles"] = new JsonArray([
                .. roles.Select(r =>
                {
                    var role = RoleNode(r.Signers);
                    role["name"] = r.Role;
                    role[r.By] = new JsonArray([.. r.Covered.Select(c => JsonValue.Create(c))]);
                    role["terminating"] = true;
                    return role;
                }),
            ]),
        };
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
            var roots = _offline is { Roots.Count: > 0 } ? _offline.Roots : [root];
            _files.AddRange(
                roots.Select(r => new PlaneFile(PlaneLayout.MetadataPath($"{r.File.Version}.root.json"), r.File.Bytes))
            );
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
        // The new signers must reach their threshold; for a root the old ones too, or no reader would follow.
        if (!CanSign(signers[^1]!) || (role == "root" && signers[0] is { } old && !CanSign(old)))
        {
            throw new TufException(TufFault.MissingKey, role, "too few of its signing keys are at hand");
        }
        return SignedFile.Sign(content, signers.SelectMany(s => s?.At(_keys) ?? []));
    }

    private bool CanSign(RoleSigners signers) => signers.CanBeReachedWith(_keys);

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
