using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.PointRegistry.Accounts.SecondFactors;

/// <summary>After the password: six digits of the app, or a recovery code.</summary>
internal static class EnterSecondFactor
{
    public const string Path = "/account/second-factor";

    public static IResult Ask(HttpContext context, Account account, string? returnUrl)
    {
        var protection = context.RequestServices.GetRequiredService<IDataProtectionProvider>();
        return Page(context, new HalfSignIn(account.Id).Seal(protection), returnUrl, fault: null);
    }

    public static async Task<IResult> Submit(
        HttpContext context,
        IAntiforgery antiforgery,
        IDataProtectionProvider protection,
        PointRegistryDb db,
        CheckSecondFactor check,
        TimeProvider time,
        CancellationToken ct
    )
    {
        if (!await antiforgery.IsRequestValidAsync(context))
        {
            return SignIn.StartAgain(context);
        }
        var form = await context.Request.ReadFormAsync(ct);
        var (half, returnUrl) = (form["half"].ToString(), form["returnUrl"].ToString());
        var account = HalfSignIn.Open(half, protection) is { } known
            ? await db.Accounts.SingleOrDefaultAsync(a => a.Id == known.AccountId, ct)
            : null;
        if (account is not { HasSecondFactor: true } || !account.MaySignIn(time.GetUtcNow()))
        {
            return SignIn.StartAgain(context);
        }
        if (!await check.Verify(account, form["code"].ToString(), ct))
        {
            var fault = check.LockedUntil is { } until
                ? $"Đã nhập sai quá nhiều lần. Hãy thử lại sau {VietnamDay.Say(until)}."
                : "Mã không đúng, hoặc đã dùng rồi. Hãy chờ ứng dụng hiện mã mới rồi nhập lại.";
            return Page(context, half, returnUrl, fault);
        }
        await SignIn.Remember(context, account, withSecondFactor: true, time);
        return SignIn.GoOn(context, returnUrl);
    }

    private static IResult Page(HttpContext context, string half, string? returnUrl, string? fault) =>
        AccountPage.Show<SecondFactorPage>(
            context,
            new
            {
                Form = AccountForm.Of(context, Path, returnUrl),
                Half = half,
                Fault = fault,
            },
            fault is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest
        );
}
