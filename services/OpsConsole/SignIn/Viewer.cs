using System.Security.Claims;

namespace LaiChau.OpsConsole.SignIn;

/// <summary>Who looks at the page, and which buttons they get. The API decides in the end; this only spares a refusal.</summary>
internal sealed class Viewer(IHttpContextAccessor current)
{
    private ClaimsPrincipal User => current.HttpContext!.User;

    public string Id => User.FindFirstValue("sub") ?? "";
    public string Name => User.FindFirstValue("name") ?? Id;
    public string? VisitorId => User.FindFirstValue(Session.Visitor);
    public IEnumerable<string> Roles => User.FindAll("role").Select(c => c.Value);

    public bool MayEdit => IsAny("editor", "admin");
    public bool MayReview => IsAny("reviewer", "admin");
    public bool MayRecall => IsAny("reviewer", "ops", "admin");

    /// <summary>Not bound to a place: sees what is worked on for the whole province.</summary>
    public bool SeesProvince => IsAny("admin", "editor", "reviewer", "ops");
    public bool MayOrganise => IsAny("ops", "admin");
    public bool MayManage => IsAny("ops", "admin", "commune");
    public bool MayOperate => IsAny("ops", "admin", "commune", "manager");
    public bool MayAdminister => IsAny("admin");

    public bool Is(Guid? account) => account is { } id && id.ToString() == Id;

    private bool IsAny(params ReadOnlySpan<string> roles)
    {
        foreach (var role in roles)
        {
            if (User.HasClaim("role", role))
            {
                return true;
            }
        }
        return false;
    }
}
