using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using LaiChau.Distribution;
using LaiChau.Distribution.Publishing;
using LaiChau.Distribution.Trust;
using LaiChau.Testing;
using Microsoft.EntityFrameworkCore;
using static LaiChau.Catalog.Tests.Talk;

namespace LaiChau.Catalog.Tests.Plane;

/// <summary>A catalog that has the online keys alone: it begins from a ceremony, and takes what the officers signed since.</summary>
public sealed class TakeMetadataTests
{
    [Fact]
    public async Task Begins_from_a_ceremony_and_publishes_without_any_offline_key()
    {
        await using var place = await Place.Cluster();
        var officers = new Officers(place);
        var (root, _) = officers.HoldCeremony();
        await using var host = await CatalogHost.Start(place);
        var package = NewPackage();
        await host.Published(package, Files(1));

        var feed = await new PointReader().Read(host.Plane());
        Assert.Equal(package, Assert.Single(feed.Current).Release.Package);
        Assert.Equal(root.Bytes.ToArray(), await host.Plane().FetchMetadata("1.root.json", 100_000, default));
        Assert.Equal(3, Directory.GetFiles(place.Keys).Length);
        var plane = await Plane(host);
        Assert.Empty(plane.GetProperty("warnings").EnumerateArray());
        Assert.Equal(("root", 2, false), Role(plane, "root"));
        Assert.Equal(("timestamp", 1, true), Role(plane, "timestamp"));
        Assert.Contains("Bộ (mẫu)", plane.ToString(), StringComparison.Ordinal);
        using var metrics = new HttpClient { BaseAddress = host.Address };
        // The gauge is the process's, and other tests' catalogs run in it too: whose root it was seen last is chance.
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        await Eventually.Passes(async () =>
            Assert.Contains(
                (await metrics.GetStringAsync("/metrics")).Split('\n'),
                l =>
                    l.StartsWith("laichau_catalog_metadata_expires_seconds{", StringComparison.Ordinal)
                    && l.Split("role=\"root\"} ") is [_, var expires]
                    && long.Parse(expires, System.Globalization.CultureInfo.InvariantCulture) > now
            )
        );
    }

    [Fact]
    public async Task Without_enough_signatures_there_is_no_plane()
    {
        await using var place = Place.Standalone();
        var officers = new Officers(place);
        officers.HoldCeremony();
        var half = officers.DraftTargets().Sign(Officers.Ministry);
        await File.WriteAllBytesAsync(Path.Combine(officers.Stick, half.FileName), half.Bytes.ToArray());
        await using var host = await CatalogHost.Start(place);

        await Refused(await Ask(host).GetAsync("/api/catalog/plane"), HttpStatusCode.Conflict, "plane-not-made");
        Officers.Sign(half);
        await File.WriteAllBytesAsync(Path.Combine(officers.Stick, half.FileName), Officers.Sign(half).Bytes.ToArray());
        await Eventually.Passes(() => new PointReader().Read(host.Plane()));
    }

    public static TheoryData<string, string, string> Refusals =>
        new()
        {
            { "one signature", "metadata-refused", "below-threshold" },
            { "a key of nobody", "metadata-refused", "below-threshold" },
            { "changed after it was signed", "metadata-refused", "below-threshold" },
            { "older than what is in", "metadata-refused", "wrong-version" },
            { "a version left out", "metadata-refused", "wrong-version" },
            { "expired", "metadata-refused", "expired" },
            { "another plane's root", "metadata-refused", "below-threshold" },
            { "no root at all", "metadata-refused", "metadata-malformed" },
            { "targets of the old keys", "metadata-refused", "below-threshold" },
            { "targets keys changed without targets", "metadata-refused", "missing-signing-key" },
            { "a timestamp key that is not at hand", "online-key-missing", "missing-signing-key" },
        };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task Refuses_and_changes_nothing(string what, string code, string reason)
    {
        await using var place = Place.Standalone();
        var officers = new Officers(place);
        var (root, targets) = officers.HoldCeremony();
        await using var host = await Started(place);
        var before = (await Plane(host)).GetProperty("roles").ToString();
        var next = Officers.Sign(officers.DraftRoot(root));
        OfflineMetadata? nextTargets = null;
        switch (what)
        {
            case "one signature":
                next = officers.DraftRoot(root).Sign(Officers.Spare);
                break;
            case "a key of nobody":
                next = officers.DraftRoot(root).Sign(Officers.Spare).Sign(officers.Give("la"));
                break;
            case "changed after it was signed":
                var changed = JsonNode.Parse(next.Bytes.Span)!;
                changed["signed"]!["expires"] = "2099-01-01T00:00:00Z";
                next = OfflineMetadata.Parse(System.Text.Encoding.UTF8.GetBytes(changed.ToJsonString()));
                break;
            case "older than what is in":
                next = Officers.Sign(officers.DraftRoot(days: 9));
                break;
            case "a version left out":
                next = Officers.Sign(officers.DraftRoot(next));
                break;
            case "expired":
                next = Officers.Sign(officers.DraftRoot(root, days: -1));
                break;
            case "another plane's root":
                officers.Design = officers.Design with { Root = RoleSigners.One(officers.Give("la")) };
                next = officers.DraftRoot(root).Sign(officers.Give("la"));
                break;
            case "no root at all":
                next = targets;
                break;
            case "targets of the old keys":
                officers.Design = officers.Design with
                {
                    Targets = new(2, [Officers.Spare.Public, officers.Give("t").Public]),
                };
                next = Officers.Sign(officers.DraftRoot(root));
                nextTargets = Officers.Sign(officers.DraftTargets(targets));
                break;
            case "targets keys changed without targets":
                officers.Design = officers.Design with { Targets = RoleSigners.One(officers.Give("t")) };
                officers.Lose("t");
                next = Officers.Sign(officers.DraftRoot(root));
                break;
            case "a timestamp key that is not at hand":
                officers.Design = officers.Design with { Timestamp = RoleSigners.One(Officers.Spare) };
                next = Officers.Sign(officers.DraftRoot(root));
                break;
        }
        using var admin = Admin(host);
        foreach (var dryRun in new[] { true, false })
        {
            using var answer = await Officers.Hand(admin, next, nextTargets, dryRun);
            var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
            Assert.Equal(
                (code, reason),
                (problem.GetProperty("code").GetString(), problem.GetProperty("reason").GetString())
            );
            Assert.Equal((int)answer.StatusCode, problem.GetProperty("status").GetInt32());
        }
        officers.Lose("la");
        officers.Lose("t");
        Assert.Equal(before, (await Plane(host)).GetProperty("roles").ToString());
        Assert.Null(await host.Plane().FetchMetadata("2.root.json", 100_000, default));
    }

    [Fact]
    public async Task Only_administrators_hand_over_and_people_look()
    {
        await using var place = Place.Standalone();
        var officers = new Officers(place);
        var (root, _) = officers.HoldCeremony();
        await using var host = await Started(place);
        var next = Officers.Sign(officers.DraftRoot(root));
        foreach (var role in new[] { "editor", "reviewer", "ops", "officer", "point" })
        {
            using var client = host.As(Guid.CreateVersion7(), role);
            using var handed = await Officers.Hand(client, next);
            Assert.Equal(HttpStatusCode.Forbidden, handed.StatusCode);
            using var looked = await client.GetAsync("/api/catalog/plane");
            Assert.Equal(
                role is "point" or "officer" ? HttpStatusCode.Forbidden : HttpStatusCode.OK,
                looked.StatusCode
            );
        }
        using var nobody = new HttpClient { BaseAddress = host.Address };
        using var anonymous = await Officers.Hand(nobody, next);
        Assert.Equal(HttpStatusCode.Unauthorized, anonymous.StatusCode);
        Assert.Null(await host.Plane().FetchMetadata("2.root.json", 100_000, default));
    }

    [Fact]
    public async Task A_feed_of_the_settings_waits_for_its_targets_and_a_dry_run_changes_nothing()
    {
        await using var place = Place.Standalone();
        var officers = new Officers(place);
        var (_, targets) = officers.HoldCeremony();
        place.Settings["Catalog:Feeds:0"] = "tinh";
        place.Settings["Catalog:Feeds:1"] = "bo";
        await using var host = await Started(place);
        var warning = Assert.Single((await Plane(host)).GetProperty("warnings").EnumerateArray());
        Assert.Equal("feed-missing", warning.GetProperty("code").GetString());
        await host.Published(NewPackage(), Files(1));
        officers.Design = officers.Design with
        {
            Feeds = new Dictionary<string, RoleSigners>(officers.Design.Feeds)
            {
                ["bo"] = RoleSigners.One(officers.Give("feed-bo")),
            },
        };
        var next = Officers.Sign(officers.DraftTargets(targets));
        using var admin = Admin(host);

        var dry = await Ok(await Officers.Hand(admin, null, next, dryRun: true));
        Assert.Equal((true, true), (Flag(dry, "changed"), Flag(dry, "dryRun")));
        Assert.Equal(("bo", 1, true), Role(dry.GetProperty("plane"), "bo"));
        await Assert.ThrowsAsync<TufException>(() => new PointReader().Read(host.Plane(), "bo"));
        Assert.True(Flag(await Ok(await Officers.Hand(admin, null, next)), "changed"));

        Assert.Empty((await new PointReader().Read(host.Plane(), "bo")).Releases);
        Assert.Empty((await Plane(host)).GetProperty("warnings").EnumerateArray());
        Assert.False(Flag(await Ok(await Officers.Hand(admin, null, next)), "changed"));
    }

    [Fact]
    public async Task A_lost_timestamp_key_is_replaced_without_a_restart()
    {
        await using var place = Place.Standalone();
        var officers = new Officers(place);
        var (root, _) = officers.HoldCeremony();
        await using var host = await Started(place);
        var point = new PointReader();
        await point.Read(host.Plane());
        officers.Lose("timestamp");
        Assert.Contains(
            "key-missing",
            (await Plane(host)).GetProperty("warnings").ToString(),
            StringComparison.Ordinal
        );
        officers.Design = officers.Design with { Timestamp = RoleSigners.One(officers.Give("timestamp")) };
        using var admin = Admin(host);

        await Ok(await Officers.Hand(admin, Officers.Sign(officers.DraftRoot(root))));
        await host.Published(NewPackage(), Files(1));

        Assert.Single((await point.Read(host.Plane())).Releases);
        Assert.Empty((await Plane(host)).GetProperty("warnings").EnumerateArray());
    }

    [Fact]
    public async Task Every_key_is_replaced_and_the_threshold_raised_while_a_point_follows()
    {
        await using var place = await Place.Cluster();
        var officers = new Officers(place);
        var (root, targets) = officers.HoldCeremony();
        await using var host = await Started(place);
        var package = NewPackage();
        await host.Published(package, Files(1));
        var point = new PointReader();
        await point.Read(host.Plane());
        using var admin = Admin(host);
        var newMinistry = SigningKey.Generate();
        officers.Design = new()
        {
            Root = new(3, [newMinistry.Public, Officers.Department.Public, Officers.Spare.Public]),
            Targets = new(2, [newMinistry.Public, Officers.Department.Public]),
            Snapshot = RoleSigners.One(officers.Give("snapshot-2")),
            Timestamp = RoleSigners.One(officers.Give("timestamp-2")),
            Feeds = new Dictionary<string, RoleSigners> { ["tinh"] = RoleSigners.One(officers.Give("feed-tinh-2")) },
        };
        root = officers.DraftRoot(root).Sign(Officers.Department).Sign(Officers.Spare);
        await Refused(await Officers.Hand(admin, root), HttpStatusCode.UnprocessableEntity, "metadata-refused");
        root = root.Sign(newMinistry);
        targets = officers.DraftTargets(targets).Sign(newMinistry).Sign(Officers.Department).Sign(Officers.Spare);

        await Ok(await Officers.Hand(admin, root, targets));
        Assert.Single((await point.Read(host.Plane())).Releases);
        foreach (var old in new[] { "snapshot", "timestamp", "feed-tinh" })
        {
            officers.Lose(old);
        }
        await host.Published(package, Files(2));
        Assert.Equal(2, Assert.Single((await point.Read(host.Plane())).Current).Release.Version);
        Assert.Equal(2, Assert.Single((await new PointReader().Read(host.Plane())).Current).Release.Version);

        // The replaced key of the ministry is worth nothing any more.
        officers.Design = officers.Design with
        {
            Root = new(1, [Officers.Ministry.Public]),
        };
        var forged = officers.DraftRoot(root).Sign(Officers.Ministry).Sign(Officers.Department);
        await Refused(await Officers.Hand(admin, forged), HttpStatusCode.UnprocessableEntity, "metadata-refused");
    }

    [Fact]
    public async Task A_plane_that_made_its_own_keys_can_be_handed_to_officers()
    {
        await using var place = Place.Standalone();
        var point = new PointReader();
        OfflineMetadata root;
        OfflineMetadata targets;
        await using (var pilot = await Started(place))
        {
            await point.Read(pilot.Plane());
            root = await Read(pilot, "1.root.json");
            targets = await Read(pilot, "1.targets.json");
        }
        var (ownRoot, ownTargets) = (Pem(place, "root"), Pem(place, "targets"));
        var officers = new Officers(place);
        officers.Lose("root");
        officers.Lose("targets");
        var next = Officers.Sign(officers.DraftRoot(root)).Sign(ownRoot);
        var nextTargets = Officers.Sign(officers.DraftTargets(targets)).Sign(ownTargets);
        await using var host = await Started(place);
        using var admin = Admin(host);

        await Ok(await Officers.Hand(admin, next, nextTargets));

        await host.Published(NewPackage(), Files(1));
        Assert.Single((await point.Read(host.Plane())).Releases);
        Assert.Empty(await Warnings(host));
    }

    [Fact]
    public async Task Says_when_root_runs_out_when_a_key_cannot_be_read_and_when_an_offline_key_lies_about()
    {
        await using var place = Place.Standalone();
        var officers = new Officers(place);
        officers.HoldCeremony(days: 30);
        await using var host = await Started(place);
        await File.WriteAllTextAsync(Path.Combine(place.Keys, "bo.pem"), Officers.Ministry.ToPem());
        Assert.Equal(
            ["root:expires-soon", "root:offline-key-at-hand", "targets:offline-key-at-hand"],
            await Warnings(host)
        );

        await File.WriteAllTextAsync(Path.Combine(place.Keys, "bo.pem"), "-----BEGIN ENCRYPTED PRIVATE KEY-----");

        Assert.Contains(":key-unreadable", await Warnings(host));
        using var admin = Admin(host);
        await Refused(
            await Officers.Hand(admin, Officers.Sign(officers.DraftRoot(officers.DraftRoot()))),
            HttpStatusCode.Conflict,
            "online-key-missing"
        );
    }

    public static TheoryData<int, bool> Stops
    {
        get
        {
            var stops = new TheoryData<int, bool>();
            for (var write = 1; write <= 5; write++)
            {
                stops.Add(write, false);
                stops.Add(write, true);
            }
            return stops;
        }
    }

    [Theory]
    [MemberData(nameof(Stops))]
    public async Task Stopped_at_any_write_it_finishes_later_and_the_retry_changes_nothing(int write, bool isDone)
    {
        await using var place = Place.Standalone();
        var officers = new Officers(place);
        var (root, targets) = officers.HoldCeremony();
        var point = new PointReader();
        await using (var first = await Started(place))
        {
            await first.Published(NewPackage(), Files(1));
            await point.Read(first.Plane());
        }
        officers.Design = officers.Design with
        {
            Timestamp = RoleSigners.One(officers.Give("timestamp-2")),
            Feeds = new Dictionary<string, RoleSigners> { ["tinh"] = RoleSigners.One(officers.Give("feed-tinh-2")) },
        };
        var (nextRoot, nextTargets) = (
            Officers.Sign(officers.DraftRoot(root)),
            Officers.Sign(officers.DraftTargets(targets))
        );
        await using (var killed = await CatalogHost.Start(place, b => BrokenStore.Use(b, write, isDone)))
        {
            using var admin = Admin(killed);
            using var lost = await Officers.Hand(admin, nextRoot, nextTargets);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, lost.StatusCode);
        }
        await using var host = await CatalogHost.Start(place);
        using var again = Admin(host);

        var answer = await Ok(await Officers.Hand(again, nextRoot, nextTargets));

        Assert.False(Flag(answer, "changed"));
        Assert.Equal(2, Version(answer.GetProperty("plane"), "root"));
        Assert.Single((await point.Read(host.Plane())).Releases);
        Assert.Single((await new PointReader().Read(host.Plane())).Releases);
    }

    [Fact]
    public async Task Killed_between_the_database_and_the_store_it_puts_all_of_it_in_after_its_start_and_says_no_secret()
    {
        await using var s3 = await PrivateServer.S3();
        await using var buckets = S3Buckets.On(new Uri(s3.Address));
        await using var place = await Place.Cluster(buckets);
        var officers = new Officers(place);
        var (root, _) = officers.HoldCeremony();
        place.Settings["Database:MigrateOnStart"] = "true";
        await using var catalog = await ServiceProcess.Start("services/Catalog", place.Settings);
        using var admin = catalog.ClientWith(TestTokens.Create(Guid.CreateVersion7(), "Quản trị (mẫu)", "admin"));
        await Eventually.Passes(async () => await Ok(await admin.GetAsync("/api/catalog/plane")));
        officers.Design = officers.Design with { Timestamp = RoleSigners.One(officers.Give("timestamp")) };
        var next = Officers.Sign(officers.DraftRoot(root));
        // The plane is shown as soon as it is known, which is before all of it is written.
        await Eventually.Holds(async () => await Steps(place) is { Taken: 1, Written: 1 });

        await s3.KillAsync();
        // The plane is busy for a while if the publisher was at work just now and waits for the store.
        var handing = Task.Run(async () =>
        {
            while (!(await Officers.Hand(admin, next)).IsSuccessStatusCode)
            {
                await Task.Delay(500);
            }
        });
        await Eventually.Holds(
            async () => await Steps(place) is { Taken: 2, Written: 1 },
            timeout: TimeSpan.FromSeconds(100)
        );
        await catalog.Kill();
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => handing);
        await s3.StartAsync();
        await catalog.Start();

        await Eventually.Holds(async () => await Steps(place) is { Taken: 2, Written: 2 });
        Assert.False(Flag(await Ok(await Officers.Hand(admin, next)), "changed"));
        await using var reader = await CatalogHost.Start(place, migrate: false);
        await new PointReader().Read(reader.Plane());
        await catalog.Kill();
        var log = catalog.LastLines(100_000);
        Assert.DoesNotContain("PRIVATE", log, StringComparison.Ordinal);
        foreach (var pem in Directory.GetFiles(place.Keys))
        {
            Assert.DoesNotContain((await File.ReadAllLinesAsync(pem))[1], log, StringComparison.Ordinal);
        }
    }

    private static async Task<(long Taken, long Written)> Steps(Place place)
    {
        await using var connection = new Npgsql.NpgsqlConnection(place.Settings["ConnectionStrings:Catalog"]);
        await connection.OpenAsync();
        await using var ask = new Npgsql.NpgsqlCommand("SELECT taken, written FROM plane_steps", connection);
        await using var row = await ask.ExecuteReaderAsync();
        await row.ReadAsync();
        return (row.GetInt64(0), row.GetInt64(1));
    }

    private static SigningKey Pem(Place place, string name) =>
        SigningKey.FromPem(File.ReadAllText(Path.Combine(place.Keys, $"{name}.pem")));

    private static async Task<OfflineMetadata> Read(CatalogHost host, string name) =>
        OfflineMetadata.Parse((await host.Plane().FetchMetadata(name, 100_000, default))!);

    private static async Task<CatalogHost> Started(Place place)
    {
        var host = await CatalogHost.Start(place);
        await Eventually.Passes(() => Plane(host));
        // It is known before it is written.
        await Eventually.Holds(async () =>
            await host.Plane().FetchMetadata("timestamp.json", 100_000, default) is not null
        );
        return host;
    }

    private static HttpClient Admin(CatalogHost host) => host.As(Guid.CreateVersion7(), "admin");

    private static HttpClient Ask(CatalogHost host) => host.As(Guid.CreateVersion7(), "ops");

    private static async Task<JsonElement> Plane(CatalogHost host)
    {
        using var client = Ask(host);
        return await Ok(await client.GetAsync("/api/catalog/plane"));
    }

    private static async Task<IEnumerable<string>> Warnings(CatalogHost host) =>
        (await Plane(host))
            .GetProperty("warnings")
            .EnumerateArray()
            .Select(w =>
                $"{(w.TryGetProperty("role", out var role) ? role.GetString() : "")}:{w.GetProperty("code").GetString()}"
            )
            .Order(StringComparer.Ordinal);

    private static (string, int, bool) Role(JsonElement plane, string name)
    {
        var role = Find(plane, name);
        return (name, role.GetProperty("threshold").GetInt32(), role.GetProperty("canSign").GetBoolean());
    }

    private static long Version(JsonElement plane, string role) => Find(plane, role).GetProperty("version").GetInt64();

    private static JsonElement Find(JsonElement plane, string role) =>
        plane.GetProperty("roles").EnumerateArray().Single(r => r.GetProperty("name").GetString() == role);

    private static bool Flag(JsonElement answer, string name) => answer.GetProperty(name).GetBoolean();
}
