using LaiChau.Distribution.Content;
using LaiChau.Distribution.Feeds;
using Microsoft.AspNetCore.Http;

namespace LaiChau.PointAgent.Tests.Pull;

/// <summary>A delta that does not lead there: the mirror is named, the next way is taken, and the screen is right.</summary>
public sealed class WrongDeltaTests
{
    public enum Fault
    {
        NotThere,
        WrongHead,
        WrongFrame,
        WrongLastByte,
        Truncated,
        AnotherObject,
        LoginPage,
        Empty,
    }

    [Theory]
    [InlineData(Fault.NotThere)]
    [InlineData(Fault.WrongHead)]
    [InlineData(Fault.WrongFrame)]
    [InlineData(Fault.WrongLastByte)]
    [InlineData(Fault.Truncated)]
    [InlineData(Fault.AnotherObject)]
    [InlineData(Fault.LoginPage)]
    [InlineData(Fault.Empty)]
    public async Task The_next_way_is_taken_and_it_is_said_why(Fault fault)
    {
        await using var update = await Update.Prepare();
        var (headquarters, point) = (update.Headquarters, update.Point);
        headquarters.Misbehave = async (http, path) =>
        {
            if (path != update.Delta.Delta.PlanePath)
                return false;
            await Answer(fault, http, await File.ReadAllBytesAsync(headquarters.PathOf(path)), update);
            return true;
        };
        await update.Happens();

        var asked = headquarters.Asked.Count(a => a.Path == update.Delta.Delta.PlanePath);
        Assert.InRange(asked, 1, 2);
        Assert.InRange(headquarters.BytesServed(update.Next.Pack.PlanePath), 20_000, 150_000);
        Assert.Contains(
            point.Log,
            line =>
                line.StartsWith("Warning", StringComparison.Ordinal)
                && line.Contains($"{headquarters.Address}content/", StringComparison.Ordinal)
                && line.Contains("next way", StringComparison.Ordinal)
        );
        await WaysTests.Tells(headquarters, update.Next, "that delta led nowhere");
        await point.Keeps(update.Next.Files.Sum(f => f.Size));
    }

    [Fact]
    public async Task A_frame_that_came_wrong_is_fetched_once_more()
    {
        await using var update = await Update.Prepare();
        var headquarters = update.Headquarters;
        var faults = 0;
        headquarters.Misbehave = async (http, path) =>
        {
            if (path != update.Delta.Delta.PlanePath || faults++ > 0)
                return false;
            await Answer(Fault.WrongLastByte, http, await File.ReadAllBytesAsync(headquarters.PathOf(path)), update);
            return true;
        };
        await update.Happens();

        Assert.Equal(
            ["", $"bytes={update.Delta.Delta.HeadSize}-{update.Delta.Delta.Size - 1}"],
            headquarters.Asked.Select(a => a.Range)
        );
    }

    [Fact]
    public async Task A_mirror_that_knows_no_ranges_has_to_send_a_cut_delta_again_but_no_pack()
    {
        await using var update = await Update.Prepare();
        var headquarters = update.Headquarters;
        var asked = 0;
        headquarters.Misbehave = async (http, path) =>
        {
            if (path != update.Delta.Delta.PlanePath)
                return false;
            var delta = await File.ReadAllBytesAsync(headquarters.PathOf(path));
            if (asked++ == 0)
                await BadLink.SendRange(http, delta, cutAfter: delta.Length / 2);
            else
                await http.Response.Body.WriteAsync(delta);
            return true;
        };
        await update.Happens();

        Assert.All(headquarters.Asked, a => Assert.Equal(update.Delta.Delta.PlanePath, a.Path));
        Assert.Equal(3, asked);
        Assert.Contains(update.Point.Log, line => line.Contains("answered 200", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_endless_answer_is_read_no_further_than_the_delta_is_long()
    {
        await using var update = await Update.Prepare();
        var headquarters = update.Headquarters;
        headquarters.Misbehave = async (http, path) =>
        {
            if (path != update.Delta.Delta.PlanePath)
                return false;
            await http.Response.Body.WriteAsync(await File.ReadAllBytesAsync(headquarters.PathOf(path)));
            while (!http.RequestAborted.IsCancellationRequested)
            {
                await http.Response.Body.WriteAsync(new byte[1000]);
                await Task.Delay(10);
            }
            return true;
        };
        await update.Happens();
        await WaysTests.Tells(headquarters, update.Next, "a delta of");
        var pull = headquarters.EventsOf("pull").Single(e => (Guid)e["releaseId"]! == update.Next.Release.ReleaseId);
        Assert.Equal(update.Delta.Delta.Size, (long)pull["bytes"]!);
    }

    [Fact]
    public async Task Behind_a_login_page_nothing_is_given_up()
    {
        await using var update = await Update.Prepare();
        var headquarters = update.Headquarters;
        var isIn = false;
        headquarters.Misbehave = async (http, path) =>
        {
            if (isIn || path.StartsWith("metadata/", StringComparison.Ordinal))
                return false;
            await http.Response.WriteAsync("<html>Đăng nhập Wi-Fi</html>");
            return true;
        };
        var happening = update.Happens();
        await LaiChau.Testing.Eventually.Holds(() => Task.FromResult(headquarters.Asked.Count > 6));
        isIn = true;
        await happening;

        Assert.Equal(0, headquarters.BytesServed(update.Next.Pack.PlanePath.Split('/')[^1]) / 1000);
        Assert.Equal(update.Delta.Delta.PlanePath, headquarters.Asked[^1].Path);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_is_damaged_here_is_fetched_and_nothing_else(bool isGone)
    {
        await using var update = await Update.Prepare();
        var (headquarters, point) = (update.Headquarters, update.Point);
        var stored = point.Stored(update.Picture);
        if (isGone)
        {
            File.Delete(stored);
        }
        else
        {
            var rotten = update.Picture.ToArray();
            rotten[70_000] ^= 1;
            await File.WriteAllBytesAsync(stored, rotten);
        }
        await update.Happens();

        Assert.Equal(update.Picture, await point.File("/r/a/b/anh.jpg"));
        // The delta, then the manifest, the pack's head, and of the picture the chunk that rotted.
        Assert.Equal(4, headquarters.Asked.Count);
        var bytes = headquarters.BytesServed(update.Next.Pack.PlanePath) - update.Next.Pack.HeadSize;
        Assert.InRange(bytes, 1, isGone ? update.Picture.Length + 66_000 : 140_000);
        await WaysTests.Tells(headquarters, update.Next, "damaged here");
    }

    [Fact]
    public async Task A_delta_that_builds_something_else_than_is_signed_is_of_no_use()
    {
        // A publisher's fault, not a mirror's: the feed lists the delta of another release.
        await using var update = await Update.Prepare();
        var other = await update.Headquarters.Build(
            "a/b",
            3,
            [Made.Page("khác"), ("anh.jpg", "image/jpeg", update.Picture), Made.Film(9, 3000)]
        );
        var wrong = await update.Headquarters.Delta(update.First, other);
        update.Delta = new DeltaReference(update.First.Release.ReleaseId, update.Next.Release.ReleaseId, wrong.Delta);
        await update.Happens();

        await WaysTests.Tells(update.Headquarters, update.Next, "not what is signed");
        await update.Point.Keeps(update.Next.Files.Sum(f => f.Size));
    }

    internal static async Task Answer(Fault fault, HttpContext http, byte[] delta, Update update)
    {
        var head = update.Delta.Delta.HeadSize;
        switch (fault)
        {
            case Fault.NotThere:
                http.Response.StatusCode = 404;
                break;
            case Fault.WrongHead:
                delta[head / 2] ^= 1;
                await BadLink.SendRange(http, delta);
                break;
            case Fault.WrongFrame:
                delta[head + 5] ^= 1;
                await BadLink.SendRange(http, delta);
                break;
            case Fault.WrongLastByte:
                delta[^1] ^= 1;
                await BadLink.SendRange(http, delta);
                break;
            case Fault.Truncated:
                await BadLink.SendRange(http, delta[..^10]);
                break;
            case Fault.AnotherObject:
                await BadLink.SendRange(
                    http,
                    await File.ReadAllBytesAsync(update.Headquarters.PathOf(update.Next.Pack.PlanePath))
                );
                break;
            case Fault.LoginPage:
                await http.Response.WriteAsync("<html>Đăng nhập Wi-Fi</html>");
                break;
            case Fault.Empty:
                break;
        }
    }
}
