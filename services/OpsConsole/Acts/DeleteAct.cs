using LaiChau.OpsConsole.Api;
using LaiChau.OpsConsole.Shell;

namespace LaiChau.OpsConsole.Acts;

/// <summary>For what was recorded by mistake; it asks first.</summary>
internal static class DeleteAct
{
    public static async Task<IResult> Ask(Guid id, ActsApi acts)
    {
        var act = await acts.One(id);
        return act.Ok ? DeleteIt(act.Value).Ask() : Show.Trouble(act.Problem);
    }

    public static async Task<IResult> Handle(Guid id, HttpContext http, ActsApi acts)
    {
        var act = await acts.One(id);
        return act.Ok
            ? await DeleteIt(act.Value)
                .Do(http, "van-ban-xoa", (_, _) => acts.Delete(id, new FormMark(null, act.Value.Version)))
            : Show.Trouble(act.Problem);
    }

    private static Confirmation DeleteIt(LegalAct act) =>
        new()
        {
            Title = "Xoá văn bản",
            Subject = $"{act.Number}: {act.Title}",
            Consequences =
            [
                "Chỉ xoá văn bản ghi nhầm. Văn bản hết hiệu lực thì ghi ngày hết hiệu lực, không xoá.",
                "Văn bản đang được dẫn ở điểm, tài khoản hoặc văn bản khác thì không xoá được.",
            ],
            Button = "Xoá văn bản",
            Danger = true,
            Action = ConsoleRoutes.Act(act.Id) + "/xoa",
            Back = ConsoleRoutes.Act(act.Id),
            Next = ConsoleRoutes.Acts,
        };
}
