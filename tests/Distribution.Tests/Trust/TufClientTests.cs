using LaiChau.Distribution.Content;
using LaiChau.Distribution.Feeds;
using LaiChau.Distribution.Publishing;
using LaiChau.Distribution.Trust;

namespace LaiChau.Distribution.Tests.Trust;

public sealed class TufClientTests
{
    private readonly Repository _repository = new(rootThreshold: 1, "tinh", "muong-te");

    [Fact]
    public async Task An_unchanged_timestamp_costs_one_fetch()
    {
        var (point, _) = await _repository.NewPoint();
        await point.Poll(_repository.Plane, _repository.Now);
        _repository.Plane.Requests.Clear();

        Assert.Equal(RefreshOutcome.Unchanged, await point.Poll(_repository.Plane, _repository.Now));

        Assert.Equal(["timestamp.json"], _repository.Plane.Requests);
    }

    [Fact]
    public async Task After_a_restart_too()
    {
        var (point, store) = await _repository.NewPoint();
        await point.Refresh(_repository.Plane, _repository.Now);
        await point.LoadFeed("tinh", _repository.Plane, _repository.Now);
        _repository.Plane.Requests.Clear();

        var restarted = new TufClient(store);
        Assert.True(await restarted.LoadTrusted());
        await restarted.Poll(_repository.Plane, _repository.Now);
        await restarted.LoadFeed("tinh", _repository.Plane, _repository.Now);

        Assert.Equal(["timestamp.json"], _repository.Plane.Requests);
    }

    [Fact]
    public async Task A_change_in_one_feed_does_not_fetch_another()
    {
        var (point, _) = await _repository.NewPoint();
        await point.Refresh(_repository.Plane, _repository.Now);
        await point.LoadFeed("tinh", _repository.Plane, _repository.Now);
        await _repository.Publish(Sample.Description(), "muong-te");
        _repository.Plane.Requests.Clear();

        Assert.Equal(RefreshOutcome.Updated, await point.Poll(_repository.Plane, _repository.Now));
        await point.LoadFeed("tinh", _repository.Plane, _repository.Now);

        Assert.DoesNotContain(_repository.Plane.Requests, r => r.Contains("tinh", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_a_link_what_was_trusted_is_shown_whatever_its_age()
    {
        var release = await _repository.Publish(Sample.Description());
        _repository.Apply(new() { Feeds = [new("tinh") { Recall = [RecallOf(Guid.CreateVersion7())] }] });
        var (point, store) = await _repository.NewPoint();
        await point.Refresh(_repository.Plane, _repository.Now);
        await point.LoadFeed("tinh", _repository.Plane, _repository.Now);

        var restarted = new TufClient(store);
        Assert.True(await restarted.LoadTrusted());
        var feed = await restarted.LoadFeed("tinh", mirror: null, _repository.Now.AddYears(5));

        Assert.Equal(release.Manifest.Release.ReleaseId, Assert.Single(feed.Current).Release.ReleaseId);
        Assert.Single(feed.Recalls);
    }

    [Fact]
    public async Task Power_may_go_at_any_write_of_a_refresh()
    {
        await _repository.Publish(Sample.Description());
        var (_, store) = await _repository.NewPoint();
        await PullAll(new TufClient(store));
        var rotated = _repository.Design with { Timestamp = RoleSigners.One(Repository.Key("timestamp-2")) };
        _repository.Apply(
            new() { Design = rotated, Feeds = [new("tinh") { Recall = [RecallOf(Sample.Description().ReleaseId)] }] },
            [.. _repository.Keys, Repository.Key("timestamp-2")]
        );

        for (var writes = 0; writes <= 6; writes++)
        {
            var cut = new Store { FailAfter = writes };
            foreach (var (name, bytes) in store.Files)
            {
                cut.Files[name] = bytes;
            }
            var completed = true;
            try
            {
                await PullAll(new TufClient(cut));
            }
            catch (IOException)
            {
                completed = false;
            }
            cut.FailAfter = null;

            // Rotation, timestamp, snapshot, recalls, feed: what is left of them still shows, and the next contact mends it.
            var restarted = new TufClient(cut);
            Assert.True(await restarted.LoadTrusted());
            var offline = await restarted.LoadFeed("tinh", mirror: null, _repository.Now);
            Assert.True(completed ? offline.Current is [] : offline.Current.Count <= 1);
            Assert.Empty((await PullAll(restarted)).Current);
            Assert.Single((await PullAll(restarted)).Recalls);
        }
    }

    [Fact]
    public async Task A_store_without_root_trusts_nothing()
    {
        var client = new TufClient(new Store());

        Assert.False(await client.LoadTrusted());
        await Refused(TufFault.NotTrusted, "root", () => client.Refresh(_repository.Plane, _repository.Now));
        await Refused(TufFault.NotTrusted, "root", () => client.LoadFeed("tinh", null, _repository.Now));
    }

    [Fact]
    public async Task Finds_a_target_through_its_delegation_and_downloads_it()
    {
        var release = await _repository.Publish(Sample.Description());
        var (point, _) = await _repository.NewPoint();
        await point.Refresh(_repository.Plane, _repository.Now);
        var path = PlaneLayout.ReleaseTarget("tinh", release.Manifest.Release.ReleaseId);

        var target = await point.FindTarget(path, _repository.Plane, _repository.Now);
        using var content = new MemoryStream();
        await TufClient.Download(target!, _repository.Plane, content);

        Assert.Equal(release.Manifest.ToBytes(), content.ToArray());
        Assert.Null(await point.FindTarget("tinh/nothing", _repository.Plane, _repository.Now));
        Assert.Null(await point.FindTarget("elsewhere/x.json", _repository.Plane, _repository.Now));
    }

    [Fact]
    public async Task Refuses_a_feed_that_is_not_delegated()
    {
        var (point, _) = await _repository.NewPoint();
        await point.Refresh(_repository.Plane, _repository.Now);

        await Refused(TufFault.UnknownTarget, "khac", () => point.LoadFeed("khac", _repository.Plane, _repository.Now));
    }

    [Fact]
    public async Task A_feed_has_no_say_outside_its_paths()
    {
        // The key of muong-te signs a release into tinh, and one of its own.
        var foreign = await Sample.Build(Sample.Description("x/tin-gia", id: 5), ("a.txt", [1]));
        await _repository.Publish(Sample.Description(id: 6), "muong-te");
        var feed = Forge.Signed(
            _repository.Plane.Files["metadata/2.muong-te.json"],
            signed =>
                signed["targets"]![PlaneLayout.ReleaseTarget("tinh", foreign.Manifest.Release.ReleaseId)] =
                    FeedFormat.WriteRelease(foreign.Manifest, foreign.Manifest.ToBytes()),
            Repository.Key("muong-te")
        );
        Resign("muong-te", 2, feed);
        var (point, _) = await _repository.NewPoint();
        await point.Refresh(_repository.Plane, _repository.Now);

        Assert.Empty((await point.LoadFeed("tinh", _repository.Plane, _repository.Now)).Releases);
        Assert.Single((await point.LoadFeed("muong-te", _repository.Plane, _repository.Now)).Releases);
        Assert.Null(
            await point.FindTarget(
                PlaneLayout.ReleaseTarget("tinh", foreign.Manifest.Release.ReleaseId),
                _repository.Plane,
                _repository.Now
            )
        );
    }

    // ---- attacks by a mirror, or with one stolen key

    [Fact]
    public async Task Refuses_an_older_timestamp()
    {
        var old = _repository.Plane.Copy();
        _repository.Refresh();
        var (point, _) = await _repository.NewPoint();
        await point.Refresh(_repository.Plane, _repository.Now);

        await Refused(TufFault.Rollback, "timestamp", () => point.Refresh(old, _repository.Now));
        await Refused(TufFault.Rollback, "timestamp", () => point.Poll(old, _repository.Now));
    }

    [Fact]
    public async Task Refuses_a_timestamp_that_names_an_older_snapshot()
    {
        await _repository.Publish(Sample.Description());
        var (point, _) = await _repository.NewPoint();
        await point.Refresh(_repository.Plane, _repository.Now);

        Tamper(
            PlaneLayout.Timestamp,
            s =>
            {
                s["version"] = 9;
                s["meta"]!["snapshot.json"]!["version"] = 1;
            },
            "timestamp"
        );

        await Refused(TufFault.Rollback, "timestamp", () => point.Refresh(_repository.Plane, _repository.Now));
    }

    [Theory]
    [InlineData("targets")]
    [InlineData("tinh")]
    public async Task Refuses_a_snapshot_that_names_an_older_role(string role)
    {
        await _repository.Publish(Sample.Description());
        _repository.Apply(
            new()
            {
                Design = _repository.Design with
                {
                    Feeds = _repository.Design.Feeds.Where(f => f.Key == "tinh").ToDictionary(),
                },
            }
        );
        var (point, _) = await _repository.NewPoint();
        await point.Refresh(_repository.Plane, _repository.Now);

        Tamper(
            "metadata/3.snapshot.json",
            s =>
            {
                s["version"] = 4;
                s["meta"]![$"{role}.json"]!["version"] = 1;
            },
            "snapshot"
        );
        RenameSnapshot(3, 4);

        await Refused(TufFault.Rollback, "snapshot", () => point.Refresh(_repository.Plane, _repository.Now));
    }

    [Fact]
    public async Task Refuses_a_snapshot_that_drops_a_role()
    {
        var (point, _) = await _repository.NewPoint();
        await point.Refresh(_repository.Plane, _repository.Now);
        Tamper(
            "metadata/1.snapshot.json",
            s =>
            {
                s["version"] = 2;
                s["meta"]!.AsObject().Remove("tinh.json");
            },
            "snapshot"
        );
        RenameSnapshot(1, 2);

        await Refused(TufFault.Rollback, "snapshot", () => point.Refresh(_repository.Plane, _repository.Now));
    }

    [Theory]
    [InlineData("root", 731)]
    [InlineData("timestamp", 8)]
    [InlineData("snapshot", 31)]
    [InlineData("targets", 366)]
    public async Task Refuses_what_has_expired(string role, int days)
    {
        var (point, _) = await _repository.NewPoint();
        await point.Refresh(_repository.Plane, _repository.Now);
        var later = _repository.Now.AddDays(days);
        // The attacker holds everything else fresh; only this role is frozen.
        foreach (
            var (other, file) in new[]
            {
                ("timestamp", PlaneLayout.Timestamp),
                ("snapshot", "metadata/1.snapshot.json"),
            }
        )
        {
            if (other != role)
            {
                Tamper(
                    file,
                    s =>
                    {
                        s["expires"] = "2099-01-01T00:00:00Z";
                        if (other == "timestamp")
                        {
                            s["version"] = 2;
                            s["meta"]!["snapshot.json"]!.AsObject().Remove("hashes");
                            s["meta"]!["snapshot.json"]!.AsObject().Remove("length");
                        }
                    },
                    other
                );
            }
        }
        var (fresh, _) = await _repository.NewPoint();

        await Refused(TufFault.Expired, role, () => fresh.Refresh(_repository.Plane, later));
        if (role != "snapshot" && role != "targets")
        {
            await Refused(TufFault.Expired, role, () => point.Poll(_repository.Plane, later));
        }
    }

    [Fact]
    public async Task Refuses_a_feed_that_has_expired()
    {
        var (point, _) = await _repository.NewPoint();
        await point.Refresh(_repository.Plane, _repository.Now);

        await Refused(
            TufFault.Expired,
            "tinh",
            () => point.LoadFeed("tinh", _repository.Plane, _repository.Now.AddDays(181))
        );
    }

    [Fact]
    public async Task Refuses_a_mix_of_two_states()
    {
        await _repository.Publish(Sample.Description());
        var one = _repository.Plane.Copy();
        await _repository.Publish(Sample.Description(version: 2, id: 2));
        var two = _repository.Plane;

        foreach (
            var (role, path, from) in new[]
            {
                ("snapshot", "metadata/3.snapshot.json", "metadata/2.snapshot.json"),
                ("tinh", "metadata/3.tinh.json", "metadata/2.tinh.json"),
            }
        )
        {
            var mixed = two.Copy();
            mixed.Files[path] = one.Files[from];
            var (point, _) = await _repository.NewPoint();
            var refused = await Assert.ThrowsAsync<TufException>(async () =>
            {
                await point.Refresh(mixed, _repository.Now);
                await point.LoadFeed("tinh", mixed, _repository.Now);
            });
            Assert.Equal(role, refused.Role);
            Assert.True(refused.Fault is TufFault.WrongHash or TufFault.WrongLength or TufFault.TooLong);
        }
    }

    [Fact]
    public async Task Refuses_a_role_of_another_version_than_the_snapshot_says_even_without_hashes()
    {
        Tamper("metadata/1.targets.json", s => s["version"] = 7, "targets");
        Tamper("metadata/1.snapshot.json", s => s["meta"]!["targets.json"] = Version(1), "snapshot");
        Tamper(PlaneLayout.Timestamp, s => s["meta"]!["snapshot.json"] = Version(1), "timestamp");
        var (point, _) = await _repository.NewPoint();

        await Refused(TufFault.WrongVersion, "targets", () => point.Refresh(_repository.Plane, _repository.Now));
    }

    [Theory]
    [InlineData("timestamp", "metadata/timestamp.json")]
    [InlineData("snapshot", "metadata/1.snapshot.json")]
    [InlineData("targets", "metadata/1.targets.json")]
    [InlineData("tinh", "metadata/1.tinh.json")]
    public async Task Refuses_what_another_key_signed_or_nobody(string role, string path)
    {
        foreach (var key in new[] { "mallory", "muong-te", null })
        {
            var repository = new Repository(1, "tinh", "muong-te");
            SigningKey[] keys = key is null ? [] : [Repository.Key(key)];
            repository.Plane.Files[path] = Forge.Signed(repository.Plane.Files[path], s => s["x-added"] = 1, keys);
            if (role is "targets" or "tinh")
            {
                repository.Plane.Files["metadata/1.snapshot.json"] = Forge.Signed(
                    repository.Plane.Files["metadata/1.snapshot.json"],
                    s => s["meta"]![$"{role}.json"] = Version(1),
                    Repository.Key("snapshot")
                );
            }
            if (role != "timestamp")
            {
                repository.Plane.Files[PlaneLayout.Timestamp] = Forge.Signed(
                    repository.Plane.Files[PlaneLayout.Timestamp],
                    s => s["meta"]!["snapshot.json"] = Version(1),
                    Repository.Key("timestamp")
                );
            }
            var (point, _) = await repository.NewPoint();

            await Refused(
                TufFault.BelowThreshold,
                role,
                async () =>
                {
                    await point.Refresh(repository.Plane, repository.Now);
                    await point.LoadFeed("tinh", repository.Plane, repository.Now);
                }
            );
        }
    }

    [Theory]
    [InlineData("metadata/timestamp.json")]
    [InlineData("metadata/1.snapshot.json")]
    [InlineData("metadata/1.targets.json")]
    [InlineData("metadata/1.tinh.json")]
    public async Task No_byte_of_metadata_can_be_changed(string path)
    {
        var original = _repository.Plane.Files[path];
        for (var i = 0; i < original.Length; i += 17)
        {
            var changed = (byte[])original.Clone();
            changed[i] ^= 1;
            _repository.Plane.Files[path] = changed;
            var (point, _) = await _repository.NewPoint();

            await Assert.ThrowsAsync<TufException>(async () =>
            {
                await point.Refresh(_repository.Plane, _repository.Now);
                await point.LoadFeed("tinh", _repository.Plane, _repository.Now);
            });
        }
    }

    [Fact]
    public async Task Refuses_endless_data()
    {
        foreach (
            var path in _repository.Plane.Files.Keys.Where(p => p.StartsWith("metadata/", StringComparison.Ordinal))
        )
        {
            var endless = _repository.Plane.Copy();
            endless.Files[path] = new byte[6_000_000];
            var (point, store) = await _repository.NewPoint();
            if (path.EndsWith("muong-te.json", StringComparison.Ordinal))
            {
                continue;
            }
            if (path == "metadata/1.root.json")
            {
                endless.Files["metadata/2.root.json"] = endless.Files[path];
            }

            var refused = await Assert.ThrowsAsync<TufException>(async () =>
            {
                await point.Refresh(endless, _repository.Now);
                await point.LoadFeed("tinh", endless, _repository.Now);
            });
            Assert.Equal(TufFault.TooLong, refused.Fault);
        }
    }

    [Fact]
    public async Task A_packed_manifest_is_taken_for_what_it_unpacks_to_and_the_plain_one_when_it_lies()
    {
        var release = await _repository.Publish(Sample.Description());
        var other = await Sample.Build(Sample.Description(id: 9), ("khác.txt", Sample.Text(9, 900)));
        var (point, _) = await _repository.NewPoint();
        await point.Refresh(_repository.Plane, _repository.Now);
        var target = (await point.LoadFeed("tinh", _repository.Plane, _repository.Now)).Current[0].Manifest;
        var packed = PlaneLayout.PackedPath(target.PlanePath);

        foreach (var lie in new[] { null, [], other.Manifest.ToPackedBytes(), Sample.Noise(1, 100), new byte[1 << 20] })
        {
            var mirror = _repository.Plane.Copy();
            if (lie is null)
            {
                // The honest one, and nothing beside it.
                mirror.Files.Remove(target.PlanePath);
            }
            else
            {
                mirror.Files[packed] = lie;
            }
            var feed = await point.LoadFeed("tinh", mirror, _repository.Now);

            var manifest = await TufClient.DownloadManifest(feed.Current[0], mirror);

            Assert.Equal(release.Manifest.ToBytes(), manifest.ToBytes());
        }
    }

    [Fact]
    public async Task Refuses_targets_that_are_longer_shorter_or_other_than_signed()
    {
        var release = await _repository.Publish(Sample.Description());
        var (point, _) = await _repository.NewPoint();
        await point.Refresh(_repository.Plane, _repository.Now);
        var target = (await point.LoadFeed("tinh", _repository.Plane, _repository.Now)).Current[0];
        var bytes = release.Manifest.ToBytes();

        foreach (
            var (content, fault) in new (byte[]?, TufFault)[]
            {
                ([.. bytes, 0], TufFault.TooLong),
                (bytes[..^1], TufFault.WrongLength),
                ([.. bytes[..^1], 0], TufFault.WrongHash),
                (null, TufFault.Missing),
            }
        )
        {
            var mirror = _repository.Plane.Copy();
            // What lies in the packed copy is refused in silence: the plain one counts.
            mirror.Files[PlaneLayout.PackedPath(target.Manifest.PlanePath)] = content ?? [1, 2, 3];
            mirror.Files.Remove(target.Manifest.PlanePath);
            if (content is not null)
            {
                mirror.Files[target.Manifest.PlanePath] = content;
            }
            await Refused(fault, target.Manifest.Path, () => TufClient.DownloadManifest(target, mirror));
        }
    }

    [Fact]
    public async Task Names_what_a_mirror_lacks_and_keeps_what_it_trusted()
    {
        var (point, _) = await _repository.NewPoint();
        await point.Refresh(_repository.Plane, _repository.Now);
        await _repository.Publish(Sample.Description());
        var lacking = _repository.Plane.Copy();
        lacking.Files.Remove("metadata/2.snapshot.json");

        await Refused(TufFault.Missing, "snapshot", () => point.Refresh(lacking, _repository.Now));

        Assert.Empty((await point.LoadFeed("tinh", _repository.Plane, _repository.Now)).Releases);
        Assert.Equal(RefreshOutcome.Updated, await point.Poll(_repository.Plane, _repository.Now));
        Assert.Single((await point.LoadFeed("tinh", _repository.Plane, _repository.Now)).Releases);
    }

    private async Task<FeedView> PullAll(TufClient client)
    {
        await client.Refresh(_repository.Plane, _repository.Now);
        return await client.LoadFeed("tinh", _repository.Plane, _repository.Now);
    }

    private Recall RecallOf(Guid id) =>
        new()
        {
            ReleaseId = id,
            Package = "nong-nghiep/che-shan",
            RecalledAt = _repository.Now,
            Reason = "wrong-content",
        };

    private void Tamper(string path, Action<System.Text.Json.Nodes.JsonObject> change, string key) =>
        _repository.Plane.Files[path] = Forge.Signed(_repository.Plane.Files[path], change, Repository.Key(key));

    /// <summary>Puts a snapshot under its new version and lets the (stolen) timestamp key name it.</summary>
    private void RenameSnapshot(int from, int to)
    {
        _repository.Plane.Files[$"metadata/{to}.snapshot.json"] = _repository.Plane.Files[
            $"metadata/{from}.snapshot.json"
        ];
        Tamper(
            PlaneLayout.Timestamp,
            s =>
            {
                s["version"] = 99;
                s["meta"]!["snapshot.json"] = Version(to);
            },
            "timestamp"
        );
    }

    /// <summary>Lets the (stolen) snapshot and timestamp keys take a file as it is.</summary>
    private void Resign(string role, int version, byte[] file)
    {
        _repository.Plane.Files[$"metadata/{version}.{role}.json"] = file;
        Tamper($"metadata/{version}.snapshot.json", s => s["meta"]![$"{role}.json"] = Version(version), "snapshot");
        Tamper(PlaneLayout.Timestamp, s => s["meta"]!["snapshot.json"] = Version(version), "timestamp");
    }

    private static System.Text.Json.Nodes.JsonObject Version(int version) => new() { ["version"] = version };

    internal static async Task Refused(TufFault fault, string role, Func<Task> act)
    {
        var refused = await Assert.ThrowsAsync<TufException>(act);
        Assert.Equal((fault, role), (refused.Fault, refused.Role));
    }
}
