using System.Security.Claims;
using LaiChau.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.PointRegistry.Accounts.PointCodes;

/// <param name="Code">6 to 12 digits; null takes the code away.</param>
internal sealed record PointCodeRequest(string? Code)
{
    public override string ToString() => nameof(PointCodeRequest);
}

/// <summary>Somebody chooses the digits by which the own point knows them: on the page or by the API.</summary>
internal static class SetPointCode
{
    public const string Path = "/account/point-code";
    private const string NoPoint =
        "Tài khoản này không gắn với điểm nào, nên không cần mã tại điểm. Hãy liên hệ quản trị viên nếu điều đó không đúng.";

    public static async Task<Results<NoContent, ProblemHttpResult>> Handle(
        PointCodeRequest request,
        ClaimsPrincipal user,
        PointRegistryDb db,
        CancellationToken ct
    )
    {
        if (await db.Accounts.SingleOrDefaultAsync(a => a.Id == user.AccountId(), ct) is not { } account)
        {
            return PointRegistryProblems.AccountNotFound.With();
        }
        if (account.PointId is null)
        {
            return PointRegistryProblems.Invalid("code", NoPoint);
        }
        var code = request.Code?.Trim();
        if (code is not null && PointCode.Fault(code) is { } fault)
        {
            return PointRegistryProblems.Invalid("code", fault);
        }
        account.PointCodeHash = code is null ? null : PointCode.Hash(code);
        await db.SaveChangesAsync(ct);
        return TypedResults.NoContent();
    }

    public static async Task<IResult> Show(HttpContext context, SignedInAccount signedIn, CancellationToken ct) =>
        await signedIn.Find(context, ct) is { } account
            ? Page(context, account, fault: null)
            : SignIn.GoFirst(context, Path);

    public static async Task<IResult> Submit(
        HttpContext context,
        IAntiforgery antiforgery,
        SignedInAccount signedIn,
        PointRegistryDb db,
        CancellationToken ct
    )
    {
        if (await signedIn.Find(context, ct) is not { } account)
        {
            return SignIn.GoFirst(context, Path);
        }
        if (!await antiforgery.IsRequestValidAsync(context))
        {
            return Page(context, account, "Trang đã mở quá lâu. Hãy nhập lại.");
        }
        if (account.PointId is null)
        {
            return Page(context, account, fault: null);
        }
        var form = await context.Request.ReadFormAsync(ct);
        var code = form["code"].ToString().Trim();
        if (PointCode.Fault(code) is { } fault)
        {
            return Page(context, account, fault);
        }
        if (form["again"].ToString().Trim() != code)
        {
            return Page(context, account, "Hai lần nhập không giống nhau.");
        }
        account.PointCodeHash = PointCode.Hash(code);
        await db.SaveChangesAsync(ct);
        return AccountPage.Show(
            context,
            new()
            {
                Title = "Đã đặt mã tại điểm",
                Message =
                    "Máy ở điểm nhận mã này khi nối được mạng, chậm nhất sau một ngày; mở trang «Bàn làm việc của cán bộ» ở đó thì nhận ngay.",
            }
        );
    }

    private static IResult Page(HttpContext context, Account account, string? fault) =>
        account.PointId is null
            ? AccountPage.Show(
                context,
                new()
                {
                    Title = "Mã tại điểm",
                    Message = NoPoint,
                    IsError = true,
                },
                StatusCodes.Status400BadRequest
            )
            : AccountPage.Show<PointCodePage>(
                context,
                new
                {
                    Form = AccountForm.Of(context, Path, returnUrl: null),
                    Fault = fault,
                    HasOne = account.PointCodeHash is not null,
                },
                fault is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest
            );
}
