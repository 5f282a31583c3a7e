using LaiChau.Distribution.Feeds;
using LaiChau.Distribution.Publishing;

namespace LaiChau.Distribution.Tests.Publishing;

public sealed class ListedDeltasTests
{
    private static readonly Guid Old = Sample.Description(id: 1).ReleaseId;
    private static readonly Guid New = Sample.Description(id: 2).ReleaseId;
    private static readonly Guid Between = Sample.Description(id: 3).ReleaseId;

    private readonly Repository _repository = new();

    [Fact]
    public async Task They_are_promised_with_the_release_and_listed_by_a_second_step()
    {
        var sample = await Sample.Build(Sample.Description(version: 2, id: 2), ("a.txt", Sample.Text(1, 1000)));
        var by = _repository.Now.AddMinutes(10);
        _repository.Apply(new() { Feeds = [new("tinh") { Publish = [sample.Manifest], DeltasBy = by }] });
        var release = await Only();
        Assert.Equal(by, release.DeltasBy);
        Assert.Empty(release.Deltas);
        Assert.Equal(sample.Manifest.Pack.Size, release.Fetch);

        DeltaReference[] deltas =
        [
            new(Old, New, new(Sha256Digest.Of([1]), 100, 2000)),
            new(Old, Between, new(Sha256Digest.Of([2]), 10, 1L << 40)),
        ];
        List(deltas);

        release = await Only();
        Assert.Null(release.DeltasBy);
        Assert.Equal(deltas, release.Deltas);
        Assert.Equal(deltas, _repository.State.Feeds["tinh"].Releases.Single().Deltas);
    }

    [Fact]
    public async Task A_retry_of_the_first_step_does_not_take_them_back()
    {
        var sample = await Sample.Build(Sample.Description(version: 2, id: 2), ("a.txt", Sample.Text(1, 1000)));
        var publish = new RepositoryChange
        {
            Feeds = [new("tinh") { Publish = [sample.Manifest], DeltasBy = _repository.Now.AddMinutes(10) }],
        };
        _repository.Apply(publish);
        List([new(Old, New, new(Sha256Digest.Of([1]), 100, 2000))]);

        Assert.Empty(_repository.Plan(publish).Files);
    }

    [Fact]
    public async Task A_release_without_any_only_loses_the_promise()
    {
        var sample = await Sample.Build(Sample.Description(version: 2, id: 2), ("a.txt", Sample.Text(1, 1000)));
        _repository.Apply(
            new() { Feeds = [new("tinh") { Publish = [sample.Manifest], DeltasBy = _repository.Now.AddMinutes(10) }] }
        );

        List([]);

        var release = await Only();
        Assert.Null(release.DeltasBy);
        Assert.Empty(release.Deltas);
    }

    [Fact]
    public void A_release_that_is_not_listed_is_passed_over()
    {
        var plan = Plan([new(Old, New, new(Sha256Digest.Of([1]), 100, 2000))]);

        Assert.Empty(plan.Files);
    }

    [Fact]
    public async Task Refuses_to_list_what_no_reader_takes()
    {
        var sample = await Sample.Build(Sample.Description(version: 2, id: 2), ("a.txt", Sample.Text(1, 1000)));
        _repository.Apply(new() { Feeds = [new("tinh") { Publish = [sample.Manifest] }] });
        var good = new DeltaReference(Old, New, new(Sha256Digest.Of([1]), 100, 2000));

        foreach (
            var bad in new DeltaReference[][]
            {
                [.. Enumerable.Repeat(good, 17)],
                [good with { Delta = good.Delta with { HeadSize = 0 } }],
                [good with { Delta = good.Delta with { HeadSize = -1 } }],
                [good with { Delta = good.Delta with { Size = 99 } }],
                [good with { Delta = good.Delta with { Size = -1 } }],
                [good with { Delta = good.Delta with { Size = (1L << 50) + 1 } }],
                [good with { To = Old }],
            }
        )
        {
            Assert.Throws<ArgumentException>(() => Plan(bad));
        }
    }

    private RepositoryPlan Plan(IReadOnlyList<DeltaReference> deltas) =>
        _repository.Plan(
            new()
            {
                Feeds =
                [
                    new("tinh") { Deltas = new Dictionary<Guid, IReadOnlyList<DeltaReference>> { [New] = deltas } },
                ],
            }
        );

    private void List(IReadOnlyList<DeltaReference> deltas) =>
        _repository.Apply(
            new()
            {
                Feeds =
                [
                    new("tinh") { Deltas = new Dictionary<Guid, IReadOnlyList<DeltaReference>> { [New] = deltas } },
                ],
            }
        );

    private async Task<FeedRelease> Only()
    {
        var (point, _) = await _repository.NewPoint();
        await point.Refresh(_repository.Plane, _repository.Now);
        return Assert.Single((await point.LoadFeed("tinh", _repository.Plane, _repository.Now)).Releases);
    }
}
