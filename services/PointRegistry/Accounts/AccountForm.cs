using Microsoft.AspNetCore.Antiforgery;

namespace LaiChau.PointRegistry.Accounts;

/// <summary>Where a form of these pages goes, and what it carries so that it comes from one of them.</summary>
public sealed record AccountForm(string Action, string TokenField, string? Token, string? ReturnUrl)
{
    internal static AccountForm Of(HttpContext context, string action, string? returnUrl)
    {
        var tokens = context.RequestServices.GetRequiredService<IAntiforgery>().GetAndStoreTokens(context);
        return new(action, tokens.FormFieldName, tokens.RequestToken, SignIn.IsLocal(returnUrl) ? returnUrl : null);
    }
}
