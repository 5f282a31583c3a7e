using LaiChau.OpsConsole.Shell;

namespace LaiChau.OpsConsole.Releases;

/// <summary>Approve, reject, recall: each asks first and says what will come of it.</summary>
internal static class DecideRelease
{
    public static Task<IResult> AskApprove(Guid id, CatalogApi catalog) => Ask(id, catalog, ApproveIt);

    public static Task<IResult> AskReject(Guid id, CatalogApi catalog) => Ask(id, catalog, RejectIt);

    public static Task<IResult> AskRecall(Guid id, CatalogApi catalog) => Ask(id, catalog, RecallIt);

    public static Task<IResult> Approve(Guid id, CatalogApi catalog, HttpContext http) =>
        Do(id, catalog, ApproveIt, act => act.Do(http, "da-phe-duyet", (_, _) => catalog.Approve(id)));

    public static Task<IResult> Reject(Guid id, CatalogApi catalog, HttpContext http) =>
        Do(id, catalog, RejectIt, act => act.Do(http, "da-tu-choi", (reason, _) => catalog.Reject(id, reason)));

    public static Task<IResult> Recall(Guid id, CatalogApi catalog, HttpContext http) =>
        Do(
            id,
            catalog,
            RecallIt,
            act => act.Do(http, "dang-thu-hoi", (reason, message) => catalog.Recall(id, reason, message))
        );

    private static Task<IResult> Ask(Guid id, CatalogApi catalog, Func<Release, Confirmation> make) =>
        Do(id, catalog, make, act => Task.FromResult(act.Ask()));

    private static async Task<IResult> Do(
        Guid id,
        CatalogApi catalog,
        Func<Release, Confirmation> make,
        Func<Confirmation, Task<IResult>> then
    )
    {
        var release = await catalog.One(id);
        return release.Ok ? await then(make(release.Value)) : Show.Trouble(release.Problem);
    }

    private static Confirmation ApproveIt(Release release) =>
        About(release) with
        {
            Title = "Phê duyệt nội dung",
            Consequences =
            [
                "Nội dung sẽ được ký và phát hành ngay tới các điểm hỗ trợ; người dân sẽ thấy sau lần liên lạc kế tiếp của điểm.",
                "Chỉ phê duyệt khi bạn đã xem hết các tệp ở mọi ngôn ngữ. Tên của bạn được ghi lại là người phê duyệt.",
            ],
            Button = "Phê duyệt và phát hành",
            Action = ConsoleRoutes.Release(release.Id) + "/phe-duyet",
        };

    private static Confirmation RejectIt(Release release) =>
        About(release) with
        {
            Title = "Từ chối nội dung",
            Consequences = ["Nội dung sẽ không được phát hành. Người soạn có thể gửi một bản mới đã sửa."],
            ReasonLabel = "Lý do từ chối, gửi cho người soạn",
            Button = "Từ chối nội dung",
            Danger = true,
            Action = ConsoleRoutes.Release(release.Id) + "/tu-choi",
        };

    private static Confirmation RecallIt(Release release) =>
        About(release) with
        {
            Title = "Thu hồi nội dung",
            Consequences =
            [
                "Nội dung sẽ bị gỡ khỏi màn hình của mọi điểm ở lần liên lạc kế tiếp. Lệnh thu hồi được ký và không rút lại được.",
                "Điểm chưa liên lạc được có thể còn hiển thị nội dung; trang Phủ sóng sẽ liệt kê những điểm đó.",
            ],
            ReasonLabel = "Lý do thu hồi, ghi vào nhật ký",
            MessageLabel = "Thông báo đính chính cho người dân",
            Button = "Thu hồi khỏi mọi điểm",
            Danger = true,
            Action = ConsoleRoutes.Release(release.Id) + "/thu-hoi",
        };

    private static Confirmation About(Release release)
    {
        var (language, title) = release.Title.Best(release.Package);
        return new Confirmation
        {
            Title = "",
            Subject = $"{title} (bản {release.Version})",
            SubjectLanguage = language,
            Consequences = [],
            Button = "",
            Action = "",
            Back = ConsoleRoutes.Release(release.Id),
        };
    }
}
