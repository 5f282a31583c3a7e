using LaiChau.Distribution.Publishing;
using LaiChau.Distribution.Trust;

namespace LaiChau.Distribution.Tests.Trust;

public sealed class RootRotationTests
{
    private readonly Repository _repository = new(rootThreshold: 2);

    [Fact]
    public async Task A_point_follows_any_number_of_rotations()
    {
        var (point, _) = await _repository.NewPoint();
        SigningKey[] keys = _repository.Keys;
        var design = _repository.Design;
        for (var i = 3; i < 8; i++)
        {
            var next = Repository.Key($"root-{i}");
            keys = [.. keys, next];
            design = design with { Root = new(2, [design.Root.Keys[1], next.Public]) };
            _repository.Apply(new() { Design = design }, keys);
        }

        await point.Poll(_repository.Plane, _repository.Now);

        Assert.Equal(6, _repository.State.Versions["root"]);
        Assert.Equal(RefreshOutcome.Unchanged, await point.Poll(_repository.Plane, _repository.Now));
    }

    [Fact]
    public async Task A_root_needs_the_old_threshold_and_its_own()
    {
        var mallory = Repository.Key("mallory");
        foreach (
            var signers in new SigningKey[][]
            {
                [mallory],
                [Repository.Key("root"), mallory],
                [Repository.Key("root"), Repository.Key("root-2")],
            }
        )
        {
            _repository.Plane.Files["metadata/2.root.json"] = Forge.Signed(
                _repository.Plane.Files["metadata/1.root.json"],
                s =>
                {
                    s["version"] = 2;
                    s["keys"]![mallory.Public.KeyId] = mallory.Public.ToNode();
                    s["roles"]!["root"]!["keyids"] = new System.Text.Json.Nodes.JsonArray(mallory.Public.KeyId);
                    s["roles"]!["root"]!["threshold"] = 1;
                },
                signers
            );
            var (point, store) = await _repository.NewPoint();

            await TufClientTests.Refused(
                TufFault.BelowThreshold,
                "root",
                () => point.Refresh(_repository.Plane, _repository.Now)
            );
            Assert.Equal(_repository.Plane.Files["metadata/1.root.json"], store.Files["root.json"]);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task A_root_must_be_exactly_the_next_version(int version)
    {
        _repository.Plane.Files["metadata/2.root.json"] = Forge.Signed(
            _repository.Plane.Files["metadata/1.root.json"],
            s => s["version"] = version,
            Repository.Key("root"),
            Repository.Key("root-2")
        );
        var (point, _) = await _repository.NewPoint();

        await TufClientTests.Refused(
            TufFault.WrongVersion,
            "root",
            () => point.Refresh(_repository.Plane, _repository.Now)
        );
    }

    [Fact]
    public async Task A_stolen_timestamp_key_is_worth_nothing_after_rotation_whatever_version_it_signed()
    {
        var (point, _) = await _repository.NewPoint();
        var stolen = _repository.Plane.Copy();
        stolen.Files[PlaneLayout.Timestamp] = Forge.Signed(
            stolen.Files[PlaneLayout.Timestamp],
            s => s["version"] = 1_000_000,
            Repository.Key("timestamp")
        );
        await point.Refresh(stolen, _repository.Now);
        var design = _repository.Design with { Timestamp = RoleSigners.One(Repository.Key("timestamp-2")) };
        // The old key is lost: nothing is signed with it any more.
        SigningKey[] keys =
        [
            .. _repository.Keys.Where(k => k.Public != Repository.Key("timestamp").Public),
            Repository.Key("timestamp-2"),
        ];

        _repository.Apply(new() { Design = design }, keys);

        Assert.Equal(RefreshOutcome.Updated, await point.Refresh(_repository.Plane, _repository.Now));
        Assert.Equal(2, _repository.State.Versions["timestamp"]);
        stolen.Files["metadata/2.root.json"] = _repository.Plane.Files["metadata/2.root.json"];
        await TufClientTests.Refused(
            TufFault.BelowThreshold,
            "timestamp",
            () => point.Refresh(stolen, _repository.Now)
        );
    }

    [Fact]
    public async Task While_a_rotation_is_written_every_reader_gets_through()
    {
        await _repository.Publish(Sample.Description());
        var design = _repository.Design with
        {
            Timestamp = RoleSigners.One(Repository.Key("timestamp-2")),
            Snapshot = RoleSigners.One(Repository.Key("snapshot-2")),
            Targets = RoleSigners.One(Repository.Key("targets-2")),
            Feeds = new Dictionary<string, RoleSigners> { ["tinh"] = RoleSigners.One(Repository.Key("tinh-2")) },
        };
        var plan = _repository.Plan(
            new() { Design = design },
            [
                .. _repository.Keys,
                Repository.Key("timestamp-2"),
                Repository.Key("snapshot-2"),
                Repository.Key("targets-2"),
                Repository.Key("tinh-2"),
            ]
        );

        var plane = _repository.Plane.Copy();
        var (old, _) = await _repository.NewPoint();
        await old.Refresh(plane, _repository.Now);
        foreach (var file in plan.Files)
        {
            plane.Write(file);
            var (fresh, _) = await _repository.NewPoint();
            foreach (var point in new[] { old, fresh })
            {
                await point.Poll(plane, _repository.Now);
                Assert.Single((await point.LoadFeed("tinh", plane, _repository.Now)).Releases);
            }
        }
        Assert.Equal(PlaneLayout.Timestamp, plan.Files[^1].Path);
    }

    [Fact]
    public void Rotation_needs_the_old_root_keys()
    {
        var design = _repository.Design with { Root = RoleSigners.One(Repository.Key("root-new")) };

        var refused = Assert.Throws<TufException>(() =>
            _repository.Plan(new() { Design = design }, Repository.Key("root"), Repository.Key("root-new"))
        );

        Assert.Equal((TufFault.MissingKey, "root"), (refused.Fault, refused.Role));
    }

    [Fact]
    public async Task A_root_that_does_not_sign_itself_is_no_anchor()
    {
        var store = new Store();

        await TufClientTests.Refused(
            TufFault.BelowThreshold,
            "root",
            () =>
                TufClient.Initialise(
                    store,
                    Forge.Signed(
                        _repository.Plane.Files["metadata/1.root.json"],
                        s => s["version"] = 1,
                        Repository.Key("root")
                    )
                )
        );

        Assert.Empty(store.Files);
    }
}
