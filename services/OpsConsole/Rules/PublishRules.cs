using LaiChau.OpsConsole.Api;
using LaiChau.OpsConsole.Shell;

namespace LaiChau.OpsConsole.Rules;

/// <summary>Written, tried and read once more as everybody will read it, then published: it cannot be taken back.</summary>
internal static class PublishRules
{
    public static IResult Form() => Page(null, null);

    public static async Task<IResult> Handle(HttpContext http, RulesApi rules)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var draft = new RulesDraft(
            form.Text("ten") ?? "",
            // The digest is of the text, not of how a browser ends lines.
            form.Text("noi-dung")?.ReplaceLineEndings("\n")
                ?? "",
            form.Day("tu"),
            form.Text("can-cu")
        );
        switch (form.Text("lenh"))
        {
            case "sua-lai":
                return Page(draft, null);
            case "ban-hanh":
                var done = await rules.Publish(draft, form.Mark());
                return done.Ok
                    ? Show.Done(ConsoleRoutes.RulesVersion(done.Value.Version), "quy-che-moi")
                    : Page(draft, done.Problem);
            default:
                var would = await rules.Try(draft);
                return would.Ok
                    ? Show.Page<ConfirmRulesPage>(new { Draft = draft, Would = would.Value })
                    : Page(draft, would.Problem);
        }
    }

    private static IResult Page(RulesDraft? draft, ApiProblem? problem) =>
        Show.Page<PublishRulesPage>(
            new { Draft = draft, Problem = problem },
            problem?.PageStatus ?? StatusCodes.Status200OK
        );
}
