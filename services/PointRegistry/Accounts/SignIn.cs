using System.Security.Claims;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LaiChau.PointRegistry.Accounts;

/// <summary>The sign-in page: tells this browser's cookie who sits before it, then goes back to where it was sent from.</summary>
internal static class SignIn
{
    public const string Scheme = "laichau-account";
    public const string Path = "/account/sign-in";

    public static IResult Show(string? returnUrl, HttpContext context, IAntiforgery antiforgery) =>
        Page(context, antiforgery, returnUrl, userName: null, message: null);

    public static async Task<IResult> Submit(
        HttpContext context,
        IAntiforgery antiforgery,
        CheckPassword passwords,
        CancellationToken ct
    )
    {
        if (!await antiforgery.IsRequestValidAsync(context))
        {
            return Page(context, antiforgery, null, null, "Trang đã mở quá lâu. Hãy đăng nhập lại.");
        }
        var form = await context.Request.ReadFormAsync(ct);
        var (userName, password, returnUrl) = (
            form["userName"].ToString(),
            form["password"].ToString(),
            form["returnUrl"].ToString()
        );
        if (await passwords.Verify(userName, password, ct) is not { } account)
        {
            return Page(
                context,
                antiforgery,
                returnUrl,
                userName,
                passwords.LockedUntil is { } until
                    ? $"Đã nhập sai quá nhiều lần. Hãy thử lại sau {VietnamDay.Say(until)}."
                    : "Tên đăng nhập hoặc mật khẩu không đúng."
            );
        }
        var identity = new ClaimsIdentity([new Claim("sub", account.Id.ToString())], Scheme, "sub", null);
        await context.SignInAsync(Scheme, new ClaimsPrincipal(identity));
        return IsLocal(returnUrl)
            ? TypedResults.LocalRedirect(returnUrl)
            : AccountPage.Show(context, new() { Title = "Đã đăng nhập", Message = "Bạn đã đăng nhập." });
    }

    private static RazorComponentResult<SignInPage> Page(
        HttpContext context,
        IAntiforgery antiforgery,
        string? returnUrl,
        string? userName,
        string? message
    )
    {
        var tokens = antiforgery.GetAndStoreTokens(context);
        return AccountPage.Show(
            context,
            new()
            {
                Title = "Đăng nhập",
                Message = message,
                IsError = message is not null,
                Action = Path,
                AsksPassword = true,
                TokenField = tokens.FormFieldName,
                Token = tokens.RequestToken,
                ReturnUrl = IsLocal(returnUrl) ? returnUrl : null,
                UserName = userName,
            },
            message is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest
        );
    }

    /// <summary>A path of this site: never a way to send somebody elsewhere after the sign-in.</summary>
    private static bool IsLocal(string? url) => url is ['/', not ('/' or '\\'), ..] && !url.Any(char.IsControl);
}
