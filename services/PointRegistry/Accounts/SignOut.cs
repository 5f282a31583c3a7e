using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;

namespace LaiChau.PointRegistry.Accounts;

internal static class SignOut
{
    private const string Path = "/account/sign-out";

    public static IResult Show(HttpContext context) =>
        AccountPage.Show(
            context,
            new()
            {
                Title = "Đăng xuất",
                Message = "Bạn muốn đăng xuất khỏi trình duyệt này?",
                Form = AccountForm.Of(context, Path, returnUrl: null),
            }
        );

    public static async Task<IResult> Submit(HttpContext context, IAntiforgery antiforgery)
    {
        if (!await antiforgery.IsRequestValidAsync(context))
        {
            return Show(context);
        }
        await context.SignOutAsync(SignIn.Scheme);
        return Done(context);
    }

    public static IResult Done(HttpContext context) =>
        AccountPage.Show(context, new() { Title = "Đã đăng xuất", Message = "Bạn đã đăng xuất khỏi trình duyệt này." });
}
