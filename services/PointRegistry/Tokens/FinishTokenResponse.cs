using LaiChau.PointRegistry.Accounts;
using Microsoft.AspNetCore;
using Microsoft.EntityFrameworkCore;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace LaiChau.PointRegistry.Tokens;

/// <summary>
/// Counts the answer, says in plain words what OpenIddict says in its own, and writes a refusal into the audit trail when the point or the account
/// exists at which somebody tried. What names nobody is a line in the log, and so is each further try at a locked name: nobody fills the trail with them.
/// </summary>
internal sealed class FinishTokenResponse(PointRegistryMetrics metrics, ILogger<FinishTokenResponse> log)
    : IOpenIddictServerHandler<ApplyTokenResponseContext>
{
    public async ValueTask HandleAsync(ApplyTokenResponseContext context)
    {
        var response = context.Response;
        metrics.Token(response.Error ?? "issued");
        if (response.Error is null)
        {
            return;
        }
        var services = context.Transaction.GetHttpRequest()!.HttpContext.RequestServices;
        var lockedUntil = services.GetRequiredService<CheckPassword>().LockedUntil;
        if (lockedUntil is not null)
        {
            response.ErrorDescription = $"Too many wrong passwords: locked until {lockedUntil:u}.";
        }
        else if (
            context.Request?.ClientAssertion is not null
            && response is { Error: Errors.InvalidClient, ErrorUri: not null }
        )
        {
            // OpenIddict's own words; what else an assertion can lack, ReadAssertion has said before.
            response.ErrorDescription = "The assertion is not signed with the key that this client has now.";
            response.ErrorUri = null;
        }
        log.LogWarning("Token refused: {Error}, {Description}", response.Error, response.ErrorDescription);
        var db = services.GetRequiredService<PointRegistryDb>();
        if (lockedUntil is null && await SubjectOf(context.Request?.ClientId, db) is { } subject)
        {
            db.ChangeTracker.Clear();
            db.Note(
                "refused",
                "token",
                subject.ToString(),
                new() { ["code"] = response.Error, ["reason"] = response.ErrorDescription }
            );
            await db.SaveChangesAsync(context.CancellationToken);
        }
    }

    private static async Task<Guid?> SubjectOf(string? clientId, PointRegistryDb db)
    {
        if (Guid.TryParse(clientId, out var point))
        {
            return await db.Points.AnyAsync(p => p.Id == point) ? point : null;
        }
        var userName = Account.Normalize(clientId ?? "");
        var account = await db
            .Accounts.Where(a => a.UserName == userName)
            .Select(a => new { a.Id })
            .SingleOrDefaultAsync();
        return account?.Id;
    }
}
