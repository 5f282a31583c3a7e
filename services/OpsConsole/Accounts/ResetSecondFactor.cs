using LaiChau.OpsConsole.Shell;

namespace LaiChau.OpsConsole.Accounts;

internal static class ResetSecondFactor
{
    public static async Task<IResult> Handle(Guid id, AccountsApi accounts)
    {
        var answer = await accounts.ResetSecondFactor(id);
        return answer.Ok
            ? Show.Done(ConsoleRoutes.Accounts, "hai-lop-dat-lai")
            : Show.Page<AccountsPage>(new { Problem = answer.Problem }, answer.Problem.PageStatus);
    }
}
