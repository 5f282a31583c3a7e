using LaiChau.OpsConsole.Api;
using LaiChau.OpsConsole.Shell;

namespace LaiChau.OpsConsole.Accounts;

/// <summary>A locked account gets no tokens; it can be unlocked again, so it asks no second time.</summary>
internal static class LockAccount
{
    public static async Task<IResult> Lock(Guid id, AccountsApi accounts) =>
        End(await accounts.Disable(id), "tai-khoan-khoa");

    public static async Task<IResult> Unlock(Guid id, AccountsApi accounts) =>
        End(await accounts.Enable(id), "tai-khoan-mo");

    private static IResult End(Answer<Done> answer, string notice) =>
        answer.Ok
            ? Show.Done(ConsoleRoutes.Accounts, notice)
            : Show.Page<AccountsPage>(new { Problem = answer.Problem }, answer.Problem.PageStatus);
}
