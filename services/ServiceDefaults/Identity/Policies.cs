using Microsoft.AspNetCore.Authorization;

namespace LaiChau.ServiceDefaults.Identity;

public static class Roles
{
    public const string Admin = "admin";
    public const string Editor = "editor";
    public const string Reviewer = "reviewer";
    public const string Ops = "ops";

    /// <summary>A commune's People's Committee: manages the points of its unit.</summary>
    public const string Commune = "commune";

    /// <summary>Answers for one point.</summary>
    public const string Manager = "manager";

    /// <summary>Runs one point from day to day.</summary>
    public const string Officer = "officer";

    /// <summary>A machine at a point.</summary>
    public const string Point = "point";

    /// <summary>Roles whose power reaches over the whole province.</summary>
    public static readonly IReadOnlyList<string> OfProvince = [Admin, Editor, Reviewer, Ops];

    /// <summary>What a person's account may hold; <see cref="Point"/> is for machines at points.</summary>
    public static readonly IReadOnlyList<string> OfAccounts = [.. OfProvince, Commune, Manager, Officer];
}

/// <summary>Who may do what, in one place. Organise, manage and operate are three powers; which role has which over a place is <see cref="Place"/>'s business.</summary>
public static class Policies
{
    /// <summary>To see points and units: each role those of its place.</summary>
    public const string Read = "read";

    /// <summary>To see what is worked on for the whole province: content, bulletins, coverage.</summary>
    public const string Watch = "watch";
    public const string Edit = "edit";
    public const string Review = "review";
    public const string Recall = "recall";

    /// <summary>To set points up and close them.</summary>
    public const string Organise = "organise";

    /// <summary>To change and suspend points.</summary>
    public const string Manage = "manage";

    /// <summary>To put a machine to work at a point.</summary>
    public const string Operate = "operate";

    /// <summary>To see to what goes on at points: cases and people, which are no business of those who write content.</summary>
    public const string Attend = "attend";

    /// <summary>To look after the own account.</summary>
    public const string Self = "self";

    /// <summary>To look after the platform itself.</summary>
    public const string Maintain = "maintain";
    public const string Administer = "administer";
    public const string Audit = "audit";
    public const string Point = "point";

    private static readonly Dictionary<string, string[]> Table = new()
    {
        [Read] = [Roles.Admin, Roles.Editor, Roles.Reviewer, Roles.Ops, Roles.Commune, Roles.Manager, Roles.Officer],
        [Watch] = [Roles.Admin, Roles.Editor, Roles.Reviewer, Roles.Ops],
        [Edit] = [Roles.Admin, Roles.Editor],
        [Review] = [Roles.Admin, Roles.Reviewer],
        [Recall] = [Roles.Admin, Roles.Reviewer, Roles.Ops],
        [Organise] = [Roles.Admin, Roles.Ops],
        [Manage] = [Roles.Admin, Roles.Ops, Roles.Commune],
        [Operate] = [Roles.Admin, Roles.Ops, Roles.Commune, Roles.Manager],
        [Attend] = [Roles.Admin, Roles.Ops, Roles.Commune, Roles.Manager, Roles.Officer],
        [Self] = [.. Roles.OfAccounts],
        [Maintain] = [Roles.Admin, Roles.Ops],
        [Administer] = [Roles.Admin],
        [Audit] = [Roles.Admin],
        [Point] = [Roles.Point],
    };

    /// <summary>The roles that a policy lets in.</summary>
    public static IReadOnlyList<string> RolesOf(string policy) => Table[policy];

    internal static void Configure(AuthorizationOptions options)
    {
        foreach (var (policy, roles) in Table)
        {
            options.AddPolicy(policy, p => p.RequireAuthenticatedUser().RequireRole(roles));
        }
        // A route that forgets to say who may use it is closed.
        options.FallbackPolicy = new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build();
    }
}
