using LaiChau.OpsConsole.Shell;

namespace LaiChau.OpsConsole.Bulletins;

/// <summary>Submit, approve, return, withdraw.</summary>
internal static class DecideBulletin
{
    public static async Task<IResult> Submit(Guid id, BulletinsApi bulletins)
    {
        var answer = await bulletins.Submit(id);
        return answer.Ok
            ? Show.Done(ConsoleRoutes.Bulletin(id), "da-trinh")
            : await ShowBulletin.With(id, bulletins, answer.Problem);
    }

    public static Task<IResult> AskApprove(Guid id, BulletinsApi bulletins) => Ask(id, bulletins, ApproveIt);

    public static Task<IResult> AskReturn(Guid id, BulletinsApi bulletins) => Ask(id, bulletins, ReturnIt);

    public static Task<IResult> AskWithdraw(Guid id, BulletinsApi bulletins) => Ask(id, bulletins, WithdrawIt);

    public static Task<IResult> Approve(Guid id, BulletinsApi bulletins, HttpContext http) =>
        Do(id, bulletins, ApproveIt, act => act.Do(http, "ban-tin-da-duyet", (_, _) => bulletins.Approve(id)));

    public static Task<IResult> Return(Guid id, BulletinsApi bulletins, HttpContext http) =>
        Do(id, bulletins, ReturnIt, act => act.Do(http, "da-tra-lai", (reason, _) => bulletins.Return(id, reason)));

    public static Task<IResult> Withdraw(Guid id, BulletinsApi bulletins, HttpContext http) =>
        Do(
            id,
            bulletins,
            WithdrawIt,
            act => act.Do(http, "ban-tin-thu-hoi", (reason, _) => bulletins.Withdraw(id, reason))
        );

    private static Task<IResult> Ask(Guid id, BulletinsApi bulletins, Func<Bulletin, Confirmation> make) =>
        Do(id, bulletins, make, act => Task.FromResult(act.Ask()));

    private static async Task<IResult> Do(
        Guid id,
        BulletinsApi bulletins,
        Func<Bulletin, Confirmation> make,
        Func<Confirmation, Task<IResult>> then
    )
    {
        var bulletin = await bulletins.One(id);
        return bulletin.Ok ? await then(make(bulletin.Value)) : Show.Trouble(bulletin.Problem);
    }

    private static Confirmation ApproveIt(Bulletin bulletin) =>
        About(bulletin) with
        {
            Title = "Phê duyệt bản tin",
            Consequences =
            [
                "Bản tin sẽ được ký và phát hành ngay tới các điểm hỗ trợ, ở mọi ngôn ngữ đã soạn.",
                "Chỉ phê duyệt khi bạn đã đọc hết và mở từng tệp đính kèm. Tên của bạn được ghi lại là người phê duyệt.",
            ],
            Button = "Phê duyệt và phát hành",
            Action = ConsoleRoutes.Bulletin(bulletin.Id) + "/duyet",
        };

    private static Confirmation ReturnIt(Bulletin bulletin) =>
        About(bulletin) with
        {
            Title = "Trả lại bản tin",
            Consequences = ["Bản tin trở về bản nháp để người soạn sửa và trình lại."],
            ReasonLabel = "Điều cần sửa, gửi cho người soạn",
            Button = "Trả lại người soạn",
            Action = ConsoleRoutes.Bulletin(bulletin.Id) + "/tra-lai",
        };

    private static Confirmation WithdrawIt(Bulletin bulletin) =>
        About(bulletin) with
        {
            Title = "Thu hồi bản tin",
            Consequences =
            [
                "Bản tin sẽ bị gỡ khỏi màn hình của mọi điểm ở lần liên lạc kế tiếp. Lệnh thu hồi không rút lại được.",
                "Điểm chưa liên lạc được có thể còn hiển thị bản tin; trang Phủ sóng sẽ liệt kê những điểm đó.",
            ],
            ReasonLabel = "Lý do thu hồi, ghi vào nhật ký",
            Button = "Thu hồi khỏi mọi điểm",
            Danger = true,
            Action = ConsoleRoutes.Bulletin(bulletin.Id) + "/thu-hoi",
        };

    private static Confirmation About(Bulletin bulletin)
    {
        var (language, title) = bulletin.Titles.Best("(chưa có tiêu đề)");
        return new Confirmation
        {
            Title = "",
            Subject = title,
            SubjectLanguage = language,
            Consequences = [],
            Button = "",
            Action = "",
            Back = ConsoleRoutes.Bulletin(bulletin.Id),
        };
    }
}
