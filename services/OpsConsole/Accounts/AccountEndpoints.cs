using LaiChau.OpsConsole.Shell;

namespace LaiChau.OpsConsole.Accounts;

internal static class AccountEndpoints
{
    public static void MapAccounts(this RouteGroupBuilder console)
    {
        console.MapGet("/tai-khoan", () => Show.Page<AccountsPage>());
        console.MapPost("/tai-khoan", CreateAccount.Handle);
        console.MapPost("/tai-khoan/{id:guid}/khoa", LockAccount.Lock);
        console.MapPost("/tai-khoan/{id:guid}/mo", LockAccount.Unlock);
        console.MapPost("/tai-khoan/{id:guid}/dat-lai-hai-lop", ResetSecondFactor.Handle);
    }
}
