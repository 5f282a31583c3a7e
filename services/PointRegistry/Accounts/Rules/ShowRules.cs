using System.Globalization;
using LaiChau.PointRegistry.Tokens;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.PointRegistry.Accounts.Rules;

/// <summary>Between the sign-in and the first code: the rules in force. Who does not accept them is signed out.</summary>
internal static class ShowRules
{
    public const string Path = "/account/rules";

    /// <summary>To the rules, and back to here after them.</summary>
    public static IResult GoFirst(HttpContext context, string returnUrl) =>
        TypedResults.LocalRedirect(
            QueryHelpers.AddQueryString(
                context.Request.PathBase + Path,
                "returnUrl",
                context.Request.PathBase + returnUrl
            )
        );

    public static async Task<IResult> Show(
        string? returnUrl,
        HttpContext context,
        SignedInAccount signedIn,
        PointRegistryDb db,
        TimeProvider time,
        CancellationToken ct
    ) =>
        await signedIn.Find(context, ct) is { } account
            ? await Page(context, account, returnUrl, db, time, ct)
            : SignIn.GoFirst(context, Path);

    public static async Task<IResult> Submit(
        HttpContext context,
        IAntiforgery antiforgery,
        SignedInAccount signedIn,
        PointRegistryDb db,
        TimeProvider time,
        CancellationToken ct
    )
    {
        if (await signedIn.Find(context, ct) is not { } account)
        {
            return SignIn.GoFirst(context, Path);
        }
        var form = await context.Request.ReadFormAsync(ct);
        var returnUrl = form["returnUrl"].ToString();
        var awaited = await RulesInForce.Awaited(db, account.Id, time, ct);
        var said = int.TryParse(form["version"], CultureInfo.InvariantCulture, out var version) ? version : 0;
        // The page may have been open over the day on which the next version began.
        if (!await antiforgery.IsRequestValidAsync(context) || (awaited is not null && awaited != said))
        {
            return await Page(context, account, returnUrl, db, time, ct);
        }
        if (form["answer"] == "accept")
        {
            if (awaited is not null)
            {
                await AcceptRules.Take(db, account.Id, said, context, time, ct);
            }
            return SignIn.GoOn(context, returnUrl);
        }
        db.Note("declined", "rules-acceptance", $"{account.Id}/{said}");
        await db.SaveChangesAsync(ct);
        await context.SignOutAsync(SignIn.Scheme);
        return AccountPage.Show(
            context,
            new()
            {
                Title = "Chưa chấp nhận quy chế",
                Message = "Bạn đã đăng xuất. Muốn dùng nền tảng, hãy đăng nhập lại và chấp nhận quy chế.",
            }
        );
    }

    private static async Task<IResult> Page(
        HttpContext context,
        Account account,
        string? returnUrl,
        PointRegistryDb db,
        TimeProvider time,
        CancellationToken ct
    )
    {
        if (await RulesInForce.Today(db, time, ct) is not { } version)
        {
            return SignIn.GoOn(context, returnUrl);
        }
        var rules = await db.Rules.AsNoTracking().SingleAsync(r => r.Version == version, ct);
        var accepted = await db.RulesAcceptances.FindAsync([account.Id, version], ct);
        if (accepted is not null && SignIn.IsLocal(returnUrl))
        {
            return SignIn.GoOn(context, returnUrl);
        }
        return AccountPage.Show<RulesPage>(
            context,
            new
            {
                Form = AccountForm.Of(context, Path, returnUrl),
                rules.Title,
                rules.Text,
                Origin = $"Phiên bản {version}, có hiệu lực từ ngày {rules.InForceFrom:dd/MM/yyyy}"
                    + (rules.Act is { } act ? $", căn cứ {act.Number}." : "."),
                Version = version,
                AcceptedAt = accepted?.At,
            }
        );
    }
}
