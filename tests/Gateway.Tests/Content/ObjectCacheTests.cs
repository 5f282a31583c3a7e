using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using LaiChau.Testing;

namespace LaiChau.Gateway.Tests.Content;

public sealed class ObjectCacheTests(GatewayHouse house) : IAsyncLifetime
{
    private StoreDoor door = null!;

    public async ValueTask InitializeAsync() => door = await StoreDoor.Before(house.Buckets.Endpoint);

    public async ValueTask DisposeAsync() => await door.DisposeAsync();

    [Fact]
    public async Task Hundreds_at_once_cost_the_store_one_reading_whatever_parts_they_ask_for()
    {
        var (key, bytes) = await house.PutObject(3_000_000);
        await using var gateway = await Start();
        using var client = Client(gateway);
        door.Hold(key, after: 1_000_000);

        var first = await Ask(client, key);
        var readers = Enumerable
            .Range(0, 400)
            .Select(async i =>
            {
                var (from, to) = i % 4 == 0 ? (i * 7_000, i * 7_000 + 150_000) : (0, bytes.Length - 1);
                using var answer = await Ask(client, key, i % 4 == 0 ? new RangeHeaderValue(from, to) : null);
                Assert.True(
                    (await answer.Content.ReadAsByteArrayAsync()).AsSpan().SequenceEqual(bytes.AsSpan()[from..(to + 1)])
                );
            })
            .ToList();
        // What is there already reaches the first, while the rest is still in the store.
        await using var stream = await first.Content.ReadAsStreamAsync();
        var beginning = new byte[500_000];
        await stream.ReadExactlyAsync(beginning);
        Assert.True(beginning.AsSpan().SequenceEqual(bytes.AsSpan()[..500_000]));
        door.LetGo(key);
        await Task.WhenAll(readers);
        first.Dispose();

        Assert.Equal(1, door.Reads(key));
        await Eventually.Holds(() => Task.FromResult(door.Bytes(key) == bytes.Length));
    }

    [Fact]
    public async Task A_first_asker_who_leaves_takes_nothing_from_the_others()
    {
        var (key, bytes) = await house.PutObject(2_000_000);
        await using var gateway = await Start();
        door.Hold(key, after: 500_000);
        using (var impatient = Client(gateway))
        {
            using var half = await Ask(impatient, key);
        }

        var second = gateway.Client.GetByteArrayAsync($"/content/{key}");
        door.LetGo(key);

        Assert.Equal(bytes, await second);
        Assert.Equal(1, door.Reads(key));
        // And is nobody's fault.
        Assert.Equal(0, await gateway.Stop());
        Assert.DoesNotContain("fail:", gateway.LastLines(1000), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_download_that_nobody_waits_for_ends_all_the_same()
    {
        var (key, bytes) = await house.PutObject(2_000_000);
        await using var gateway = await Start();
        door.Hold(key, after: 500_000);
        using (var impatient = Client(gateway))
        {
            using var half = await Ask(impatient, key);
        }
        door.LetGo(key);
        await Eventually.Holds(() => Task.FromResult(door.Bytes(key) == bytes.Length));

        Assert.Equal(bytes, await gateway.Client.GetByteArrayAsync($"/content/{key}"));
        Assert.Equal(1, door.Reads(key));
    }

    [Fact]
    public async Task A_store_that_breaks_off_is_asked_for_the_rest_and_points_see_nothing_of_it()
    {
        var (key, bytes) = await house.PutObject(2_000_000);
        await using var gateway = await Start();
        door.Cut(key, after: 700_000, times: 2);

        var readers = Enumerable.Range(0, 20).Select(_ => gateway.Client.GetByteArrayAsync($"/content/{key}")).ToList();
        foreach (var read in await Task.WhenAll(readers))
        {
            Assert.Equal(bytes, read);
        }

        var beginnings = door.Beginnings(key);
        Assert.Equal(3, beginnings.Count);
        Assert.Equal(0, beginnings[0]);
        Assert.True(beginnings[0] < beginnings[1] && beginnings[1] < beginnings[2]);
    }

    [Fact]
    public async Task What_was_cut_off_never_passes_for_the_whole()
    {
        var (key, bytes) = await house.PutObject(2_000_000);
        var folder = house.NewFolder();
        await using var gateway = await Start(new() { ["Gateway:Cache:Folder"] = folder });
        // Less than one step each time: no use in asking again.
        door.Cut(key, after: 20_000, times: 100);

        for (var i = 0; i < 3; i++)
        {
            using var failed = await gateway.Client.GetAsync($"/content/{key}");
            await failed.AssertProblem(HttpStatusCode.ServiceUnavailable, "unavailable");
            Assert.Equal("nosniff", failed.Header("X-Content-Type-Options"));
            Assert.NotEqual("public, max-age=31536000, immutable", failed.Header("Cache-Control"));
        }
        Assert.Empty(Kept(folder));

        door.LetGo(key);
        Assert.Equal(bytes, await gateway.Client.GetByteArrayAsync($"/content/{key}"));
        await Eventually.Holds(() => Task.FromResult(Kept(folder).Count == 1));
    }

    [Fact]
    public async Task A_restart_finds_what_was_there()
    {
        var (key, bytes) = await house.PutObject(1_000_000);
        var folder = house.NewFolder();
        await using var gateway = await Start(new() { ["Gateway:Cache:Folder"] = folder });
        await gateway.Client.GetByteArrayAsync($"/content/{key}");
        await Eventually.Holds(() => Task.FromResult(Kept(folder).Count == 1));
        await gateway.Stop();
        await gateway.Start();

        Assert.Equal(bytes, await gateway.Client.GetByteArrayAsync($"/content/{key}"));
        Assert.Equal(1, door.Reads(key));
    }

    [Fact]
    public async Task A_kill_in_the_middle_of_a_download_leaves_nothing_behind()
    {
        var (key, bytes) = await house.PutObject(2_000_000);
        var folder = house.NewFolder();
        await using var gateway = await Start(new() { ["Gateway:Cache:Folder"] = folder });
        door.Hold(key, after: 900_000);
        using (var client = Client(gateway))
        {
            using var half = await Ask(client, key);
            await gateway.Kill();
        }
        Assert.Single(Files(folder, "drafts"));
        Assert.Empty(Kept(folder));
        door.LetGo(key);
        await gateway.Start();

        Assert.Empty(Files(folder, "drafts"));
        Assert.Equal(bytes, await gateway.Client.GetByteArrayAsync($"/content/{key}"));
        await Eventually.Holds(() => Task.FromResult(Kept(folder).Count == 1));
        Assert.Equal(bytes, await File.ReadAllBytesAsync(Kept(folder).Single()));
    }

    [Fact]
    public async Task A_file_that_somebody_cut_short_or_removed_is_fetched_anew()
    {
        var (key, bytes) = await house.PutObject(500_000);
        var folder = house.NewFolder();
        await using var gateway = await Start(new() { ["Gateway:Cache:Folder"] = folder });
        await gateway.Client.GetByteArrayAsync($"/content/{key}");
        await Eventually.Holds(() => Task.FromResult(Kept(folder).Count == 1));

        // Not before the gateway has closed it.
        await Eventually.Passes(async () =>
        {
            await using var file = File.OpenWrite(Kept(folder).Single());
            file.SetLength(1000);
        });
        Assert.Equal(bytes, await gateway.Client.GetByteArrayAsync($"/content/{key}"));
        await Eventually.Holds(() => Task.FromResult(Kept(folder).Count == 1));
        File.Delete(Kept(folder).Single());
        Assert.Equal(bytes, await gateway.Client.GetByteArrayAsync($"/content/{key}"));
        Assert.Equal(3, door.Reads(key));
    }

    [Fact]
    public async Task Stays_within_its_bounds_and_gives_up_nothing_that_is_being_read()
    {
        var folder = house.NewFolder();
        await using var gateway = await Start(
            new() { ["Gateway:Cache:Folder"] = folder, ["Gateway:Cache:MaxBytes"] = "48000000" }
        );
        // More than the sockets between would take off the gateway's hands.
        var (slowKey, slow) = await house.PutObject(12_000_000);
        using var client = Client(gateway);
        using var slowAnswer = await Ask(client, slowKey);
        await using var slowStream = await slowAnswer.Content.ReadAsStreamAsync();
        await slowStream.ReadExactlyAsync(new byte[100]);

        var others = new List<(string Key, byte[] Bytes)>();
        for (var i = 0; i < 8; i++)
        {
            others.Add(await house.PutObject(8_000_000));
        }
        for (var round = 0; round < 2; round++)
        {
            await Task.WhenAll(
                others.Select(async other =>
                    Assert.Equal(other.Bytes, await client.GetByteArrayAsync($"/content/{other.Key}"))
                )
            );
            Assert.InRange(Files(folder, "").Sum(Length), 12_000_000, 48_000_000);
        }
        Assert.Contains(Kept(folder), f => f.EndsWith(slowKey, StringComparison.Ordinal));
        using var rest = new MemoryStream();
        await slowStream.CopyToAsync(rest);
        Assert.Equal(slow[100..], rest.ToArray());

        // Who is used stays; who is not goes.
        var (lastKey, _) = others[^1];
        await client.GetByteArrayAsync($"/content/{lastKey}");
        var before = door.Reads(lastKey);
        for (var i = 0; i < 6; i++)
        {
            await client.GetByteArrayAsync($"/content/{others[i].Key}");
            await client.GetByteArrayAsync($"/content/{lastKey}");
        }
        Assert.Equal(before, door.Reads(lastKey));
    }

    [Fact]
    public async Task What_would_push_out_too_much_goes_straight_through()
    {
        var (key, bytes) = await house.PutObject(1_000_000);
        var folder = house.NewFolder();
        await using var gateway = await Start(
            new() { ["Gateway:Cache:Folder"] = folder, ["Gateway:Cache:MaxBytes"] = "2000000" }
        );

        Assert.Equal(bytes, await gateway.Client.GetByteArrayAsync($"/content/{key}"));
        using var part = await Ask(gateway.Client, key, new RangeHeaderValue(500_000, 600_000));
        Assert.Equal(bytes[500_000..600_001], await part.Content.ReadAsByteArrayAsync());
        Assert.Empty(Kept(folder));
    }

    [Fact]
    public async Task Without_a_cache_everything_is_read_from_the_store()
    {
        var (key, bytes) = await house.PutObject(300_000);
        var folder = house.NewFolder();
        await using var gateway = await Start(
            new() { ["Gateway:Cache:Folder"] = folder, ["Gateway:Cache:MaxBytes"] = "0" }
        );

        Assert.Equal(bytes, await gateway.Client.GetByteArrayAsync($"/content/{key}"));
        using var parts = new HttpRequestMessage(HttpMethod.Get, $"/content/{key}");
        parts.Headers.TryAddWithoutValidation("Range", "bytes=0-99,1000-1099");
        using var answer = await gateway.Client.SendAsync(parts);
        Assert.Equal(HttpStatusCode.PartialContent, answer.StatusCode);
        Assert.Equal(answer.Content.Headers.ContentLength, (await answer.Content.ReadAsByteArrayAsync()).Length);
        Assert.Empty(Files(folder, ""));
    }

    [Fact]
    public async Task A_line_of_64_kbit_is_a_line()
    {
        var (key, _) = await house.PutObject(12_000_000);
        await using var gateway = await Start();
        using var line = new TcpClient { ReceiveBufferSize = 4096 };
        await line.ConnectAsync(IPAddress.Loopback, gateway.Address.Port);
        var stream = line.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET /content/{key} HTTP/1.1\r\nHost: x\r\n\r\n"));

        var piece = new byte[1000];
        for (var second = 0; second < 15; second++)
        {
            for (var i = 0; i < 8; i++)
            {
                await stream.ReadExactlyAsync(piece);
            }
            await Task.Delay(1000);
        }
    }

    [Fact]
    public async Task A_part_far_ahead_of_a_slow_download_is_not_waited_for()
    {
        var (key, bytes) = await house.PutObject(4_000_000);
        await using var gateway = await Start(new() { ["Gateway:StoreSeconds"] = "5" });
        // About half a minute for the whole.
        door.Drip(key, piece: 32_000, TimeSpan.FromMilliseconds(250));
        using var client = Client(gateway);
        using var first = await Ask(client, key);

        using var far = await Ask(client, key, new RangeHeaderValue(3_900_000, 3_900_999));
        Assert.Equal(bytes[3_900_000..3_901_000], await far.Content.ReadAsByteArrayAsync());
        Assert.InRange(door.Bytes(key), 1, 2_000_000);
        Assert.Equal(2, door.Reads(key));
    }

    [Fact]
    public async Task A_disk_that_is_full_costs_points_nothing_and_is_said_once()
    {
        await using var disk = await SmallDisk.Ext4(house.NewFolder(), megabytes: 2);
        await using var gateway = await Start(new() { ["Gateway:Cache:Folder"] = disk.Folder });
        for (var i = 0; i < 3; i++)
        {
            var (key, bytes) = await house.PutObject(3_000_000);
            Assert.Equal(bytes, await gateway.Client.GetByteArrayAsync($"/content/{key}"));
        }

        Assert.Equal(1, Warnings(gateway));
    }

    [Fact]
    public async Task A_disk_that_becomes_full_in_the_middle_of_a_download_costs_points_nothing()
    {
        await using var disk = await SmallDisk.Ext2(house.NewFolder(), megabytes: 2);
        await using var gateway = await Start(new() { ["Gateway:Cache:Folder"] = disk.Folder });
        var (key, bytes) = await house.PutObject(6_000_000);

        var readers = Enumerable.Range(0, 10).Select(_ => gateway.Client.GetByteArrayAsync($"/content/{key}"));
        foreach (var read in await Task.WhenAll(readers))
        {
            Assert.Equal(bytes, read);
        }

        Assert.Equal(1, Warnings(gateway));
        Assert.Empty(Files(disk.Folder, "drafts"));
    }

    [Fact]
    public async Task A_folder_that_cannot_be_had_costs_points_nothing_and_is_said_once()
    {
        var file = Path.Combine(house.NewFolder(), "a-file");
        await File.WriteAllTextAsync(file, "");
        await using var gateway = await Start(new() { ["Gateway:Cache:Folder"] = file });
        var (key, bytes) = await house.PutObject(200_000);

        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(bytes, await gateway.Client.GetByteArrayAsync($"/content/{key}"));
        }
        Assert.Equal(1, Warnings(gateway));
    }

    [Fact]
    public async Task Two_gateways_never_share_a_folder()
    {
        var folder = house.NewFolder();
        var (key, bytes) = await house.PutObject(200_000);
        await using var one = await Start(new() { ["Gateway:Cache:Folder"] = folder });
        await using var other = await Start(new() { ["Gateway:Cache:Folder"] = folder });

        Assert.Equal(bytes, await one.Client.GetByteArrayAsync($"/content/{key}"));
        Assert.Equal(bytes, await other.Client.GetByteArrayAsync($"/content/{key}"));
        Assert.Equal(0, Warnings(one));
        Assert.Equal(1, Warnings(other));
    }

    [Fact]
    public async Task A_tag_is_the_same_cached_or_not_and_in_every_replica()
    {
        var (key, _) = await house.PutObject(200_000);
        await using var one = await Start();
        await using var other = await Start(new() { ["Gateway:Cache:MaxBytes"] = "0" });

        using var whole = await one.Client.GetAsync($"/content/{key}");
        using var again = await one.Client.GetAsync($"/content/{key}");
        using var direct = await other.Client.GetAsync($"/content/{key}");
        Assert.NotNull(whole.Headers.ETag);
        Assert.False(whole.Headers.ETag.IsWeak);
        Assert.Equal(whole.Headers.ETag, again.Headers.ETag);
        Assert.Equal(whole.Headers.ETag, direct.Headers.ETag);

        // A tag that can be told from the name proves nothing about what is there.
        using var guess = new HttpRequestMessage(HttpMethod.Get, $"/content/objects/ab/{new string('a', 64)}");
        guess.Headers.TryAddWithoutValidation("If-None-Match", "*, \"qqqqqqqqqqqqqqqq\"");
        using var missing = await one.Client.SendAsync(guess);
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
    }

    private Task<ServiceProcess> Start(Dictionary<string, string?>? own = null)
    {
        own ??= [];
        own["ObjectStore:Endpoint"] = door.Address.ToString();
        return house.Start(own);
    }

    private static HttpClient Client(ServiceProcess gateway) => new() { BaseAddress = gateway.Address };

    private static async Task<HttpResponseMessage> Ask(HttpClient client, string key, RangeHeaderValue? range = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/content/{key}");
        request.Headers.Range = range;
        var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(range is null ? HttpStatusCode.OK : HttpStatusCode.PartialContent, answer.StatusCode);
        return answer;
    }

    private List<string> Kept(string folder) => Files(folder, "whole");

    private List<string> Files(string folder, string part)
    {
        var place = Path.Combine(folder, house.Buckets.Content, part);
        return Directory.Exists(place) ? [.. Directory.GetFiles(place, "*", SearchOption.AllDirectories)] : [];
    }

    private static long Length(string file)
    {
        try
        {
            return new FileInfo(file).Length;
        }
        catch (FileNotFoundException)
        {
            // A draft that has just become whole, or has been given up.
            return 0;
        }
    }

    private static int Warnings(ServiceProcess gateway) =>
        gateway
            .LastLines(1000)
            .Split('\n')
            .Count(line => line.Contains("The content cache does not work", StringComparison.Ordinal));
}
