using LaiChau.ServiceDefaults.Http;
using LaiChau.ServiceDefaults.Identity;

namespace LaiChau.PointRegistry.Accounts.Rules;

internal static class RulesEndpoints
{
    public static void MapRules(this IEndpointRouteBuilder routes)
    {
        var rules = routes.MapGroup("/api/points/rules").WithTags("Rules");
        var own = rules.MapGroup("").RequireAuthorization(Policies.Self);
        own.MapGet("", ListRules.Handle).WithSummary("Every version of the rules, newest first, without their texts");
        own.MapGet("in-force", ListRules.InForce).WithSummary("The version in force, with its text");
        own.MapGet("{version:int}", ListRules.One).WithSummary("One version, with its text");
        own.MapPost("{version:int}/acceptance", AcceptRules.Handle)
            .WithSummary("Accept a version for the own account; said again, it stays as it was");

        var administer = rules.MapGroup("").RequireAuthorization(Policies.Administer);
        administer
            .MapPost("", PublishRules.Handle)
            .WithIdempotencyKey<PointRegistryDb>()
            .WithSummary("Publish the next version, or try it; an Idempotency-Key makes it safe to repeat");
        administer
            .MapGet("acceptances", ListAcceptances.Handle)
            .WithSummary("Who has accepted a version, and who has not");
    }
}
