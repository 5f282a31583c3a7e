using LaiChau.OpsConsole.Shell;

namespace LaiChau.OpsConsole.Accounts;

internal static class CreateAccount
{
    public static async Task<IResult> Handle(HttpContext http, AccountsApi accounts)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var account = new NewAccount(
            form.Text("ten-dang-nhap") ?? "",
            form.Text("ho-ten") ?? "",
            form.All("vai-tro"),
            // A password is taken as typed.
            form["mat-khau"].ToString()
        );
        var answer = await accounts.Create(account);
        return answer.Ok
            ? Show.Done(ConsoleRoutes.Accounts, "tai-khoan-moi")
            : Show.Page<AccountsPage>(new { Typed = account, Problem = answer.Problem }, answer.Problem.PageStatus);
    }
}
