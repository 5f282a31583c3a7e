using System.Security.Claims;

namespace LaiChau.OpsConsole.SignIn;

/// <summary>Who looks at the page, and which buttons they get. The API decides in the end; this only spares a refusal.</summary>
internal sealed class Viewer(IHttpContextAccessor current)
{
    private const string UnitPrefix = "unit:";

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

    /// <summary>Sees to what goes on at points: cases, people, training.</summary>
    public bool MayAttend => IsAny("ops", "admin", "commune", "manager", "officer");
    public bool MayAdminister => IsAny("admin");

    /// <summary>The commune that the account is bound to.</summary>
    public string? UnitCode =>
        User.FindAll(Session.Place)
            .Select(c => c.Value)
            .FirstOrDefault(p => p.StartsWith(UnitPrefix, StringComparison.Ordinal))
            ?[UnitPrefix.Length..];

    public bool IsOfOnePoint => !SeesProvince && UnitCode is null;

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
