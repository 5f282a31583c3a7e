using System.Globalization;
using System.Security.Claims;
using LaiChau.PointRegistry.Accounts.SecondFactors;
using LaiChau.PointRegistry.Tokens;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.WebUtilities;

namespace LaiChau.PointRegistry.Accounts;

/// <summary>The sign-in page: tells this browser's cookie who sits before it, then goes back to where it was sent from.</summary>
internal static class SignIn
{
    public const string Scheme = "laichau-account";
    public const string Path = "/account/sign-in";

    public static IResult Show(string? returnUrl, HttpContext context) =>
        Page(context, returnUrl, userName: null, message: null);

    public static async Task<IResult> Submit(
        HttpContext context,
        IAntiforgery antiforgery,
        CheckPassword passwords,
        IdentitySettings settings,
        TimeProvider time,
        CancellationToken ct
    )
    {
        if (!await antiforgery.IsRequestValidAsync(context))
        {
            return StartAgain(context);
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
                returnUrl,
                userName,
                passwords.LockedUntil is { } until
                    ? $"Đã nhập sai quá nhiều lần. Hãy thử lại sau {VietnamDay.Say(until)}."
                    : "Tên đăng nhập hoặc mật khẩu không đúng."
            );
        }
        if (account.HasSecondFactor)
        {
            return EnterSecondFactor.Ask(context, account, returnUrl);
        }
        if (account.NeedsSecondFactor(settings.SecondFactor))
        {
            return SetUpSecondFactor.Ask(context, account, returnUrl);
        }
        await Remember(context, account, withSecondFactor: false, time);
        return GoOn(context, returnUrl);
    }

    /// <summary>From here on this browser is the account's.</summary>
    public static Task Remember(HttpContext context, Account account, bool withSecondFactor, TimeProvider time)
    {
        var at = time.GetUtcNow().ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        var identity = new ClaimsIdentity(
            [new("sub", account.Id.ToString()), new(SignedInAccount.At, at)],
            Scheme,
            "sub",
            null
        );
        if (withSecondFactor)
        {
            identity.AddClaim(new(TokenPrincipal.SecondFactor, "true"));
        }
        return context.SignInAsync(Scheme, new ClaimsPrincipal(identity));
    }

    public static IResult GoOn(HttpContext context, string? returnUrl) =>
        IsLocal(returnUrl)
            ? TypedResults.LocalRedirect(returnUrl!)
            : AccountPage.Show(context, new() { Title = "Đã đăng nhập", Message = "Bạn đã đăng nhập." });

    /// <summary>To the sign-in page, and back to here after it.</summary>
    public static IResult GoFirst(HttpContext context, string returnUrl) =>
        TypedResults.LocalRedirect(
            QueryHelpers.AddQueryString(
                context.Request.PathBase + Path,
                "returnUrl",
                context.Request.PathBase + returnUrl
            )
        );

    public static IResult StartAgain(HttpContext context) =>
        Page(context, null, null, "Trang đã mở quá lâu. Hãy đăng nhập lại.");

    /// <summary>A path of this site: never a way to send somebody elsewhere after the sign-in.</summary>
    public static bool IsLocal(string? url) => url is ['/', not ('/' or '\\'), ..] && !url.Any(char.IsControl);

    private static IResult Page(HttpContext context, string? returnUrl, string? userName, string? message) =>
        AccountPage.Show(
            context,
            new()
            {
                Title = "Đăng nhập",
                Message = message,
                IsError = message is not null,
                Form = AccountForm.Of(context, Path, returnUrl),
                AsksPassword = true,
                UserName = userName,
            },
            message is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest
        );
}
