using System.Security.Claims;
using LaiChau.PointRegistry.Acts;
using LaiChau.ServiceDefaults;
using LaiChau.ServiceDefaults.Http;
using LaiChau.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.PointRegistry.Accounts.Rules;

/// <param name="Text">As people read it: plain, or Markdown, which is readable as it stands.</param>
/// <param name="InForceFrom">First day; today or later, and never before the last version's.</param>
/// <param name="Act">The number, or the id, of the act that they rest on.</param>
internal sealed record PublishRulesRequest(string Title, string Text, DateOnly InForceFrom, string? Act = null)
{
    private const int LongestText = 100_000;

    public ProblemHttpResult? Fault(DateOnly today, RulesVersion? last) =>
        Title.Trim() is not { Length: > 0 and <= 200 }
            ? PointRegistryProblems.Invalid("title", "Tên quy chế phải có từ 1 đến 200 ký tự.")
        : string.IsNullOrWhiteSpace(Text) || Text.Length > LongestText
            ? PointRegistryProblems.Invalid("text", $"Nội dung quy chế phải có từ 1 đến {LongestText} ký tự.")
        : InForceFrom < today
            ? PointRegistryProblems.Invalid("inForceFrom", "Ngày có hiệu lực không được ở trong quá khứ.")
        : InForceFrom < last?.InForceFrom
            ? PointRegistryProblems.Invalid(
                "inForceFrom",
                $"Phiên bản {last.Version} có hiệu lực từ {last.InForceFrom:dd/MM/yyyy}: phiên bản sau không được có hiệu lực trước ngày đó."
            )
        : null;
}

internal static class PublishRules
{
    /// <param name="dryRun">Publishes nothing, and says what it would.</param>
    public static async Task<Results<Created<RulesAnswer>, Ok<RulesAnswer>, ProblemHttpResult>> Handle(
        PublishRulesRequest request,
        bool? dryRun,
        ClaimsPrincipal user,
        PointRegistryDb db,
        TimeProvider time,
        ILogger<RulesVersion> log,
        CancellationToken ct
    )
    {
        var last = await db.Rules.AsNoTracking().OrderByDescending(r => r.Version).FirstOrDefaultAsync(ct);
        if (request.Fault(VietnamDay.Today(time), last) is { } fault)
        {
            return fault;
        }
        var (act, unknown) = await FindAct.Cited(db, request.Act, ct);
        if (unknown is not null)
        {
            return unknown;
        }
        var rules = RulesVersion.Publish((last?.Version ?? 0) + 1, request, act, time.GetUtcNow(), user.AccountId());
        if (dryRun is true)
        {
            return TypedResults.Ok(RulesAnswer.Of(rules, await RulesInForce.Today(db, time, ct)));
        }
        db.Rules.Add(rules);
        try
        {
            await db.SaveChangesAsync(ct);
        }
        catch (DbUpdateException taken) when (DatabaseFaults.IsUniqueViolation(taken))
        {
            return Problem.Conflict.With(
                $"Phiên bản {rules.Version} vừa được người khác ban hành. Hãy xem lại rồi ban hành tiếp nếu vẫn cần."
            );
        }
        log.LogInformation(
            "Rules {Version}, in force from {Day}, published by {By}",
            rules.Version,
            rules.InForceFrom,
            rules.PublishedById
        );
        return TypedResults.Created(
            $"/api/points/rules/{rules.Version}",
            RulesAnswer.Of(rules, await RulesInForce.Today(db, time, ct))
        );
    }
}
