using System.Globalization;
using LaiChau.OpsConsole.Api;
using LaiChau.OpsConsole.Shell;

namespace LaiChau.OpsConsole.Openings;

/// <summary>For what should never have been written; it asks first.</summary>
internal static class StrikeOpening
{
    public static async Task<IResult> Ask(Guid id, Guid opening, string? ky, OpeningsApi openings, TimeProvider clock)
    {
        var entry = await CorrectOpening.Find(id, opening, ky, openings, clock);
        return entry.Ok ? StrikeIt(id, ky, entry.Value).Ask() : Show.Trouble(entry.Problem);
    }

    public static async Task<IResult> Handle(
        Guid id,
        Guid opening,
        string? ky,
        long? ban,
        HttpContext http,
        OpeningsApi openings,
        TimeProvider clock
    )
    {
        var entry = await CorrectOpening.Find(id, opening, ky, openings, clock);
        return entry.Ok
            ? await StrikeIt(id, ky, entry.Value)
                .Do(http, "mo-cua-gach", (reason, _) => openings.Strike(opening, reason, new FormMark(null, ban)))
            : Show.Trouble(entry.Problem);
    }

    private static Confirmation StrikeIt(Guid point, string? ky, Opening opening) =>
        new()
        {
            Title = "Gạch bỏ lần mở cửa",
            Subject =
                $"{Vietnamese.Date(opening.Day)}, từ {Vietnamese.Hour(opening.OpenedAt)} đến {Vietnamese.Hour(opening.ClosedAt)}",
            Consequences =
            [
                "Lần mở cửa này không còn được tính vào giờ mở cửa và chỉ tiêu.",
                "Điều đã ghi vẫn đọc được trong nhật ký, kèm lý do và tên bạn. Không phục hồi được; nếu gạch nhầm thì ghi lại.",
            ],
            ReasonLabel = "Lý do gạch bỏ",
            Button = "Gạch bỏ",
            Danger = true,
            Action = ConsoleRoutes.With(
                $"{ConsoleRoutes.Openings(point)}/{opening.Id}/gach-bo",
                ("ky", ky),
                ("ban", opening.Version.ToString(CultureInfo.InvariantCulture))
            ),
            Back = ConsoleRoutes.With(ConsoleRoutes.Openings(point), ("ky", ky)),
        };
}
