using LaiChau.PointAgent.Identity;
using LaiChau.PointAgent.Library;
using LaiChau.PointAgent.Neighbours;
using LaiChau.PointAgent.Portal;
using LaiChau.PointAgent.Pull;
using LaiChau.PointAgent.Storage;

namespace LaiChau.PointAgent;

/// <summary><c>status</c>: the same as the state page, for somebody at a terminal; works beside a running agent.</summary>
internal static class StatusCommand
{
    public static async Task<int> Run(string[] rest)
    {
        await using var app = PointAgentApp.Find(rest);
        if (app is null)
            return 1;
        var options = app.Services.GetRequiredService<AgentOptions>();
        var identity = app.Services.GetRequiredService<EnrolPoint>().Identity;
        var db = app.Services.GetRequiredService<AgentDb>();
        var contact = db.Read(c => c.Recall(Facts.Contact, AgentJson.Default.Contact));
        Console.WriteLine($"Điểm:              {identity?.Name ?? "chưa ghi danh"} {identity?.PointId}");
        Console.WriteLine($"Liên lạc lần cuối: {(contact is null ? "chưa lần nào" : Say.Moment(contact.At))}");
        if (db.Read(c => c.Recall(Facts.Stick, AgentJson.Default.StickReport)) is { } stick)
            Console.WriteLine($"USB lần gần nhất:  {stick.Says()} ({Say.Moment(stick.At)})");
        Console.WriteLine($"Số liệu chờ gửi:   {db.Read(c => c.Scalar<long>("SELECT count(*) FROM event"))}");
        Console.WriteLine(
            $"Đã dùng tháng này:  {StatePage.Spent(app.Services.GetRequiredService<LinkBudget>(), options)}"
        );
        Console.WriteLine($"Từ máy bên cạnh:    {Say.Size(Neighbourhood.TakenOf(db))}");
        foreach (var release in app.Services.GetRequiredService<Shelf>().Shown)
            Console.WriteLine(
                $"Đang hiện:         {release.Package} bản {release.Version}: {Languages.Pick(release.Title, Languages.Vietnamese).Text}"
            );
        return identity is null ? 1 : 0;
    }
}
