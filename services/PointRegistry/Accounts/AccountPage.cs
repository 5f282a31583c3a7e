using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LaiChau.PointRegistry.Accounts;

/// <summary>What the page of sign-in and sign-out shows.</summary>
internal sealed record AccountPage
{
    public required string Title { get; init; }
    public string? Message { get; init; }
    public bool IsError { get; init; }
    public AccountForm? Form { get; init; }
    public bool AsksPassword { get; init; }
    public string? UserName { get; init; }

    public static IResult Show(HttpContext context, AccountPage page, int status = StatusCodes.Status200OK) =>
        Show<SignInPage>(context, page, status);

    public static IResult Show<TPage>(HttpContext context, object parameters, int status = StatusCodes.Status200OK)
        where TPage : IComponent
    {
        var headers = context.Response.Headers;
        headers.CacheControl = "no-store";
        headers.ContentSecurityPolicy =
            "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        return new RazorComponentResult<TPage>(parameters) { StatusCode = status };
    }
}
