using System.Diagnostics;
using LaiChau.Distribution;
using LaiChau.Distribution.Content;
using LaiChau.Distribution.Feeds;
using LaiChau.Distribution.Publishing;
using LaiChau.PointAgent.Tests.Pull;
using LaiChau.Testing;

namespace LaiChau.PointAgent.Tests.Sticks;

/// <summary>
/// Whatever a stick says or holds: without a link the screen stays as it is and the officer reads why, with one the content comes from the server.
/// </summary>
public sealed class LyingStickTests : IAsyncLifetime
{
    private const string Spoilt = "bị hỏng hoặc sao chưa xong";
    private const string Forged = "sai chữ ký, có thể là giả";
    private const string SomeSpoilt = "một số tệp trên USB bị hỏng hoặc thiếu, điểm lấy phần đó qua mạng";

    private static readonly Dictionary<string, (string Sentence, Action<LyingStickTests> Tell)> Lies = new()
    {
        ["a timestamp cut short"] = (Spoilt, l => Cut(l._usb.PathOf(PlaneLayout.Timestamp), 100)),
        ["a login page for a timestamp"] = (
            Spoilt,
            l => Put(l._usb.PathOf(PlaneLayout.Timestamp), "<html>"u8.ToArray())
        ),
        ["no timestamp"] = (Spoilt, l => File.Delete(l._usb.PathOf(PlaneLayout.Timestamp))),
        ["no snapshot"] = (Spoilt, l => File.Delete(l._usb.Metadata("snapshot"))),
        ["no list of recalls"] = (
            Spoilt,
            l =>
            {
                l.RecallsAnother();
                Directory.Delete(l._usb.PathOf("targets/tinh"), recursive: true);
            }
        ),
        ["files swapped"] = (Spoilt, l => Swap(l._usb.Metadata("snapshot"), l._usb.Metadata("tinh"))),
        ["an old snapshot by a new name"] = (Spoilt, l => Put(l._usb.Metadata("snapshot"), l.Before("snapshot"))),
        ["an old feed by a new name"] = (Spoilt, l => Put(l._usb.Metadata("tinh"), l.Before("tinh"))),
        ["a timestamp by another's key"] = (
            Forged,
            l =>
                File.Copy(l._other.PathOf(PlaneLayout.Timestamp), l._usb.PathOf(PlaneLayout.Timestamp), overwrite: true)
        ),
        ["a plane by another's keys"] = (
            Forged,
            l =>
            {
                Directory.Delete(l._usb.PathOf(""), recursive: true);
                l._usb.With(l._other);
            }
        ),
        ["a root signed by nobody"] = (
            Forged,
            l => File.Copy(l._other.PathOf("metadata/1.root.json"), l._usb.PathOf("metadata/2.root.json"))
        ),
        ["the plane of last month"] = (
            "cũ hơn danh mục điểm đang có",
            l =>
            {
                Directory.Delete(l._usb.PathOf(""), recursive: true);
                Usb.Copy(l._usb.Drawer, l._usb.PathOf(""));
            }
        ),
        ["a backup that goes on"] = (
            "đưa bản cũ vào danh mục mới",
            l =>
            {
                var now = l._headquarters.State;
                l._headquarters.GoOnFrom(l._backup);
                l._usb.With(l._headquarters);
                l._headquarters.GoOnFrom(now);
            }
        ),
        ["expired"] = (
            "đã quá hạn từ",
            l =>
            {
                l._headquarters.Ago = TimeSpan.FromDays(8);
                l._headquarters.GoOnFrom(l._headquarters.State);
                l._usb.With(l._headquarters);
                l._headquarters.Ago = default;
                l._headquarters.GoOnFrom(l._headquarters.State);
            }
        ),
        ["for another audience"] = (
            "dành cho nơi khác",
            l =>
            {
                foreach (var file in Directory.GetFiles(l._usb.PathOf("metadata"), "*.tinh*.json"))
                    File.Delete(file);
            }
        ),
        ["a timestamp of eight gigabytes"] = (Spoilt, l => Stretch(l._usb.PathOf(PlaneLayout.Timestamp))),
        ["a snapshot that never ends"] = (Spoilt, l => Stretch(l._usb.Metadata("snapshot"))),
        ["a timestamp that lies elsewhere"] = (
            Spoilt,
            l => Link(l._usb.PathOf(PlaneLayout.Timestamp), "../../../elsewhere")
        ),
        ["a timestamp that is zeros for ever"] = (Spoilt, l => Link(l._usb.PathOf(PlaneLayout.Timestamp), "/dev/zero")),
        ["metadata that lies elsewhere"] = (
            Spoilt,
            l =>
            {
                Directory.Move(l._usb.PathOf("metadata"), l._usb.PathOf("elsewhere"));
                Directory.CreateSymbolicLink(l._usb.PathOf("metadata"), "elsewhere");
            }
        ),
        ["a pipe for a timestamp"] = (Spoilt, l => Pipe(l._usb.PathOf(PlaneLayout.Timestamp))),
        ["a folder for a timestamp"] = (Spoilt, l => Folder(l._usb.PathOf(PlaneLayout.Timestamp))),
        ["a file for the targets' folder"] = (
            Spoilt,
            l =>
            {
                l.RecallsAnother();
                Directory.Delete(l._usb.PathOf("targets"), recursive: true);
                File.WriteAllText(l._usb.PathOf("targets"), "?");
            }
        ),
        ["a timestamp that cannot be read"] = (
            "Không đọc được USB",
            l => l._locks.Add(Lock(l._usb.PathOf(PlaneLayout.Timestamp)))
        ),
        ["a feed that cannot be read"] = ("Không đọc được USB", l => l._locks.Add(Lock(l._usb.Metadata("tinh")))),
        ["wrong bytes in the pack"] = (
            SomeSpoilt,
            l =>
                l.InPack(pack =>
                {
                    for (var i = l._next.Pack.HeadSize; i < pack.Length; i += 1000)
                        pack[i] ^= 1;
                })
        ),
        ["a wrong byte in the pack's head"] = (SomeSpoilt, l => l.InPack(pack => pack[10] ^= 1)),
        ["a pack cut short"] = (SomeSpoilt, l => l.InsteadOfPack(pack => Cut(pack, new FileInfo(pack).Length / 2))),
        ["a pack that never ends"] = (SomeSpoilt, l => l.InsteadOfPack(Stretch)),
        ["a pipe for a pack"] = (SomeSpoilt, l => l.InsteadOfPack(Pipe)),
        ["a folder for a pack"] = (SomeSpoilt, l => l.InsteadOfPack(Folder)),
        ["a pack that lies elsewhere"] = (SomeSpoilt, l => l.InsteadOfPack(pack => Link(pack, "/dev/zero"))),
        ["a pack that cannot be read"] = (SomeSpoilt, l => l.InsteadOfPack(pack => l._locks.Add(Lock(pack)))),
        ["another pack under its name"] = (
            SomeSpoilt,
            l => l.InsteadOfPack(pack => File.Copy(l._usb.PathOf(l._first.Pack.PlanePath), pack, overwrite: true))
        ),
        ["no objects"] = (SomeSpoilt, l => Directory.Delete(l._usb.PathOf("objects"), recursive: true)),
        ["a wrong delta and no pack"] = (
            SomeSpoilt,
            l =>
            {
                File.Delete(l._usb.PathOf(l._next.Pack.PlanePath));
                var delta = l._usb.PathOf(l._delta.Delta.PlanePath);
                var bytes = File.ReadAllBytes(delta);
                bytes[^5] ^= 1;
                File.WriteAllBytes(delta, bytes);
            }
        ),
        ["the manifest of another release"] = (
            SomeSpoilt,
            l =>
            {
                File.Delete(l._usb.PathOf(l._delta.Delta.PlanePath));
                foreach (var file in Directory.GetFiles(l._usb.PathOf("targets/tinh/releases")))
                    if (file.Contains(l._next.Release.ReleaseId.ToString(), StringComparison.Ordinal))
                        Put(file, l._first.ToBytes());
            }
        ),
    };

    private readonly Usb _usb = new();
    private readonly List<FileStream> _locks = [];
    private Headquarters _headquarters = null!;
    private Headquarters _other = null!;
    private RepositoryState _backup = null!;
    private ReleaseManifest _first = null!;
    private ReleaseManifest _next = null!;
    private DeltaReference _delta = null!;

    public static TheoryData<string> All => [.. Lies.Keys];

    [Theory]
    [MemberData(nameof(All))]
    public async Task Nothing_is_gained_by(string lie)
    {
        (string, string, byte[])[] files = [.. Made.Site(20), Made.Film(1, 300_000)];
        _first = await _headquarters.Publish("a/b", 1, files);
        _backup = _headquarters.State;
        Usb.Copy(_headquarters.ContentFolder, _usb.Drawer);
        var recalled = await _headquarters.Publish("x/y", 1, [Made.Page("sẽ thu hồi")]);
        _headquarters.Recall(recalled);
        await using var point = await Point.Open(_headquarters, told: _usb.Told);
        await point.Shows("a/b", 1);
        await Eventually.Holds(() =>
            Task.FromResult(_headquarters.EventsOf("contact").Any(e => (long)e["metadataVersion"]! == 4))
        );

        _headquarters.IsCutOff = true;
        files = [.. Made.Site(20, (3, "mới")), Made.Film(1, 300_000), Made.Film(2, 300_000, "them.mp4")];
        _next = await _headquarters.Build("a/b", 2, files);
        _delta = await _headquarters.Delta(_first, _next);
        _headquarters.Announce(_next, deltas: [_delta]);
        _usb.With(_headquarters);
        var (sentence, tell) = Lies[lie];
        tell(this);
        _usb.PlugIn();
        await Eventually.Passes(async () =>
            Assert.Contains(sentence, await point.Page("/trang-thai"), StringComparison.Ordinal)
        );
        Assert.Equal(1, point.Shelf.Find("a/b")?.Version);
        Assert.Null(point.Shelf.Find("x/y"));

        _headquarters.IsCutOff = false;
        await point.Shows("a/b", 2, TimeSpan.FromMinutes(3));
        await WaysTests.HasAll(point, _next, files);
        Assert.Null(point.Shelf.Find("x/y"));
        Assert.DoesNotContain(point.Log, l => l.StartsWith("Critical", StringComparison.Ordinal));
    }

    public async ValueTask InitializeAsync()
    {
        _headquarters = await Headquarters.Open();
        _other = await Headquarters.Open();
        for (var version = 1; version <= 5; version++)
            await _other.Publish("a/b", version, [Made.Page("giả")]);
    }

    public async ValueTask DisposeAsync()
    {
        _locks.ForEach(l => l.Dispose());
        await _headquarters.DisposeAsync();
        await _other.DisposeAsync();
        _usb.Dispose();
    }

    private void RecallsAnother()
    {
        _headquarters.Recall(_first with { Release = _first.Release with { ReleaseId = Guid.CreateVersion7() } });
        _usb.With(_headquarters);
    }

    /// <summary>The newest file of a role as it was last month.</summary>
    private byte[] Before(string role) =>
        File.ReadAllBytes(
            Directory
                .EnumerateFiles(Path.Combine(_usb.Drawer, "metadata"), $"*.{role}.json")
                .Order(StringComparer.Ordinal)
                .Last()
        );

    private void InPack(Action<byte[]> change) =>
        InsteadOfPack(pack =>
        {
            var bytes = File.ReadAllBytes(pack);
            change(bytes);
            File.WriteAllBytes(pack, bytes);
        });

    /// <summary>The pack is what the point has to take: there is no delta.</summary>
    private void InsteadOfPack(Action<string> change)
    {
        File.Delete(_usb.PathOf(_delta.Delta.PlanePath));
        change(_usb.PathOf(_next.Pack.PlanePath));
    }

    private static void Put(string file, byte[] bytes) => File.WriteAllBytes(file, bytes);

    private static void Cut(string file, long length)
    {
        using var stream = File.OpenWrite(file);
        stream.SetLength(length);
    }

    private static void Stretch(string file)
    {
        using var stream = new FileStream(file, FileMode.Create);
        stream.SetLength(8L << 30);
    }

    private static void Swap(string one, string other)
    {
        var bytes = File.ReadAllBytes(one);
        File.Copy(other, one, overwrite: true);
        File.WriteAllBytes(other, bytes);
    }

    private static void Link(string file, string to)
    {
        File.Delete(file);
        File.CreateSymbolicLink(file, to);
    }

    private static void Pipe(string file)
    {
        File.Delete(file);
        using var made = Process.Start("mkfifo", [file]);
        made.WaitForExit();
        Assert.Equal(0, made.ExitCode);
    }

    private static void Folder(string file)
    {
        File.Delete(file);
        Directory.CreateDirectory(file);
    }

    /// <summary>Opening it fails as on a bad sector.</summary>
    private static FileStream Lock(string file) => new(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
}
