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
        var free = new DriveInfo(options.DataFolder).AvailableFreeSpace;
        yield return ($"Chỗ trống trên đĩa: {Say.Size(free)}", free < LittleRoom ? "sắp đầy, hãy dọn bớt đĩa" : null);
        yield return ("Cơ sở dữ liệu", Damage(db));
        yield return await Files(agent.GetRequiredService<Shelf>(), agent.GetRequiredService<FileStore>());
        yield return await Server(agent.GetRequiredService<HttpClient>(), options);
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
