using System.Text.Json;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.PointRegistry.Accounts.Keys;

/// <summary>The own keys on a page: who needs a second factor has no token for the API before the first key is there.</summary>
internal static class OwnKeys
{
    public const string Path = "/account/keys";

    public static async Task<IResult> Show(
        HttpContext context,
        SignedInAccount signedIn,
        PointRegistryDb db,
        CancellationToken ct
    ) =>
        await signedIn.Find(context, ct) is { } account
            ? await Page(context, account, db, fault: null, ct)
            : SignIn.GoFirst(context, Path);

    public static async Task<IResult> Submit(
        HttpContext context,
        IAntiforgery antiforgery,
        SignedInAccount signedIn,
        PointRegistryDb db,
        TimeProvider time,
        ILogger<AccountKey> log,
        CancellationToken ct
    )
    {
        if (await signedIn.Find(context, ct) is not { } account)
        {
            return SignIn.GoFirst(context, Path);
        }
        if (!await antiforgery.IsRequestValidAsync(context))
        {
            return await Page(context, account, db, "Trang đã mở quá lâu. Hãy làm lại.", ct);
        }
        var form = await context.Request.ReadFormAsync(ct);
        if (Guid.TryParse(form["revoke"], out var key))
        {
            await RevokeKey.Handle(account.Id, key, context.User, db, time, log, ct);
            return TypedResults.LocalRedirect(context.Request.PathBase + Path);
        }
        var request = new RegisterKeyRequest(
            form["name"].ToString().Normalize(),
            JsonSerializer.SerializeToElement(form["publicKey"].ToString())
        );
        var answer = await RegisterKey.Handle(account.Id, request, context.User, db, time, log, ct);
        if (answer.Result is ProblemHttpResult refusal)
        {
            db.ChangeTracker.Clear();
            return await Page(context, account, db, refusal.ProblemDetails.Detail, ct);
        }
        return TypedResults.LocalRedirect(context.Request.PathBase + Path);
    }

    private static async Task<IResult> Page(
        HttpContext context,
        Account account,
        PointRegistryDb db,
        string? fault,
        CancellationToken ct
    )
    {
        var keys = await db
            .AccountKeys.AsNoTracking()
            .Where(k => k.AccountId == account.Id && k.RevokedAt == null)
            .OrderBy(k => k.Id)
            .ToListAsync(ct);
        return AccountPage.Show<KeysPage>(
            context,
            new
            {
                Form = AccountForm.Of(context, Path, returnUrl: null),
                Keys = keys.ConvertAll(k => (k.Id, k.Name, k.Thumbprint)),
                Fault = fault,
            },
            fault is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest
        );
    }
}
