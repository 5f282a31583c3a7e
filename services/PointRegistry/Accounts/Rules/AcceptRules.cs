using System.Security.Claims;
using LaiChau.ServiceDefaults;
using LaiChau.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.PointRegistry.Accounts.Rules;

/// <summary>
/// The version in force, or, before its day, one to come: a program's owner accepts in time. What is superseded binds nobody any more.
/// </summary>
internal static class AcceptRules
{
    public static async Task<Results<Ok<RulesAnswer>, ProblemHttpResult>> Handle(
        int version,
        HttpContext context,
        ClaimsPrincipal user,
        PointRegistryDb db,
        TimeProvider time,
        ILogger<RulesAcceptance> log,
        CancellationToken ct
    )
    {
        var rules = await db.Rules.AsNoTracking().SingleOrDefaultAsync(r => r.Version == version, ct);
        if (rules is null)
        {
            return PointRegistryProblems.RulesNotFound.With();
        }
        var id = user.AccountId();
        if (!await db.Accounts.AnyAsync(a => a.Id == id, ct))
        {
            return PointRegistryProblems.AccountNotFound.With();
        }
        var inForce = await RulesInForce.Today(db, time, ct);
        if (version < inForce)
        {
            return PointRegistryProblems.RulesSuperseded.With(
                $"Phiên bản {version} đã hết hiệu lực: phiên bản đang có hiệu lực là {inForce}.",
                ("inForce", inForce)
            );
        }
        var accepted = await Take(db, id, version, context, time, ct);
        log.LogInformation("Rules {Version} accepted by account {AccountId}", version, id);
        return TypedResults.Ok(RulesAnswer.Of(rules, inForce, accepted.At));
    }

    /// <summary>The first time counts.</summary>
    public static async Task<RulesAcceptance> Take(
        PointRegistryDb db,
        Guid account,
        int version,
        HttpContext context,
        TimeProvider time,
        CancellationToken ct
    )
    {
        if (await db.RulesAcceptances.FindAsync([account, version], ct) is { } before)
        {
            return before;
        }
        var acceptance = new RulesAcceptance
        {
            AccountId = account,
            Version = version,
            At = time.GetUtcNow(),
            ClientAddress = context.Connection.RemoteIpAddress?.ToString(),
            ClientAgent = context.Request.Headers.UserAgent.ToString() is { Length: > 0 } agent
                ? agent[..Math.Min(agent.Length, 200)]
                : null,
        };
        db.Add(acceptance);
        try
        {
            await db.SaveChangesAsync(ct);
            return acceptance;
        }
        catch (DbUpdateException taken) when (DatabaseFaults.IsUniqueViolation(taken))
        {
            db.Entry(acceptance).State = EntityState.Detached;
            return await db.RulesAcceptances.SingleAsync(a => a.AccountId == account && a.Version == version, ct);
        }
    }
}
