using LaiChau.PointAgent.Identity;
using LaiChau.PointAgent.Library;
using LaiChau.PointAgent.Portal;
using LaiChau.PointAgent.Pull;
using LaiChau.PointAgent.Storage;

namespace LaiChau.PointAgent;

/// <summary>
/// <c>check</c>: is this machine fit for its work? Reads every file and asks the server, changes nothing, and works beside a running agent. What is
/// amiss is said with what to do about it; the exit code is then 1.
/// </summary>
internal static class CheckCommand
{
    private const long LittleRoom = 500L * 1024 * 1024;

    public static async Task<int> Run(string[] rest)
    {
        await using var app = PointAgentApp.Find(rest);
        if (app is null)
            return 1;
        var isWell = true;
        await foreach (var (what, trouble) in Findings(app.Services))
        {
            isWell &= trouble is null;
            Console.WriteLine(trouble is null ? $"Tốt   {what}" : $"LỖI   {what}: {trouble}");
        }
        Console.WriteLine(isWell ? "Điểm hoạt động bình thường." : "Điểm cần được xem lại, xem các dòng LỖI ở trên.");
        return isWell ? 0 : 1;
    }

    private static async IAsyncEnumerable<(string What, string? Trouble)> Findings(IServiceProvider agent)
    {
        var db = agent.GetRequiredService<AgentDb>();
        var options = agent.GetRequiredService<AgentOptions>();
        var clock = agent.GetRequiredService<TrustedClock>();
        var identity = agent.GetRequiredService<EnrolPoint>().Identity;
        yield return (
            $"Ghi danh: {identity?.Name ?? "chưa"}",
            identity is null ? "hãy xin Sở mã ghi danh rồi chạy lệnh enrol" : null
        );
        yield return (
            $"Đồng hồ: {Say.Moment(clock.Now)}",
            clock.MachineIsRight ? null : "giờ của máy sai nhiều, hãy chỉnh lại ngày giờ"
        );
        yield return ("Gốc tin cậy", Untrusting(options, db));
        yield return ($"Thư mục dữ liệu {options.DataFolder}", Unwritable(options.DataFolder));
        var free = new DriveInfo(options.DataFolder).AvailableFreeSpace;
        yield return ($"Chỗ trống trên đĩa: {Say.Size(free)}", free < LittleRoom ? "sắp đầy, hãy dọn bớt đĩa" : null);
        yield return ("Cơ sở dữ liệu", Damage(db));
        yield return await Files(agent.GetRequiredService<Shelf>(), agent.GetRequiredService<FileStore>());
        yield return await Portal(options);
        yield return await Server(agent.GetRequiredService<HttpClient>(), options);
    }

    private static string? Untrusting(AgentOptions options, AgentDb db) =>
        new TrustStore(db).Holds("root.json") || File.Exists(options.TrustRoot) ? null
        : options.TrustRoot is { } lacking
            ? $"không có tệp {lacking} (Agent:TrustRoot); hãy xin Sở tệp root.json rồi chép vào đó"
        : "chưa có; nên xin Sở tệp root.json (Agent:TrustRoot), nếu không máy sẽ tin máy chủ ở lần liên lạc đầu tiên";

    private static string? Unwritable(string folder)
    {
        try
        {
            foreach (var place in (string[])[folder, Path.Combine(folder, "files")])
                new FileStream(
                    Path.Combine(place, Path.GetRandomFileName()),
                    FileMode.CreateNew,
                    FileAccess.Write,
                    FileShare.None,
                    bufferSize: 0,
                    FileOptions.DeleteOnClose
                ).Dispose();
            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return $"không ghi được ({error.Message}); hãy chạy lại lệnh này bằng sudo, nếu vẫn vậy hãy báo Sở";
        }
    }

    private static string? Damage(AgentDb db) =>
        db.Read(c => c.Scalar<string>("PRAGMA integrity_check")) is not "ok" and var found
            ? $"bị hỏng ({found}); hãy báo Sở để thay đĩa"
            : null;

    private static async Task<(string, string?)> Files(Shelf shelf, FileStore files)
    {
        var (bytes, spoilt) = (0L, 0);
        foreach (var file in shelf.Kept.SelectMany(r => r.Files).DistinctBy(f => f.Sha256))
        {
            bytes += file.Size;
            if (!await files.IsWhole(file.Sha256, file.Size, CancellationToken.None))
                spoilt++;
        }
        return (
            $"Thư viện: {Say.Size(bytes)}",
            spoilt > 0 ? $"{spoilt} tệp hỏng; chương trình tự tải lại, nếu còn lỗi hãy báo Sở để thay đĩa" : null
        );
    }

    private static async Task<(string, string?)> Portal(AgentOptions options)
    {
        var address = PortalDoor.Address(options.Urls);
        return (
            $"Màn hình {address}",
            await PortalDoor.IsOpen(address, TimeSpan.FromSeconds(10), CancellationToken.None) switch
            {
                true => null,
                false => $"cổng {address.Port} bị một chương trình khác chiếm; hãy tắt nó hoặc đổi cổng (Agent:Urls)",
                null => "không mở được, chương trình không chạy; hãy khởi động dịch vụ point-agent",
            }
        );
    }

    private static async Task<(string, string?)> Server(HttpClient http, AgentOptions options)
    {
        var what = $"Máy chủ {options.ServerRoot.Host}";
        try
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            var timestamp = await new HttpMirror(http, options, new TrafficMeter()).FetchMetadata(
                "timestamp.json",
                64 * 1024,
                patience.Token
            );
            return (what, timestamp is null ? "trả lời nhưng chưa có nội dung nào" : null);
        }
        catch (Exception error) when (PointAgent.Server.IsUnreachable(error, CancellationToken.None))
        {
            return (
                what,
                $"không liên lạc được ({error.Message}); nội dung đang có vẫn xem được, hãy kiểm tra đường mạng"
            );
        }
    }
}
