using LaiChau.PointRegistry.Tokens;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using QRCoder;

namespace LaiChau.PointRegistry.Accounts.SecondFactors;

/// <summary>The first sign-in of who needs a second factor, or the wish of who may have one: the app takes the key and shows that it did by a code.</summary>
internal static class SetUpSecondFactor
{
    public const string Path = "/account/second-factor/set-up";

    public static async Task<IResult> Show(
        string? returnUrl,
        HttpContext context,
        SignedInAccount signedIn,
        CancellationToken ct
    ) =>
        await signedIn.Find(context, ct) is not { } account ? SignIn.GoFirst(context, Path)
        : account.HasSecondFactor ? AlreadyThere(context, account)
        : Ask(context, account, returnUrl);

    public static IResult Ask(HttpContext context, Account account, string? returnUrl)
    {
        var protection = context.RequestServices.GetRequiredService<IDataProtectionProvider>();
        var half = new HalfSignIn(account.Id, SecondFactorKeys.New());
        return Page(context, account, half, half.Seal(protection), returnUrl, fault: null);
    }

    public static async Task<IResult> Submit(
        HttpContext context,
        IAntiforgery antiforgery,
        SignedInAccount signedIn,
        IDataProtectionProvider protection,
        PointRegistryDb db,
        SecondFactorKeys keys,
        TimeProvider time,
        ILogger<CheckSecondFactor> log,
        CancellationToken ct
    )
    {
        // The form was made for whoever is signed in, or for nobody yet.
        await signedIn.Find(context, ct);
        if (!await antiforgery.IsRequestValidAsync(context))
        {
            return SignIn.StartAgain(context);
        }
        var form = await context.Request.ReadFormAsync(ct);
        var (text, returnUrl) = (form["half"].ToString(), form["returnUrl"].ToString());
        if (
            HalfSignIn.Open(text, protection) is not { Key: { } key } half
            || await db.Accounts.SingleOrDefaultAsync(a => a.Id == half.AccountId, ct) is not { } account
            || !account.MaySignIn(time.GetUtcNow())
        )
        {
            return SignIn.StartAgain(context);
        }
        if (account.HasSecondFactor)
        {
            return AlreadyThere(context, account);
        }
        var digits = string.Concat(form["code"].ToString().Where(c => !char.IsWhiteSpace(c)));
        if (keys.StepOf(digits, key) is not { } step)
        {
            return Page(context, account, half, text, returnUrl, "Mã không đúng. Hãy nhập 6 số mà ứng dụng đang hiện.");
        }
        account.SetSecondFactor(keys.Protect(key), step, time.GetUtcNow());
        var codes = Enumerable.Range(0, RecoveryCode.Together).Select(_ => TypedCode.New()).ToList();
        db.AddRange(codes.Select(c => new RecoveryCode { CodeHash = c.Hash, AccountId = account.Id }));
        await db.SaveChangesAsync(ct);
        log.LogInformation("Account {AccountId} set up a second factor", account.Id);
        await SignIn.Remember(context, account, withSecondFactor: true, time);
        return AccountPage.Show<RecoveryCodesPage>(
            context,
            new { Codes = codes.ConvertAll(c => c.Code), ReturnUrl = SignIn.IsLocal(returnUrl) ? returnUrl : null }
        );
    }

    private static IResult AlreadyThere(HttpContext context, Account account) =>
        AccountPage.Show(
            context,
            new()
            {
                Title = "Xác thực hai lớp",
                Message =
                    $"Tài khoản đã bật xác thực hai lớp từ {VietnamDay.Say(account.SecondFactorSince!.Value)}. Muốn đổi sang máy khác, hãy nhờ quản trị viên đặt lại.",
            }
        );

    private static IResult Page(
        HttpContext context,
        Account account,
        HalfSignIn half,
        string sealedHalf,
        string? returnUrl,
        string? fault
    ) =>
        AccountPage.Show<SetUpSecondFactorPage>(
            context,
            new
            {
                Form = AccountForm.Of(context, Path, returnUrl),
                Half = sealedHalf,
                Key = half.Key!,
                Picture = Picture(SecondFactorKeys.Address(half.Key!, account.UserName)),
                Fault = fault,
            },
            fault is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest
        );

    private static string Picture(string text)
    {
        using var data = QRCodeGenerator.GenerateQrCode(text, QRCodeGenerator.ECCLevel.M);
        using var svg = new SvgQRCode(data);
        return svg.GetGraphic(4, "#14221e", "#ffffff", drawQuietZones: true, SvgQRCode.SizingMode.ViewBoxAttribute);
    }
}
