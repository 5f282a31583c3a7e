using System.Security.Claims;
using LaiChau.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.PointRegistry.Accounts.Passwords;

internal sealed record ChangePasswordRequest(string OldPassword, string NewPassword)
{
    public override string ToString() => nameof(ChangePasswordRequest);
}

/// <summary>Somebody's own password, with the old one: on the page or by the API. Every session ends, this one too.</summary>
internal static class ChangePassword
{
    public const string Path = "/account/password";

    public static async Task<Results<NoContent, ProblemHttpResult>> Handle(
        ChangePasswordRequest request,
        ClaimsPrincipal user,
        PointRegistryDb db,
        CheckPassword passwords,
        IPasswordHasher<Account> hasher,
        TimeProvider time,
        CancellationToken ct
    )
    {
        // People of another provider have their password there.
        if (await db.Accounts.SingleOrDefaultAsync(a => a.Id == user.AccountId(), ct) is not { } account)
        {
            return PointRegistryProblems.AccountNotFound.With();
        }
        if (await passwords.Verify(account.UserName, request.OldPassword, ct) is null)
        {
            return PointRegistryProblems.PasswordWrong.With(Refusal(passwords));
        }
        if (PasswordRules.Fault(request.NewPassword, account.UserName) is { } fault)
        {
            return PointRegistryProblems.PasswordTooWeak.With(fault);
        }
        account.ChangePassword(hasher.HashPassword(account, request.NewPassword), time.GetUtcNow());
        await db.SaveChangesAsync(ct);
        return TypedResults.NoContent();
    }

    public static async Task<IResult> Show(HttpContext context, SignedInAccount signedIn, CancellationToken ct) =>
        await signedIn.Find(context, ct) is null ? SignIn.GoFirst(context, Path) : Page(context, fault: null);

    public static async Task<IResult> Submit(
        HttpContext context,
        IAntiforgery antiforgery,
        SignedInAccount signedIn,
        PointRegistryDb db,
        CheckPassword passwords,
        IPasswordHasher<Account> hasher,
        TimeProvider time,
        CancellationToken ct
    )
    {
        if (await signedIn.Find(context, ct) is not { } account)
        {
            return SignIn.GoFirst(context, Path);
        }
        if (!await antiforgery.IsRequestValidAsync(context))
        {
            return Page(context, "Trang đã mở quá lâu. Hãy nhập lại.");
        }
        var form = await context.Request.ReadFormAsync(ct);
        if (await passwords.Verify(account.UserName, form["old"].ToString(), ct) is null)
        {
            return Page(context, Refusal(passwords));
        }
        if (NewPassword.Fault(form, account) is { } fault)
        {
            return Page(context, fault);
        }
        account.ChangePassword(hasher.HashPassword(account, form["password"].ToString()), time.GetUtcNow());
        await db.SaveChangesAsync(ct);
        await context.SignOutAsync(SignIn.Scheme);
        return NewPassword.Taken(context);
    }

    private static string Refusal(CheckPassword passwords) =>
        passwords.LockedUntil is { } until
            ? $"Đã nhập sai quá nhiều lần. Hãy thử lại sau {VietnamDay.Say(until)}."
            : "Mật khẩu cũ không đúng.";

    private static IResult Page(HttpContext context, string? fault) =>
        AccountPage.Show<PasswordPage>(
            context,
            new { Form = AccountForm.Of(context, Path, returnUrl: null), Fault = fault },
            fault is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest
        );
}
