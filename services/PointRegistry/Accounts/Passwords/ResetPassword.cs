using LaiChau.PointRegistry.Enrolment;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.PointRegistry.Accounts.Passwords;

/// <summary>The page on which a code from an administrator becomes a new password. It opens no session: the sign-in asks for all it asks for otherwise.</summary>
internal static class ResetPassword
{
    public const string Path = "/account/reset";
    private const string Kind = "password-reset";

    public static IResult Show(HttpContext context) => Page(context, fault: null);

    public static async Task<IResult> Submit(
        HttpContext context,
        IAntiforgery antiforgery,
        PointRegistryDb db,
        Attempts attempts,
        EnrolmentOptions limits,
        IPasswordHasher<Account> hasher,
        TimeProvider time,
        ILogger<PasswordReset> log,
        CancellationToken ct
    )
    {
        if (!await antiforgery.IsRequestValidAsync(context))
        {
            return Page(context, "Trang đã mở quá lâu. Hãy nhập lại.");
        }
        var source = context.Connection.RemoteIpAddress?.ToString() ?? "?";
        if (await attempts.BlockedUntil(Kind, source, limits.AttemptsPerSource, ct) is { } until)
        {
            return Page(context, $"Có quá nhiều lần nhập sai từ địa chỉ này. Hãy thử lại sau {VietnamDay.Say(until)}.");
        }
        var form = await context.Request.ReadFormAsync(ct);
        var now = time.GetUtcNow();
        var hash = TypedCode.HashOf(form["code"].ToString());
        var reset = hash is null ? null : await db.PasswordResets.SingleOrDefaultAsync(r => r.CodeHash == hash, ct);
        var account = reset is null ? null : await db.Accounts.SingleAsync(a => a.Id == reset.AccountId, ct);
        if (reset?.IsOpen(now) != true || account is null)
        {
            await attempts.CountFailure(Kind, source, TimeSpan.FromMinutes(limits.AttemptsWindowMinutes), ct);
            db.Note("refused", Kind, account?.Id.ToString() ?? "?", new() { ["code"] = "password-reset-code-invalid" });
            await db.SaveChangesAsync(ct);
            return Page(context, "Mã không đúng, đã dùng, hoặc đã hết hạn. Hãy xin quản trị viên mã mới.");
        }
        if (NewPassword.Fault(form, account) is { } fault)
        {
            return Page(context, fault);
        }
        account.ChangePassword(hasher.HashPassword(account, form["password"].ToString()), now);
        reset.End(now);
        try
        {
            await db.SaveChangesAsync(ct);
        }
        catch (DbUpdateConcurrencyException)
        {
            return Page(context, "Mã này vừa được dùng.");
        }
        log.LogInformation("Password of account {AccountId} reset by {ResetId}", account.Id, reset.Id);
        return NewPassword.Taken(context);
    }

    private static IResult Page(HttpContext context, string? fault) =>
        AccountPage.Show<PasswordPage>(
            context,
            new
            {
                Form = AccountForm.Of(context, Path, returnUrl: null),
                Fault = fault,
                WithCode = true,
            },
            fault is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest
        );
}
