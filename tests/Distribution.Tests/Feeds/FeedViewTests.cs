using System.Text.Json.Nodes;
using LaiChau.Distribution.Content;
using LaiChau.Distribution.Feeds;
using LaiChau.Distribution.Trust;

namespace LaiChau.Distribution.Tests.Feeds;

public sealed class FeedViewTests
{
    [Fact]
    public void Only_the_newest_of_a_package_is_current()
    {
        var view = View(Release(1, "a", 1), Release(2, "a", 3), Release(3, "a", 2), Release(4, "b", 1));

        Assert.Equal([("b", 1), ("a", 3)], view.Current.Select(r => (r.Release.Package, r.Release.Version)));
    }

    [Fact]
    public void What_is_shown_depends_on_the_validity_period_what_is_held_does_not()
    {
        var now = Repository.Start;
        var view = View(
            Release(1, "cu", 1, until: now),
            Release(2, "nay", 1, from: now, until: now.AddSeconds(1)),
            Release(3, "mai", 1, from: now.AddSeconds(1))
        );

        Assert.Equal(["nay"], view.ShownAt(now).Select(r => r.Release.Package));
        Assert.Equal(["mai"], view.ShownAt(now.AddSeconds(1)).Select(r => r.Release.Package));
        Assert.Equal(3, view.Current.Count);
    }

    [Fact]
    public async Task Urgent_ones_come_first_then_the_newest()
    {
        var repository = new Repository();
        await repository.Publish(Sample.Description("a", id: 1));
        await repository.Publish(Sample.Description("b", id: 2) with { Priority = ReleasePriority.Urgent });
        await repository.Publish(Sample.Description("c", id: 3));
        await repository.Publish(Sample.Description("d", id: 4) with { Priority = ReleasePriority.Priority });

        var feed = repository.State.Feeds["tinh"];

        Assert.Equal(["b", "d", "c", "a"], feed.Releases.Select(r => r.Release.Package));
        Assert.Equal(["b", "d", "c", "a"], feed.Current.Select(r => r.Release.Package));
    }

    [Fact]
    public async Task A_priority_of_later_times_is_a_normal_one()
    {
        var repository = new Repository();
        await repository.Publish(Sample.Description());
        var file = Forge.Signed(
            repository.Plane.Files["metadata/2.tinh.json"],
            s => s["targets"]!.AsObject().Single().Value!["custom"]!["priority"] = "flash"
        );

        Assert.Equal(ReleasePriority.Normal, Assert.Single(Read(file).Releases).Release.Priority);
    }

    [Fact]
    public async Task What_was_published_in_another_format_is_passed_over()
    {
        var repository = new Repository();
        await repository.Publish(Sample.Description());
        var file = Forge.Signed(
            repository.Plane.Files["metadata/2.tinh.json"],
            s =>
            {
                var targets = s["targets"]!.AsObject();
                targets[$"tinh/releases/{Sample.Description(id: 2).ReleaseId}.other"] = targets
                    .Single()
                    .Value!.DeepClone();
            }
        );

        Assert.Single(Read(file).Releases);
    }

    [Theory]
    [InlineData("fetch", "-1")]
    [InlineData("fetch", "1125899906842625")]
    [InlineData("fetch", "\"1\"")]
    [InlineData("size", "1125899906842625")]
    [InlineData("deltasBy", "1")]
    [InlineData("deltas", "{}")]
    [InlineData("deltas", "[1]")]
    [InlineData("deltas", "[{}]")]
    [InlineData("deltas", """[{"from":"x","head":"H","headSize":1,"size":1}]""")]
    [InlineData("deltas", """[{"from":"F","head":"00","headSize":1,"size":1}]""")]
    [InlineData("deltas", """[{"from":"F","head":"H","headSize":0,"size":1}]""")]
    [InlineData("deltas", """[{"from":"F","head":"H","headSize":2,"size":1}]""")]
    [InlineData("deltas", """[{"from":"F","head":"H","headSize":-1,"size":1}]""")]
    [InlineData("deltas", """[{"from":"F","head":"H","headSize":1,"size":1125899906842625}]""")]
    [InlineData("deltas", """[{"from":"F","to":"F","head":"H","headSize":1,"size":1}]""")]
    [InlineData("deltas", "17")]
    public async Task Refuses_what_no_release_can_be(string field, string value)
    {
        var repository = new Repository();
        await repository.Publish(Sample.Description());
        const string good = """{"from":"F","head":"H","headSize":1,"size":1}""";
        var json = (value == "17" ? $"[{string.Join(',', Enumerable.Repeat(good, 17))}]" : value)
            .Replace("\"F\"", $"\"{Guid.CreateVersion7()}\"", StringComparison.Ordinal)
            .Replace("\"H\"", $"\"{new string('a', 64)}\"", StringComparison.Ordinal);
        var file = Forge.Signed(
            repository.Plane.Files["metadata/2.tinh.json"],
            s => s["targets"]!.AsObject().Single().Value!["custom"]![field] = JsonNode.Parse(json)
        );

        Assert.Equal(ContentException.Malformed, Assert.Throws<ContentException>(() => Read(file)).Code);
    }

    [Fact]
    public void Refuses_a_recall_list_of_another_format() =>
        Assert.Equal(
            ContentException.UnknownFormat,
            Assert
                .Throws<ContentException>(() => FeedFormat.ReadRecalls("""{"format":2,"recalls":[]}"""u8.ToArray()))
                .Code
        );

    private static FeedView Read(byte[] file) =>
        FeedFormat.View(
            new("tinh", new([], 1), Terminating: true, ["tinh/*", "tinh/releases/*"], PathHashPrefixes: null),
            TargetsRole.Read(file, "tinh"),
            new Dictionary<string, TargetsRole>(),
            []
        );

    private static FeedView View(params FeedRelease[] releases) => new("tinh", [1], Repository.Start, releases, []);

    private static FeedRelease Release(
        int id,
        string package,
        int version,
        DateTimeOffset? from = null,
        DateTimeOffset? until = null
    ) =>
        new(
            Sample.Description(package, version, id) with
            {
                ValidFrom = from,
                ValidUntil = until,
            },
            Size: 1,
            new("x", 1, default)
        );
}
