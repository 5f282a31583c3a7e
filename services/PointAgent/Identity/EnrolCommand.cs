using LaiChau.PointAgent.Storage;

namespace LaiChau.PointAgent.Identity;

/// <summary><c>enrol CODE --server URL</c>: what an officer types once when the machine is set up.</summary>
internal static class EnrolCommand
{
    public static async Task<int> Run(string code, string[] rest)
    {
        var at = Array.IndexOf(rest, "--server");
        string[] settings =
            at >= 0 && at + 1 < rest.Length
                ? [.. rest[..at], .. rest[(at + 2)..], $"--Agent:Server={rest[at + 1]}"]
                : rest;
        await using var app = PointAgentApp.Build(AgentOptions.Read(settings));
        var enrolment = app.Services.GetRequiredService<EnrolPoint>();
        if (enrolment.Identity is { } already)
        {
            Console.WriteLine($"Máy này đã được ghi danh là điểm «{already.Name}» ({already.PointId}).");
            return 0;
        }
        return await enrolment.Enrol(code, CancellationToken.None) switch
        {
            Enrolled enrolled => Say(
                0,
                $"Đã ghi danh điểm «{enrolled.Identity.Name}», {enrolled.Identity.UnitName}. Mã điểm: {enrolled.Identity.PointId}."
            ),
            Refused refused => Say(
                1,
                $"Máy chủ từ chối mã ghi danh ({refused.Code}). {refused.Detail} Hãy xin Sở cấp mã mới rồi chạy lại lệnh enrol."
            ),
            NotAnswered not => Say(
                3,
                $"Chưa liên lạc được với máy chủ ({not.Reason}). Mã đã được giữ lại và sẽ tự thử lại khi chương trình chạy."
            ),
            _ => throw new InvalidOperationException(),
        };
    }

    private static int Say(int code, string sentence)
    {
        Console.WriteLine(sentence);
        return code;
    }
}
