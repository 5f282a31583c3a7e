using LaiChau.OpsConsole.Shell;
using LaiChau.OpsConsole.SignIn;

namespace LaiChau.OpsConsole.Rules;

internal static class RulesEndpoints
{
    public static void MapRules(this RouteGroupBuilder console)
    {
        var rules = console.MapGroup("/quy-che").AddEndpointFilter<AdministratorsOnly>();
        rules.MapGet("", () => Show.Page<RulesListPage>());
        rules.MapGet("/moi", PublishRules.Form);
        rules.MapPost("/moi", PublishRules.Handle);
        rules.MapGet("/{version:int}", ShowRules.Handle);
        rules.MapGet("/{version:int}/chap-nhan", ShowAcceptances.Handle);
    }
}
