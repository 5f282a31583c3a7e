using System.CommandLine;
using System.Globalization;
using LaiChau.Cli.Api;
using LaiChau.Cli.Output;
using LaiChau.Cli.Sessions;
using LaiChau.Distribution;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace LaiChau.Cli.Sticks;

/// <summary>Fills a stick for points whose link does not bear the content.</summary>
internal static class ExportCommand
{
    public static Command Build(Shell shell)
    {
        var feed = new Option<string[]>("--feed")
        {
            Description = "Kênh phát cần chép, lặp lại nếu nhiều.",
            DefaultValueFactory = _ => ["tinh"],
        };
        var since = PointInTime.Option("--since", "Chỉ chép nội dung của các bản làm từ lúc này; danh mục luôn đủ");
        var release = new Option<Guid[]>("--release")
        {
            Description = "Chỉ chép nội dung của bản này, lặp lại nếu nhiều.",
        };
        var root = new Option<FileInfo>("--root")
        {
            Description = "Tệp root.json nhận trực tiếp từ Sở: gốc để kiểm tra chữ ký.",
            Required = true,
        };
        var server = new Option<string?>("--server") { Description = "Địa chỉ máy chủ (mặc định: nơi đã đăng nhập)." };
        var folder = new Option<DirectoryInfo>("--to")
        {
            Description = $"USB (hoặc thư mục); nội dung nằm trong thư mục con «{PlaneLayout.StickFolder}».",
            Required = true,
        };
        var command = new Command(
            "export",
            "Chép nội dung đã phát hành ra USB cho các điểm mạng yếu. Bị ngắt thì chạy lại, phần đã có không tải lại."
        )
        {
            feed,
            since,
            release,
            root.AcceptExistingOnly(),
            server,
            folder.AcceptExistingOnly(),
        };
        command.SetAction(
            async (parsed, ct) =>
            {
                var order = new ExportOrder(
                    await File.ReadAllBytesAsync(parsed.GetValue(root)!.FullName, ct),
                    parsed.GetValue(feed)!
                )
                {
                    Since = parsed.GetValue(since),
                    Releases = parsed.GetValue(release) is { Length: > 0 } ids ? ids : null,
                };
                var door = parsed.GetValue(server) is { } text ? Login.ParseServer(text) : Login.FindServer();
                var stick = Path.Combine(parsed.GetValue(folder)!.FullName, PlaneLayout.StickFolder);
                var answer = await Run(shell, order, door, stick, ct);
                return shell.Answer(parsed, answer, Describe);
            }
        );
        return command;
    }

    private static async Task<ExportedStick> Run(
        Shell shell,
        ExportOrder order,
        Uri door,
        string folder,
        CancellationToken ct
    )
    {
        using var http = new HttpClient(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(15) })
        {
            BaseAddress = new Uri(door.AbsoluteUri.TrimEnd('/') + "/"),
            Timeout = Timeout.InfiniteTimeSpan,
        };
        try
        {
            var place = new StickFolder(folder);
            place.Prepare();
            var export = new ExportPlane(new ContentMirror(http), place, shell.Time);
            return await shell
                .Progress.Progress()
                .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn())
                .StartAsync(async context =>
                {
                    var bar = context.AddTask("Đang chép");
                    return await export.Run(order, new Display(bar), ct);
                });
        }
        catch (TufException fault) when (fault.Fault == TufFault.UnknownTarget)
        {
            throw new CommandRefusedException($"Không có kênh «{fault.Role}».");
        }
        catch (TufException fault) when (fault is { Fault: TufFault.Missing, Role: "timestamp" })
        {
            throw new CommandRefusedException($"{door} chưa phát hành gì.");
        }
        catch (DistributionException fault)
        {
            throw new CommandRefusedException(
                $"Không chép: danh mục không đúng chữ ký theo --root đã cho, hoặc bị hỏng ({fault.Code}: {fault.Message})."
            );
        }
        catch (HttpRequestException fault)
        {
            throw new ServerUnreachableException($"{door} {fault.Message} Chạy lại lệnh này để chép tiếp.", fault);
        }
        catch (IOException fault) when (fault.HResult is NoSpace or WindowsDiskFull)
        {
            throw new CommandRefusedException(
                $"USB đã đầy khi đang chép vào {folder}. Hãy xóa bớt hoặc dùng USB lớn hơn, rồi chạy lại."
            );
        }
        catch (IOException fault) when (fault.HResult == TooLarge)
        {
            throw new CommandRefusedException(
                "USB này (FAT32) không chứa được tệp trên 4 GB. Hãy định dạng lại USB thành exFAT, rồi chạy lại."
            );
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new CommandRefusedException(
                $"Không ghi được vào {folder} ({fault.Message}). USB bị rút, bị khóa ghi hoặc bị hỏng."
            );
        }
    }

    private const int NoSpace = 28;
    private const int TooLarge = 27;
    private const int WindowsDiskFull = unchecked((int)0x80070070);

    private static IRenderable Describe(ExportedStick stick) =>
        new Rows(
            Sheet.Table(
                stick.Releases,
                ("Gói", r => r.Package),
                ("Bản", r => r.Version.ToString(CultureInfo.InvariantCulture)),
                ("Tiêu đề", r => Sheet.Text(r.Title)),
                ("Cỡ", r => Sheet.Size(r.Bytes))
            ),
            Sheet.Facts(
                ("Thư mục", stick.Folder),
                ("Kênh", string.Join(", ", stick.Feeds)),
                ("Danh mục", $"phiên bản {stick.Version}, {stick.Recalls} bản bị thu hồi"),
                ("Điểm nhận đến", Sheet.Time(stick.Expires)),
                ("Đã ghi", Sheet.Size(stick.Written)),
                ("Đã có sẵn", Sheet.Size(stick.Kept))
            )
        );

    private sealed class Display(ProgressTask bar) : IProgress<(long Done, long Of)>
    {
        public void Report((long Done, long Of) value)
        {
            bar.MaxValue = Math.Max(1, value.Of);
            bar.Value = value.Done;
        }
    }
}
