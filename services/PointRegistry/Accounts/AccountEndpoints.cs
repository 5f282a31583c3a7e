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

        var pages = routes.MapGroup("/account").AllowAnonymous().ExcludeFromDescription();
        pages.MapGet("sign-in", SignIn.Show);
        pages.MapPost("sign-in", SignIn.Submit);
        pages.MapGet("sign-out", SignOut.Show);
        pages.MapPost("sign-out", SignOut.Submit);
    }
}
