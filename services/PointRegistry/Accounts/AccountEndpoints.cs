using LaiChau.PointRegistry.Accounts.Keys;
using LaiChau.PointRegistry.Accounts.Passwords;
using LaiChau.PointRegistry.Accounts.PointCodes;
using LaiChau.PointRegistry.Accounts.Rules;
using LaiChau.PointRegistry.Accounts.SecondFactors;
using LaiChau.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Identity;

namespace LaiChau.PointRegistry.Accounts;

internal static class AccountEndpoints
{
    public static void AddAccounts(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton<IPasswordHasher<Account>, PasswordHasher<Account>>();
        services.AddScoped<CheckPassword>();
        services.AddScoped<CheckSecondFactor>();
        services.AddScoped<SignedInAccount>();
        services.AddSingleton<SecondFactorKeys>();
        services.AddRazorComponents();
        services.AddAntiforgery();
        // Not the default scheme: the API's own is the bearer token.
        services
            .AddAuthentication()
            .AddCookie(
                SignIn.Scheme,
                cookie =>
                {
                    cookie.Cookie.Name = SignIn.Scheme;
                    cookie.Cookie.SameSite = SameSiteMode.Lax;
                    cookie.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
                    cookie.ExpireTimeSpan = TimeSpan.FromHours(8);
                    cookie.SlidingExpiration = false;
                    cookie.LoginPath = SignIn.Path;
                }
            );
    }

    public static void MapAccounts(this IEndpointRouteBuilder routes)
    {
        var accounts = routes
            .MapGroup("/api/points/accounts")
            .WithTags("Accounts")
            .RequireAuthorization(Policies.Administer);
        accounts.MapPost("", CreateAccount.Handle).WithSummary("Create an account");
        accounts.MapGet("", ListAccounts.Handle).WithSummary("Accounts");
        accounts.MapPut("{id:guid}", ChangeAccount.Handle).WithSummary("Change an account's name, roles, place or end");
        accounts
            .MapPost("{id:guid}/disable", DisableAccount.Handle)
            .WithSummary("Disable an account: it gets no tokens");
        accounts.MapPost("{id:guid}/enable", DisableAccount.Undo).WithSummary("Enable an account again");
        accounts
            .MapDelete("{id:guid}/second-factor", ResetSecondFactor.Handle)
            .WithSummary("Take an account's second factor away: the next sign-in sets up a new one");
        accounts
            .MapPost("{id:guid}/password-resets", IssuePasswordReset.Handle)
            .WithSummary("Issue a code with which somebody chooses a new password once");
        accounts.MapGet("{id:guid}/keys", ListKeys.Handle).WithSummary("An account's keys");
        accounts.MapPost("{id:guid}/keys", RegisterKey.Handle).WithSummary("Register a key of an account");
        accounts
            .MapPost("{id:guid}/keys/{keyId:guid}/revoke", RevokeKey.Handle)
            .WithSummary("Revoke a key of an account: its tokens are void");

        var own = routes.MapGroup("/api/points/accounts/me").WithTags("Accounts").RequireAuthorization(Policies.Self);
        own.MapPost("password", ChangePassword.Handle).WithSummary("Change the own password: every session ends");
        own.MapPost("point-code", SetPointCode.Handle)
            .WithSummary("Choose the digits by which the own point knows its officer while the link is away");
        own.MapGet("keys", ListKeys.Own).WithSummary("The own keys");
        own.MapPost("keys", RegisterKey.Own).WithSummary("Register a key of one's own");
        own.MapPost("keys/{keyId:guid}/revoke", RevokeKey.Own).WithSummary("Revoke an own key: its tokens are void");

        var pages = routes.MapGroup("/account").AllowAnonymous().ExcludeFromDescription();
        pages.MapGet("sign-in", SignIn.Show);
        pages.MapPost("sign-in", SignIn.Submit);
        pages.MapGet("sign-out", SignOut.Show);
        pages.MapPost("sign-out", SignOut.Submit);
        pages.MapGet("keys", OwnKeys.Show);
        pages.MapPost("keys", OwnKeys.Submit);
        pages.MapGet("password", ChangePassword.Show);
        pages.MapPost("password", ChangePassword.Submit);
        pages.MapGet("point-code", SetPointCode.Show);
        pages.MapPost("point-code", SetPointCode.Submit);
        pages.MapGet("reset", ResetPassword.Show);
        pages.MapPost("reset", ResetPassword.Submit);
        pages.MapGet("rules", ShowRules.Show);
        pages.MapPost("rules", ShowRules.Submit);
        pages.MapPost("second-factor", EnterSecondFactor.Submit);
        pages.MapGet("second-factor/set-up", SetUpSecondFactor.Show);
        pages.MapPost("second-factor/set-up", SetUpSecondFactor.Submit);
    }
}
