using System.CommandLine;
using System.Text;
using LaiChau.Cli.Output;
using Spectre.Console;

namespace LaiChau.Cli.Keys;

/// <summary>Writes a first ceremony.json from the public keys at hand, for people to go on from.</summary>
internal static class PlanCeremony
{
    private const string OfFeed = "feed-";
    private const int RootDays = 730;
    private const int TargetsDays = 365;

    public static Command Build(Shell shell)
    {
        var folder = new Argument<DirectoryInfo>("dir") { Description = "Thư mục có các tệp *.pub.json." };
        var date = new Option<DateOnly?>("--date") { Description = "Ngày bắt đầu hiệu lực; không có thì là hôm nay." };
        var command = new Command(
            "plan",
            "Viết ceremony.json từ các khóa công khai trong thư mục: ai ký gì, cần mấy chữ ký; rồi sửa bằng tay nếu cần."
        )
        {
            folder,
            date,
        };
        command.SetAction(parsed =>
        {
            var path = parsed.GetValue(folder)!.FullName;
            var file = Path.Combine(path, CeremonyPlan.FileName);
            if (File.Exists(file))
            {
                throw new CommandRefusedException($"Đã có {file}: hãy sửa tệp ấy, hoặc xoá đi rồi chạy lại.");
            }
            var today = DateOnly.FromDateTime(shell.Time.GetLocalNow().DateTime);
            var plan = From(PublicKeyFile.ReadAll(path), parsed.GetValue(date) ?? today);
            WholeFile.Write(file, Encoding.UTF8.GetBytes(plan.ToJson()));
            shell.Note($"Đã viết {file}");
            return shell.Answer(parsed, plan, p => new Text(p.ToJson()));
        });
        return command;
    }

    /// <summary>By the names of the keys: snapshot, timestamp and feed-… are online; everybody else signs root and targets, more than half of them.</summary>
    private static CeremonyPlan From(IReadOnlyList<PublicKeyFile> keys, DateOnly date)
    {
        var names = keys.Select(k => k.Name).ToList();
        var feeds = names.Where(n => n.StartsWith(OfFeed, StringComparison.Ordinal)).ToList();
        var offline = names.Except(feeds).Except(["snapshot", "timestamp"]).ToList();
        if (!names.Contains("snapshot") || !names.Contains("timestamp") || feeds.Count == 0 || offline.Count == 0)
        {
            throw new CommandRefusedException(
                "Cần ít nhất một khóa ngoại tuyến và các khóa snapshot, timestamp, feed-<nguồn phát>; đang có: "
                    + (names.Count == 0 ? "không khóa nào." : string.Join(", ", names) + ".")
            );
        }
        var most = offline.Count / 2 + 1;
        return new()
        {
            Date = date,
            Root = new(most, offline, RootDays),
            Targets = new(most, offline, TargetsDays),
            Snapshot = new(["snapshot"]),
            Timestamp = new(["timestamp"]),
            Feeds = feeds.ToDictionary(f => f[OfFeed.Length..], f => new CeremonyPlan.OnlineSigners([f])),
        };
    }
}
