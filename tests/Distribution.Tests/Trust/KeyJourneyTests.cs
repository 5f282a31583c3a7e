using System.Text.Json.Nodes;
using LaiChau.Distribution.Feeds;
using LaiChau.Distribution.Publishing;
using LaiChau.Distribution.Trust;

namespace LaiChau.Distribution.Tests.Trust;

/// <summary>Keys that change, are lost or stolen, and time that runs out, as a point with a feed in bins lives through it.</summary>
public sealed class KeyJourneyTests
{
    private readonly Repository _repository = new();
    private readonly List<Guid> _published = [];

    private Plane Plane => _repository.Plane;

    public static TheoryData<string> Roles => ["root", "targets", "snapshot", "timestamp", "tinh"];

    [Theory]
    [MemberData(nameof(Roles))]
    public async Task A_key_that_was_rotated_signs_nothing_more_and_no_point_is_left_behind(string role)
    {
        var point = await Follow();
        var rotated = Repository.Key("rotated");

        _repository.Apply(new() { Design = With(role, RoleSigners.One(rotated)) }, [.. _repository.Keys, rotated]);
        await Sees(point, 20);

        // From now on the old one is not there any more.
        SigningKey[] keys = [.. _repository.Keys.Where(k => !IsOf(role, k)), rotated];
        _repository.Now += TimeSpan.FromDays(1);
        _repository.Apply(new() { Feeds = [Withdrawing(0)] }, keys);
        await Sees(point, 19);
        var (fresh, _) = await _repository.NewPoint();
        await Sees(fresh, 19);

        // What it signs all the same is refused, though every other key were in the same hands.
        var forged = Forged(role, Repository.Key(role), keys);
        (fresh, _) = await _repository.NewPoint();
        await TufClientTests.Refused(TufFault.BelowThreshold, role, () => Pull(fresh, forged));
    }

    [Theory]
    [MemberData(nameof(Roles))]
    public async Task Two_of_three_keys_suffice_whichever_they_are_and_one_does_not(string role)
    {
        var point = await Follow();
        SigningKey[] three = [Repository.Key("a"), Repository.Key("b"), Repository.Key("c")];
        SigningKey[] others = [.. _repository.Keys.Where(k => !IsOf(role, k))];
        var design = With(role, new(2, [.. three.Select(k => k.Public)]));
        _repository.Apply(new() { Design = design }, [.. _repository.Keys, .. three]);
        await Sees(point, 20);

        for (var missing = 0; missing < 3; missing++)
        {
            var before = _repository.State.Versions[role];
            // So far on that every role is signed anew.
            _repository.Now += TimeSpan.FromDays(400);
            _repository.Apply(
                new() { Feeds = [Withdrawing(missing)] },
                [.. others, .. three.Where((_, i) => i != missing)]
            );
            Assert.True(_repository.State.Versions[role] > before);
            await Sees(point, 19 - missing);
        }

        var change = role switch
        {
            "root" => new() { Design = design with { Timestamp = RoleSigners.One(Repository.Key("snapshot")) } },
            "targets" => new() { Design = design with { Feeds = new Dictionary<string, RoleSigners>() } },
            _ => new RepositoryChange { Feeds = [Withdrawing(9)] },
        };
        var refused = Assert.Throws<TufException>(() => _repository.Plan(change, [.. others, three[1]]));
        Assert.Equal(TufFault.MissingKey, refused.Fault);
        // Of a feed it is the bin that changes.
        Assert.Equal(role, refused.Role.Split('.')[0]);
    }

    [Theory]
    [InlineData("root", 730)]
    [InlineData("targets", 365)]
    [InlineData("snapshot", 30)]
    [InlineData("timestamp", 7)]
    [InlineData("tinh", 180)]
    public async Task What_has_expired_is_refused_by_name_until_it_is_signed_anew(string role, int days)
    {
        // All other roles are good for ever.
        TimeSpan Life(string of, int usual) => TimeSpan.FromDays(of == role ? usual : 20_000);
        _repository.Lifetimes = new()
        {
            Root = Life("root", 730),
            Targets = Life("targets", 365),
            Feed = Life("tinh", 180),
            Snapshot = Life("snapshot", 30),
            Timestamp = Life("timestamp", 7),
        };
        _repository.Now += TimeSpan.FromDays(700);
        _repository.Refresh();
        var point = await Follow();
        _repository.Now += TimeSpan.FromDays(days);

        await TufClientTests.Refused(TufFault.Expired, role, () => Pull(point, Plane));
        // What it had is still there to be shown.
        Assert.Equal(20, (await point.LoadFeed("tinh", mirror: null, _repository.Now)).Releases.Count);

        _repository.Refresh();
        await Sees(point, 20);
    }

    [Theory]
    [InlineData("snapshot")]
    [InlineData("timestamp")]
    [InlineData("tinh")]
    public async Task A_lost_online_key_stops_publishing_until_the_offline_keys_name_another(string role)
    {
        var point = await Follow();
        SigningKey[] left = [.. _repository.Keys.Where(k => !IsOf(role, k))];
        var refused = Assert.Throws<TufException>(() => _repository.Plan(new() { Feeds = [Withdrawing(0)] }, left));
        Assert.Equal(TufFault.MissingKey, refused.Fault);
        await Sees(point, 20);

        var another = Repository.Key("another");
        _repository.Apply(
            new() { Design = With(role, RoleSigners.One(another)), Feeds = [Withdrawing(0)] },
            [.. left, another]
        );

        await Sees(point, 19);
        var (fresh, _) = await _repository.NewPoint();
        await Sees(fresh, 19);
    }

    [Fact]
    public async Task Versions_that_a_thief_ran_far_ahead_are_left_behind_with_his_keys()
    {
        const long far = 1_000_000_000;
        var point = await Follow();
        var stolen = Plane.Copy();
        stolen.Files[$"metadata/{far}.tinh.json"] = Signed("tinh", s => s["version"] = far, "tinh");
        stolen.Files[$"metadata/{far}.snapshot.json"] = Signed(
            "snapshot",
            s =>
            {
                s["version"] = far;
                s["meta"]!["tinh.json"] = new JsonObject { ["version"] = far };
                s["meta"]!["never.json"] = new JsonObject { ["version"] = far };
            },
            "snapshot"
        );
        stolen.Files[PlaneLayout.Timestamp] = Signed(
            "timestamp",
            s =>
            {
                s["version"] = far;
                s["meta"]!["snapshot.json"] = new JsonObject { ["version"] = far };
            },
            "timestamp"
        );
        await Pull(point, stolen);
        await TufClientTests.Refused(TufFault.Rollback, "timestamp", () => Pull(point, Plane));

        string[] online = ["snapshot", "timestamp", "tinh"];
        var design = online.Aggregate(
            _repository.Design,
            (d, role) => With(role, RoleSigners.One(Repository.Key($"{role}-2")), d)
        );
        SigningKey[] keys =
        [
            .. _repository.Keys.Where(k => !online.Any(role => IsOf(role, k))),
            .. online.Select(role => Repository.Key($"{role}-2")),
        ];
        _repository.Apply(new() { Design = design, Feeds = [Withdrawing(0)] }, keys);

        await Sees(point, 19);
        Assert.True(_repository.State.Versions["timestamp"] < 10);
    }

    private async Task<TufClient> Follow()
    {
        _published.AddRange(await _repository.PublishMany(20));
        var (point, _) = await _repository.NewPoint();
        await Sees(point, 20);
        return point;
    }

    private async Task Sees(TufClient point, int releases) =>
        Assert.Equal(releases, (await Pull(point, Plane)).Releases.Count);

    private async Task<FeedView> Pull(TufClient point, IMirror mirror)
    {
        await point.Poll(mirror, _repository.Now);
        return await point.LoadFeed("tinh", mirror, _repository.Now);
    }

    private FeedChange Withdrawing(int release) => new("tinh") { Withdraw = [_published[release]] };

    private static bool IsOf(string role, SigningKey key) =>
        key.Public == Repository.Key(role).Public || (role == "root" && key.Public == Repository.Key("root-2").Public);

    private RepositoryDesign With(string role, RoleSigners signers, RepositoryDesign? design = null)
    {
        design ??= _repository.Design;
        return role switch
        {
            "root" => design with { Root = signers },
            "targets" => design with { Targets = signers },
            "snapshot" => design with { Snapshot = signers },
            "timestamp" => design with { Timestamp = signers },
            _ => design with { Feeds = new Dictionary<string, RoleSigners> { [role] = signers } },
        };
    }

    /// <summary>A plane in which one role is signed by a key of before, and all that leads to it by the keys of now.</summary>
    private Plane Forged(string role, SigningKey before, SigningKey[] now)
    {
        var versions = _repository.State.Versions;
        var forged = Plane.Copy();
        if (role == "root")
        {
            forged.Files[$"metadata/{versions["root"] + 1}.root.json"] = Forge.Signed(
                forged.Files[$"metadata/{versions["root"]}.root.json"],
                s => s["version"] = versions["root"] + 1,
                before
            );
            return forged;
        }
        void Sign(string file, Action<JsonObject> change, params SigningKey[] keys) =>
            forged.Files[file] = Forge.Signed(forged.Files[file], change, keys);
        var snapshot = $"metadata/{versions["snapshot"]}.snapshot.json";
        if (role is "targets" or "tinh")
        {
            Sign($"metadata/{versions[role]}.{role}.json", s => s["x-added"] = 1, before);
            Sign(snapshot, s => s["meta"]![$"{role}.json"] = new JsonObject { ["version"] = versions[role] }, now);
        }
        if (role == "snapshot")
        {
            Sign(snapshot, s => s["x-added"] = 1, before);
        }
        Sign(
            PlaneLayout.Timestamp,
            s => s["meta"]!["snapshot.json"] = new JsonObject { ["version"] = versions["snapshot"] },
            role == "timestamp" ? [before] : now
        );
        return forged;
    }

    private byte[] Signed(string role, Action<JsonObject> change, string key)
    {
        var path =
            role == "timestamp" ? PlaneLayout.Timestamp : $"metadata/{_repository.State.Versions[role]}.{role}.json";
        return Forge.Signed(Plane.Files[path], change, Repository.Key(key));
    }
}
