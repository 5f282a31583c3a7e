using LaiChau.Distribution.Content;
using LaiChau.Distribution.Feeds;
using LaiChau.Distribution.Trust;

namespace LaiChau.Distribution.Tests.Content;

public sealed class UpdatePlanTests
{
    private const long Mega = 1_000_000;
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);
    private static readonly Guid One = Id(1);
    private static readonly Guid Two = Id(2);
    private static readonly Guid Three = Id(3);

    [Fact]
    public void With_nothing_held_the_pack_comes_whole_in_one_request_after_the_manifest()
    {
        var before = UpdatePlan.Choose(Release(), new(), Now);
        var after = UpdatePlan.Choose(Release(), new() { HasManifest = true }, Now);

        Assert.Equal((UpdateWay.Whole, 40 * Mega + 5000, 2), (before.Way, before.Bytes, before.Requests));
        Assert.Equal((UpdateWay.Whole, 40 * Mega, 1), (after.Way, after.Bytes, after.Requests));
        Assert.Contains("40,000,000", after.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_held_costs_nothing()
    {
        var held = UpdatePlan.Choose(Release(), Holding(Three), Now);
        var files = UpdatePlan.Choose(Release(), new() { HasManifest = true, WholeBytes = 50 * Mega }, Now);

        Assert.Equal((UpdateWay.Nothing, 0, 0), (held.Way, held.Bytes, held.Requests));
        Assert.Equal((UpdateWay.LocalCopy, 0, 0), (files.Way, files.Bytes, files.Requests));
    }

    [Fact]
    public void A_delta_from_what_is_held_is_one_request_without_manifest()
    {
        var plan = UpdatePlan.Choose(Release(Delta(Two, Three, 30_000), Delta(One, Three, 60_000)), Holding(One), Now);

        Assert.Equal((UpdateWay.Delta, 60_000, 1), (plan.Way, plan.Bytes, plan.Requests));
        Assert.Equal(One, Assert.Single(plan.Deltas).From);
        Assert.Contains($"from {One}", plan.Why, StringComparison.Ordinal);
        Assert.Contains("instead of the whole pack of 40,000,000 bytes", plan.Why, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(100_000, UpdateWay.Chain)]
    [InlineData(50_900, UpdateWay.Delta)]
    public void A_chain_is_taken_when_it_is_cheaper_by_more_than_its_request(long direct, UpdateWay expected)
    {
        var plan = UpdatePlan.Choose(
            Release(Delta(One, Three, direct), Delta(Two, Three, 30_000), Delta(One, Two, 20_000)),
            Holding(One),
            Now
        );

        Assert.Equal(expected, plan.Way);
        Assert.Equal(expected == UpdateWay.Chain ? [One, Two] : [One], plan.Deltas.Select(d => d.From));
    }

    [Fact]
    public void Deltas_that_lead_in_a_circle_or_nowhere_are_no_way()
    {
        var plan = UpdatePlan.Choose(
            Release(Delta(One, Two, 10), Delta(Two, One, 10), Delta(Id(9), Three, 10), Delta(Three, Three, 1)),
            Holding(One),
            Now
        );

        Assert.Equal((UpdateWay.Whole, 0), (plan.Way, plan.Deltas.Count));
    }

    [Fact]
    public void What_an_earlier_attempt_has_brought_need_not_be_paid_again()
    {
        var (large, small) = (Delta(One, Three, 9 * Mega), Delta(Two, Three, 2 * Mega));
        var begun = Holding(One, Two) with
        {
            Begun = new Dictionary<Sha256Digest, long> { [large.Delta.Head] = (9 * Mega) - 100_000 },
        };
        var whole = begun with { Begun = new Dictionary<Sha256Digest, long> { [large.Delta.Head] = 9 * Mega } };

        var goesOn = UpdatePlan.Choose(Release(large, small), begun, Now);
        var isThere = UpdatePlan.Choose(Release(large, small), whole, Now);

        Assert.Equal((large, 100_000, 1), (Assert.Single(goesOn.Deltas), goesOn.Bytes, goesOn.Requests));
        Assert.Equal((large, 0, 0), (Assert.Single(isThere.Deltas), isThere.Bytes, isThere.Requests));
    }

    [Fact]
    public void Ranges_are_cheaper_than_a_delta_when_most_of_the_pack_has_come()
    {
        var plan = UpdatePlan.Choose(
            Release(Delta(One, Three, 9 * Mega)),
            Holding(One) with
            {
                HasManifest = true,
                WholeBytes = 30 * Mega,
                ChunkBytes = 19 * Mega,
            },
            Now
        );

        Assert.Equal((UpdateWay.Ranges, 800_000), (plan.Way, plan.Bytes));
        Assert.Contains("instead of a delta", plan.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_delta_what_is_held_is_searched_for_chunks()
    {
        Assert.Equal(UpdateWay.Ranges, UpdatePlan.Choose(Release(), new() { HasKin = true }, Now).Way);
        // So little that leaving anything out would cost more.
        var small = Release() with
        {
            Fetch = 9000,
            Size = 20_000,
        };
        Assert.Equal(UpdateWay.Whole, UpdatePlan.Choose(small, new() { HasKin = true }, Now).Way);
    }

    [Fact]
    public void A_refused_delta_is_not_chosen_again_and_the_next_way_is()
    {
        var (direct, first, second) = (Delta(One, Three, 30_000), Delta(One, Two, 20_000), Delta(Two, Three, 30_000));
        var release = Release(direct, first, second);
        var stock = Holding(One);

        var next = UpdatePlan.Choose(release, Refusing(stock, direct), Now);
        var last = UpdatePlan.Choose(release, Refusing(stock, direct, second), Now);

        Assert.Equal(UpdateWay.Chain, next.Way);
        Assert.Empty(last.Deltas);
    }

    [Fact]
    public void Deltas_that_are_being_made_are_waited_for()
    {
        var plan = UpdatePlan.Choose(Promising(TimeSpan.FromMinutes(10)), Holding(Two), Now);

        Assert.Equal(Now.AddMinutes(10), plan.WaitUntil);
        Assert.Contains("promised", plan.Why, StringComparison.Ordinal);
        Assert.Null(UpdatePlan.Choose(Promising(TimeSpan.FromMinutes(10)), Holding(Two), Now.AddMinutes(10)).WaitUntil);
    }

    [Fact]
    public void Nobody_waits_in_vain()
    {
        var promising = Promising(TimeSpan.FromMinutes(10));
        var urgent = promising with { Release = promising.Release with { Priority = ReleasePriority.Urgent } };
        var listed = promising with { Deltas = [Delta(Two, Three, 1000)] };

        Assert.Null(UpdatePlan.Choose(promising, new(), Now).WaitUntil);
        Assert.Null(UpdatePlan.Choose(urgent, Holding(Two), Now).WaitUntil);
        Assert.Null(UpdatePlan.Choose(promising with { Fetch = 200_000 }, Holding(Two), Now).WaitUntil);
        Assert.Null(UpdatePlan.Choose(Promising(TimeSpan.FromDays(30)), Holding(Two), Now).WaitUntil);
        Assert.Null(
            UpdatePlan
                .Choose(promising, Holding(Two) with { HasManifest = true, ChunkBytes = (50 * Mega) - 1000 }, Now)
                .WaitUntil
        );
        Assert.Equal((UpdateWay.Delta, null), Way(UpdatePlan.Choose(listed, Holding(Two), Now)));
    }

    [Fact]
    public void A_release_of_no_bytes_is_no_trouble()
    {
        var empty = Release() with { Size = 0, Fetch = 30 };

        Assert.Equal(UpdateWay.Whole, UpdatePlan.Choose(empty, new(), Now).Way);
        Assert.Equal(UpdateWay.LocalCopy, UpdatePlan.Choose(empty, new() { HasManifest = true }, Now).Way);
    }

    private static (UpdateWay, DateTimeOffset?) Way(UpdatePlan plan) => (plan.Way, plan.WaitUntil);

    private static FeedRelease Promising(TimeSpan until) => Release() with { DeltasBy = Now + until };

    private static UpdateStock Holding(params Guid[] releases) =>
        new()
        {
            Bases =
            [
                .. releases.Select(r => new UpdateBase(
                    r,
                    r == One ? 1
                        : r == Two ? 2
                        : 3
                )),
            ],
            HasKin = false,
        };

    private static UpdateStock Refusing(UpdateStock stock, params DeltaReference[] deltas) =>
        stock with
        {
            Refused = deltas.Select(d => d.Delta.Head).ToHashSet(),
        };

    private static DeltaReference Delta(Guid from, Guid to, long size) =>
        new(from, to, new(Sha256Digest.Of([.. from.ToByteArray(), .. to.ToByteArray()]), 100, size));

    private static FeedRelease Release(params DeltaReference[] deltas) =>
        new(
            new()
            {
                ReleaseId = Three,
                Package = "a/b",
                Version = 3,
                Title = new Dictionary<string, string> { ["vi"] = "Mẫu" },
                Category = "smart-farming",
                Languages = ["vi"],
            },
            50 * Mega,
            new TrustedTarget("tinh/releases/x.manifest", 5000, default)
        )
        {
            Fetch = 40 * Mega,
            Deltas = deltas,
        };

    private static Guid Id(int number) => new($"01900000-0000-7000-8000-{number:x12}");
}
