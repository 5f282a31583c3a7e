using System.Globalization;
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
        )
        {
            UnitCode = form.Text("don-vi"),
            PointId = form.Text("diem"),
            // The whole of the last day, as people in the province count it.
            ExpiresAt = DateOnly.TryParse(form.Text("het-han"), CultureInfo.InvariantCulture, out var day)
                ? new DateTimeOffset(day.AddDays(1), TimeOnly.MinValue, TimeSpan.FromHours(7))
                : null,
        };
        var answer = await accounts.Create(account);
        return answer.Ok
            ? Show.Done(ConsoleRoutes.Accounts, "tai-khoan-moi")
            : Show.Page<AccountsPage>(new { Typed = account, Problem = answer.Problem }, answer.Problem.PageStatus);
    }
}
