using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using LaiChau.Testing;
using Minio.DataModel.Args;

namespace LaiChau.Gateway.Tests.Content;

/// <summary>A plane of its own: here the one file that changes does change.</summary>
public sealed class LatestTimestampTests(GatewayHouse house) : IAsyncLifetime
{
    private const string Path = "metadata/timestamp.json";
    private S3Buckets buckets = null!;
    private StoreDoor door = null!;

    public async ValueTask InitializeAsync()
    {
        buckets = await S3Buckets.Create();
        using (var client = buckets.Client())
        {
            await client.MakeBucketAsync(new MakeBucketArgs().WithBucket(buckets.Content));
        }
        door = await StoreDoor.Before(buckets.Endpoint);
    }

    public async ValueTask DisposeAsync()
    {
        await door.DisposeAsync();
        await buckets.DisposeAsync();
    }

    [Fact]
    public async Task Hundreds_of_polls_cost_the_store_one_reading()
    {
        await Put(Path, Version(1));
        await using var gateway = await Start(new() { ["Gateway:FreshSeconds"] = "3600" });
        using var client = Client(gateway);

        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => client.GetAsync($"/content/{Path}")));
        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        for (var i = 0; i < 400; i++)
        {
            using var poll = await Poll(client, answers[0].Headers.ETag!);
            Assert.Equal(HttpStatusCode.NotModified, poll.StatusCode);
        }

        Assert.Equal(1, door.Reads(Path));
    }

    [Fact]
    public async Task A_new_one_is_seen_by_the_next_poll_after_a_moment()
    {
        await Put(Path, Version(1));
        await using var gateway = await Start();
        using var first = await gateway.Client.GetAsync($"/content/{Path}");
        await Put(Path, Version(2));

        await Eventually.Passes(
            async () =>
            {
                using var poll = await Poll(gateway.Client, first.Headers.ETag!);
                Assert.Equal(HttpStatusCode.OK, poll.StatusCode);
                Assert.Equal(Version(2), await poll.Content.ReadAsByteArrayAsync());
            },
            TimeSpan.FromSeconds(60)
        );
    }

    [Fact]
    public async Task Hundreds_held_hear_of_the_next_one_and_cost_the_store_one_reading_a_moment()
    {
        await Put(Path, Version(1));
        await using var gateway = await Start();
        using var client = Client(gateway);
        using var first = await client.GetAsync($"/content/{Path}");

        var held = Enumerable.Range(0, 500).Select(_ => Poll(client, first.Headers.ETag!, wait: 300)).ToList();
        await Eventually.Holds(async () => await Held(gateway) == 500);
        var since = Stopwatch.StartNew();
        var before = door.Reads(Path);
        // Some of the watcher's rounds.
        await Eventually.Holds(() => Task.FromResult(door.Reads(Path) >= before + 4));
        Assert.DoesNotContain(held, answer => answer.IsCompleted);
        var rounds = since.Elapsed.TotalSeconds;
        Assert.InRange(door.Reads(Path) - before, 1, (int)rounds + 2);
        await Put(Path, Version(2));
        await Put("metadata/2.snapshot.json", "{}"u8.ToArray());

        foreach (var one in held)
        {
            using var answer = await one.WaitAsync(TimeSpan.FromSeconds(30));
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal("wait=300", answer.Header("Preference-Applied"));
            Assert.Equal(Version(2), await answer.Content.ReadAsByteArrayAsync());
        }
        await Eventually.Holds(async () => await Held(gateway) == 0);
        // Nobody is held: nobody looks.
        await Eventually.Holds(async () =>
        {
            var now = door.Reads(Path);
            await Task.Delay(2500);
            return door.Reads(Path) == now;
        });
    }

    [Fact]
    public async Task Who_is_held_in_vain_is_told_that_nothing_changed_when_the_time_is_over()
    {
        await Put(Path, Version(1));
        await using var gateway = await Start();
        using var first = await gateway.Client.GetAsync($"/content/{Path}");

        var watch = Stopwatch.StartNew();
        using var answer = await Poll(gateway.Client, first.Headers.ETag!, wait: 2);

        Assert.Equal(HttpStatusCode.NotModified, answer.StatusCode);
        Assert.Equal("wait=2", answer.Header("Preference-Applied"));
        Assert.InRange(watch.Elapsed, TimeSpan.FromSeconds(1.9), TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task Nobody_is_held_longer_than_the_settings_say_nor_more_than_they_say_at_once()
    {
        await Put(Path, Version(1));
        await using var gateway = await Start(new() { ["Gateway:HoldSeconds"] = "20", ["Gateway:MostHeld"] = "2" });
        using var client = Client(gateway);
        using var first = await client.GetAsync($"/content/{Path}");

        var held = Enumerable.Range(0, 2).Select(_ => Poll(client, first.Headers.ETag!, wait: 1_000_000)).ToList();
        await Eventually.Holds(async () => await Held(gateway) == 2);
        using var third = await Poll(client, first.Headers.ETag!, wait: 1_000_000);
        Assert.Equal(HttpStatusCode.NotModified, third.StatusCode);
        foreach (var one in held)
        {
            using var answer = await one;
            Assert.Equal(HttpStatusCode.NotModified, answer.StatusCode);
            Assert.Equal("wait=20", answer.Header("Preference-Applied"));
        }
    }

    [Theory]
    [InlineData("wait=-5")]
    [InlineData("wait=")]
    [InlineData("wait=nhanh")]
    [InlineData("respond-async")]
    public async Task What_is_no_wish_to_wait_is_answered_at_once(string prefer)
    {
        await Put(Path, Version(1));
        await using var gateway = await Start();
        using var first = await gateway.Client.GetAsync($"/content/{Path}");
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/content/{Path}");
        request.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        request.Headers.TryAddWithoutValidation("Prefer", prefer);
        using var answer = await gateway.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.NotModified, answer.StatusCode);
        Assert.Null(answer.Header("Preference-Applied"));
    }

    [Fact]
    public async Task Who_knows_an_older_one_or_none_is_answered_at_once()
    {
        await Put(Path, Version(1));
        await using var gateway = await Start();
        using var old = await Poll(gateway.Client, new EntityTagHeaderValue("\"cu\""), wait: 300);
        Assert.Equal(HttpStatusCode.OK, old.StatusCode);

        using var request = new HttpRequestMessage(HttpMethod.Get, $"/content/{Path}");
        request.Headers.TryAddWithoutValidation("Prefer", "respond-async, wait=300");
        using var none = await gateway.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, none.StatusCode);
    }

    [Fact]
    public async Task A_store_that_is_down_for_a_while_loses_nobody_who_is_held()
    {
        await Put(Path, Version(1));
        await using var gateway = await Start();
        using var first = await gateway.Client.GetAsync($"/content/{Path}");
        var held = Poll(gateway.Client, first.Headers.ETag!, wait: 300);
        await Eventually.Holds(async () => await Held(gateway) == 1);
        door.Cut(Path, after: 0, times: 3);
        await Put(Path, Version(2));

        using var answer = await held.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(Version(2), await answer.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task A_gateway_that_is_stopped_lets_everybody_go_at_once_and_takes_them_again()
    {
        await Put(Path, Version(1));
        await using var gateway = await Start();
        using var client = Client(gateway);
        using var first = await client.GetAsync($"/content/{Path}");
        var held = Enumerable.Range(0, 500).Select(_ => Poll(client, first.Headers.ETag!, wait: 300)).ToList();
        await Eventually.Holds(async () => await Held(gateway) == 500);

        Assert.Equal(0, await gateway.Stop());
        foreach (var one in held)
        {
            using var answer = await one.WaitAsync(TimeSpan.FromSeconds(10));
            Assert.Equal(HttpStatusCode.NotModified, answer.StatusCode);
        }

        await gateway.Start();
        var again = Enumerable.Range(0, 500).Select(_ => Poll(client, first.Headers.ETag!, wait: 300)).ToList();
        await Eventually.Holds(async () => await Held(gateway) == 500);
        await gateway.Restart();
        foreach (var one in again)
        {
            await Assert.ThrowsAnyAsync<HttpRequestException>(() => one.WaitAsync(TimeSpan.FromSeconds(10)));
        }
        // The tag is still good: nobody has to fetch what it knows.
        var last = Enumerable.Range(0, 500).Select(_ => Poll(client, first.Headers.ETag!, wait: 300)).ToList();
        await Eventually.Holds(async () => await Held(gateway) == 500);
        await Put(Path, Version(2));
        foreach (var one in last)
        {
            using var answer = await one.WaitAsync(TimeSpan.FromSeconds(30));
            Assert.Equal(Version(2), await answer.Content.ReadAsByteArrayAsync());
        }
    }

    [Fact]
    public async Task Numbered_metadata_that_no_timestamp_named_yet_is_read_again_under_the_next()
    {
        // A publisher that was stopped writes the same numbers anew.
        await Put(Path, Version(1));
        await Put("metadata/2.snapshot.json", "{\"draft\":1}"u8.ToArray());
        await using var gateway = await Start();
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal("{\"draft\":1}", await gateway.Client.GetStringAsync("/content/metadata/2.snapshot.json"));
        }
        Assert.Equal(1, door.Reads("metadata/2.snapshot.json"));

        await Put("metadata/2.snapshot.json", "{\"draft\":2}"u8.ToArray());
        await Put(Path, Version(2));
        await Eventually.Holds(async () =>
            (await gateway.Client.GetByteArrayAsync($"/content/{Path}")).AsSpan().SequenceEqual(Version(2))
        );

        Assert.Equal("{\"draft\":2}", await gateway.Client.GetStringAsync("/content/metadata/2.snapshot.json"));
    }

    private Task<ServiceProcess> Start(Dictionary<string, string?>? own = null)
    {
        own ??= [];
        own["ObjectStore:Endpoint"] = door.Address.ToString();
        own["ObjectStore:Content"] = buckets.Content;
        own["ObjectStore:Media"] = buckets.Media;
        return house.Start(own);
    }

    private static HttpClient Client(ServiceProcess gateway) =>
        new() { BaseAddress = gateway.Address, Timeout = TimeSpan.FromMinutes(6) };

    private static async Task<HttpResponseMessage> Poll(HttpClient client, EntityTagHeaderValue known, int? wait = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/content/{Path}");
        request.Headers.IfNoneMatch.Add(known);
        if (wait is not null)
        {
            request.Headers.TryAddWithoutValidation("Prefer", $"wait={wait}");
        }
        return await client.SendAsync(request);
    }

    /// <summary>How many are held, as the gateway's metrics say.</summary>
    private static async Task<int> Held(ServiceProcess gateway)
    {
        var metrics = await gateway.Client.GetStringAsync("/metrics");
        var line = metrics.Split('\n').Single(l => l.StartsWith("laichau_gateway_held", StringComparison.Ordinal));
        return int.Parse(line.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
    }

    private static byte[] Version(int version) => Encoding.UTF8.GetBytes($"{{\"version\":{version}}}");

    private Task Put(string key, byte[] bytes) => GatewayHouse.Put(buckets, key, bytes);
}
