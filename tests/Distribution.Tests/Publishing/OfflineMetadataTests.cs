using System.Text.Json.Nodes;
using LaiChau.Distribution.Feeds;
using LaiChau.Distribution.Publishing;
using LaiChau.Distribution.Trust;

namespace LaiChau.Distribution.Tests.Publishing;

/// <summary>Root and targets signed key by key elsewhere, and the writer that has the online keys alone.</summary>
public sealed class OfflineMetadataTests
{
    private static readonly DateTimeOffset Now = Repository.Start;
    private static readonly SigningKey Ministry = Repository.Key("bo");
    private static readonly SigningKey Department = Repository.Key("so");
    private static readonly SigningKey Spare = Repository.Key("du-phong");
    private static readonly SigningKey Tinh = Repository.Key("tinh");

    private readonly Plane _plane = new();
    private readonly Store _store = new();
    private List<SigningKey> _online = [Repository.Key("snapshot"), Repository.Key("timestamp"), Tinh];
    private RepositoryDesign _design = new()
    {
        Root = new(2, [Ministry.Public, Department.Public, Spare.Public]),
        Targets = new(2, [Ministry.Public, Department.Public]),
        Snapshot = RoleSigners.One(Repository.Key("snapshot")),
        Timestamp = RoleSigners.One(Repository.Key("timestamp")),
        Feeds = new Dictionary<string, RoleSigners> { ["tinh"] = RoleSigners.One(Tinh) },
    };

    [Fact]
    public async Task A_ceremony_ends_in_a_plane_that_a_point_reads_and_the_writer_renews_without_the_offline_keys()
    {
        var state = Create();
        var sample = await Sample.Build(("a.txt", [1]));
        _plane.Write(sample);

        state = Apply(state, new() { Feeds = [new("tinh") { Publish = [sample.Manifest] }] });
        for (var month = 1; month <= 7; month++)
        {
            state = Apply(state, new(), Now.AddDays(month * 30));
        }

        Assert.Equal((1, 1, 4), (state.Versions["root"], state.Versions["targets"], state.Versions["tinh"]));
        Assert.Equal("Bộ (mẫu)", state.Owners[Ministry.Public.KeyId]);
        Assert.Single((await Read(Now.AddDays(210))).Releases);
    }

    [Fact]
    public void The_same_draft_is_the_same_bytes_and_says_the_same_whoever_has_signed_it()
    {
        var (one, two) = (DraftRoot(), DraftRoot());

        Assert.Equal(one.Bytes.ToArray(), two.Bytes.ToArray());
        Assert.Equal(one.Content, two.Sign(Ministry).Content);
        Assert.Equal(
            one.Sign(Ministry).Sign(Department).Bytes.ToArray(),
            one.Sign(Department).Sign(Ministry).Sign(Ministry).Bytes.ToArray()
        );
        Assert.Equal([Ministry.Public.KeyId], one.Sign(Ministry).SignedBy(_design.Root).Select(k => k.KeyId));
    }

    public static TheoryData<string, TufFault, string> Refusals =>
        new()
        {
            { "too few signatures", TufFault.BelowThreshold, "root" },
            { "a key that no role lists", TufFault.BelowThreshold, "root" },
            { "changed after it was signed", TufFault.BelowThreshold, "root" },
            { "targets with too few signatures", TufFault.BelowThreshold, "targets" },
            { "not the first version", TufFault.WrongVersion, "root" },
            { "expired", TufFault.Expired, "root" },
            { "targets expired", TufFault.Expired, "targets" },
            { "not a root", TufFault.Malformed, "targets" },
            { "no consistent names", TufFault.Malformed, "root" },
            { "a threshold that nobody can reach", TufFault.Malformed, "root" },
            { "other paths for a feed", TufFault.Malformed, "targets" },
            { "a feed with the name of a role", TufFault.Malformed, "targets" },
        };

    [Theory]
    [MemberData(nameof(Refusals))]
    public void Refuses_a_first_ceremony_with(string what, TufFault fault, string role)
    {
        var root = Signed(DraftRoot());
        var targets = Signed(DraftTargets());
        switch (what)
        {
            case "too few signatures":
                root = DraftRoot().Sign(Ministry);
                break;
            case "a key that no role lists":
                root = DraftRoot().Sign(Ministry).Sign(Repository.Key("mallory"));
                break;
            case "changed after it was signed":
                root = Forged(root, s => s["expires"] = "2099-01-01T00:00:00Z");
                break;
            case "targets with too few signatures":
                targets = DraftTargets().Sign(Department).Sign(Spare);
                break;
            case "not the first version":
                root = Signed(DraftRoot(root));
                break;
            case "expired":
                root = Signed(OfflineMetadata.DraftRoot(_design, Owners, Now));
                break;
            case "targets expired":
                targets = Signed(OfflineMetadata.DraftTargets(_design, Owners, Now));
                break;
            case "not a root":
                root = targets;
                break;
            case "no consistent names":
                root = Signed(Forged(root, s => s["consistent_snapshot"] = false));
                break;
            case "a threshold that nobody can reach":
                root = Signed(Forged(root, s => s["roles"]!["snapshot"]!["threshold"] = 2));
                break;
            case "other paths for a feed":
                targets = Signed(Forged(targets, s => s["delegations"]!["roles"]![0]!["paths"] = new JsonArray("*")));
                break;
            case "a feed with the name of a role":
                targets = Signed(Forged(targets, s => s["delegations"]!["roles"]![0]!["name"] = "Tỉnh"));
                break;
        }
        // What is asked for as root is read as one; a targets.json there is refused as such.
        var refused = Assert.Throws<TufException>(() =>
            RepositoryWriter.Create(root.Bytes, targets.Bytes, _online, Now)
        );
        Assert.Equal(fault, refused.Fault);
        Assert.True(refused.Role == role || what is "not a root" or "a feed with the name of a role", refused.Message);
    }

    [Fact]
    public void Refuses_a_step_whose_online_keys_are_not_at_hand_and_names_the_role()
    {
        foreach (var role in new[] { "snapshot", "timestamp", "tinh" })
        {
            var refused = Assert.Throws<TufException>(() =>
                RepositoryWriter.Create(
                    Signed(DraftRoot()).Bytes,
                    Signed(DraftTargets()).Bytes,
                    [.. _online.Where(k => k.Public != Repository.Key(role).Public)],
                    Now
                )
            );
            Assert.Equal((TufFault.MissingKey, role), (refused.Fault, refused.Role));
        }
    }

    [Fact]
    public async Task A_new_feed_needs_the_offline_targets_keys_and_the_feeds_own()
    {
        var state = Create();
        var bo = Repository.Key("feed-bo");
        var design = _design with
        {
            Feeds = new Dictionary<string, RoleSigners>(_design.Feeds) { ["bo"] = RoleSigners.One(bo) },
        };
        _online.Add(bo);
        var refused = Assert.Throws<TufException>(() => Apply(state, new() { Design = design }));
        Assert.Equal((TufFault.MissingKey, "targets"), (refused.Fault, refused.Role));

        _design = design;
        state = Apply(state, new() { Targets = Signed(DraftTargets(Targets(1))).Bytes });

        Assert.Equal((1, 2, 1), (state.Versions["root"], state.Versions["targets"], state.Versions["bo"]));
        Assert.Equal(1, (await Read(Now, "bo")).Version);
    }

    [Fact]
    public async Task A_reader_follows_while_every_key_is_replaced_and_a_retry_changes_nothing()
    {
        var state = Create();
        await Read(Now);
        var (oldRoot, oldTargets) = (Root(1), Targets(1));
        string[] roles = ["snapshot", "timestamp", "tinh"];
        _online = [.. _online, .. roles.Select(r => Repository.Key($"{r}-2"))];
        SigningKey[] offline = [Repository.Key("bo-2"), Repository.Key("so-2")];
        _design = new()
        {
            Root = new(2, [.. offline.Select(k => k.Public)]),
            Targets = new(2, [.. offline.Select(k => k.Public)]),
            Snapshot = RoleSigners.One(Repository.Key("snapshot-2")),
            Timestamp = RoleSigners.One(Repository.Key("timestamp-2")),
            Feeds = new Dictionary<string, RoleSigners> { ["tinh"] = RoleSigners.One(Repository.Key("tinh-2")) },
        };
        var draft = DraftRoot(oldRoot);
        var change = new RepositoryChange
        {
            Roots = [Signed(draft.Sign(offline[0]).Sign(offline[1])).Bytes],
            // By the old keys too, so that a reader of the old root takes it before it learns of the new one.
            Targets = Signed(DraftTargets(oldTargets).Sign(offline[0]).Sign(offline[1])).Bytes,
        };

        var plan = RepositoryWriter.Apply(state, change, _online, Now);
        foreach (var file in plan.Files)
        {
            _plane.Write(file);
            await Read(Now);
            await Read(Now, store: new Store());
        }

        Assert.Equal(2, plan.State.Versions["root"]);
        Assert.Empty(RepositoryWriter.Apply(plan.State, change, _online, Now).Files);
        var alone = new[] { Repository.Key("snapshot-2"), Repository.Key("timestamp-2"), Repository.Key("tinh-2") };
        _plane.Write(RepositoryWriter.Apply(plan.State, new(), alone, Now));
        await Read(Now);
    }

    [Fact]
    public async Task A_lost_timestamp_key_is_replaced_and_what_its_thief_signed_is_worth_nothing()
    {
        var state = Create();
        await Read(Now);
        _online = [Repository.Key("snapshot"), Repository.Key("timestamp-2"), Tinh];
        var missing = Assert.Throws<TufException>(() => Apply(state, new()));
        Assert.Equal((TufFault.MissingKey, "timestamp"), (missing.Fault, missing.Role));
        _design = _design with { Timestamp = RoleSigners.One(Repository.Key("timestamp-2")) };

        Apply(state, new() { Roots = [Signed(DraftRoot(Root(1))).Bytes] });

        await Read(Now);
        _plane.Files[PlaneLayout.Timestamp] = Forge.Signed(
            _plane.Files[PlaneLayout.Timestamp],
            s => s["version"] = 1000,
            Repository.Key("timestamp")
        );
        var refused = await Assert.ThrowsAsync<TufException>(() => Read(Now));
        Assert.Equal((TufFault.BelowThreshold, "timestamp"), (refused.Fault, refused.Role));
    }

    [Fact]
    public void Changed_targets_keys_need_targets_signed_by_them()
    {
        var state = Create();
        _design = _design with { Targets = RoleSigners.One(Spare) };

        var refused = Assert.Throws<TufException>(() =>
            Apply(state, new() { Roots = [Signed(DraftRoot(Root(1))).Bytes] })
        );

        Assert.Equal((TufFault.MissingKey, "targets"), (refused.Fault, refused.Role));
    }

    [Fact]
    public async Task A_raised_threshold_takes_several_roots_at_once_and_holds_from_then_on()
    {
        var state = Create();
        await Read(Now);
        var one = Root(1);
        _design = _design with { Root = _design.Root with { Threshold = 3 } };
        var two = Signed(DraftRoot(one)).Sign(Spare);
        var three = Signed(OfflineMetadata.DraftRoot(_design, Owners, Now.AddDays(900), two));
        var refused = Assert.Throws<TufException>(() => Apply(state, new() { Roots = [two.Bytes, three.Bytes] }));
        Assert.Equal((TufFault.BelowThreshold, "root"), (refused.Fault, refused.Role));

        state = Apply(state, new() { Roots = [two.Bytes, three.Sign(Spare).Bytes] });

        Assert.Equal(3, state.Versions["root"]);
        await Read(Now);
        await Read(Now, store: new Store());
    }

    [Fact]
    public void Refuses_what_is_older_than_what_is_in_and_another_of_the_same_version()
    {
        var state = Create();
        var one = Root(1);
        _design = _design with { Timestamp = new(1, [.. _design.Timestamp.Keys, Spare.Public]) };
        var two = Signed(DraftRoot(one));
        state = Apply(state, new() { Roots = [two.Bytes] });

        foreach (
            var (file, fault) in new[]
            {
                (one, TufFault.Rollback),
                (Signed(OfflineMetadata.DraftRoot(_design, Owners, Now.AddDays(9), one)), TufFault.WrongVersion),
                (Signed(DraftRoot(DraftRoot(two))), TufFault.WrongVersion),
            }
        )
        {
            var refused = Assert.Throws<TufException>(() => Apply(state, new() { Roots = [file.Bytes] }));
            Assert.Equal((fault, "root"), (refused.Fault, refused.Role));
        }
        Assert.Throws<ArgumentException>(() => Apply(state, new() { Roots = [two.Bytes], Design = _design }));
    }

    private static Dictionary<string, string> Owners { get; } =
        new() { [Ministry.Public.KeyId] = "Bộ (mẫu)", [Department.Public.KeyId] = "Sở (mẫu)" };

    private OfflineMetadata DraftRoot(OfflineMetadata? previous = null) =>
        OfflineMetadata.DraftRoot(_design, Owners, Now.AddDays(730), previous);

    private OfflineMetadata DraftTargets(OfflineMetadata? previous = null) =>
        OfflineMetadata.DraftTargets(_design, Owners, Now.AddDays(365), previous);

    private static OfflineMetadata Signed(OfflineMetadata draft) => draft.Sign(Ministry).Sign(Department);

    private static OfflineMetadata Forged(OfflineMetadata file, Action<JsonObject> change) =>
        OfflineMetadata.Parse(Forge.Signed(file.Bytes.ToArray(), change));

    private OfflineMetadata Root(int version) => OfflineMetadata.Parse(_plane.Files[$"metadata/{version}.root.json"]);

    private OfflineMetadata Targets(int version) =>
        OfflineMetadata.Parse(_plane.Files[$"metadata/{version}.targets.json"]);

    private RepositoryState Create()
    {
        var plan = RepositoryWriter.Create(Signed(DraftRoot()).Bytes, Signed(DraftTargets()).Bytes, _online, Now);
        _plane.Write(plan);
        return plan.State;
    }

    private RepositoryState Apply(RepositoryState state, RepositoryChange change, DateTimeOffset? now = null)
    {
        var plan = RepositoryWriter.Apply(state, change, _online, now ?? Now);
        _plane.Write(plan);
        return plan.State;
    }

    private async Task<FeedView> Read(DateTimeOffset now, string feed = "tinh", Store? store = null)
    {
        store ??= _store;
        if (store.Files.Count == 0)
        {
            await TufClient.Initialise(store, _plane.Files["metadata/1.root.json"]);
        }
        var point = new TufClient(store);
        await point.LoadTrusted();
        await point.Refresh(_plane, now);
        return await point.LoadFeed(feed, _plane, now);
    }
}
