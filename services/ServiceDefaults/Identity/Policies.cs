using Microsoft.AspNetCore.Authorization;

namespace LaiChau.ServiceDefaults.Identity;

public static class Roles
{
    public const string Admin = "admin";
    public const string Editor = "editor";
    public const string Reviewer = "reviewer";
    public const string Ops = "ops";
    public const string Officer = "officer";
    public const string Point = "point";

    /// <summary>What a person's account may hold; <see cref="Point"/> is for machines at points.</summary>
    public static readonly IReadOnlyList<string> OfAccounts = [Admin, Editor, Reviewer, Ops, Officer];
}

/// <summary>Who may do what, in one place.</summary>
public static class Policies
{
    public const string Read = "read";
    public const string Edit = "edit";
    public const string Review = "review";
    public const string Recall = "recall";
    public const string Operate = "operate";
    public const string Administer = "administer";
    public const string Audit = "audit";
    public const string Point = "point";

    private static readonly (string Policy, string[] Roles)[] Table =
    [
        (Read, [Roles.Admin, Roles.Editor, Roles.Reviewer, Roles.Ops, Roles.Officer]),
        (Edit, [Roles.Editor, Roles.Admin]),
        (Review, [Roles.Reviewer, Roles.Admin]),
        (Recall, [Roles.Reviewer, Roles.Ops, Roles.Admin]),
        (Operate, [Roles.Ops, Roles.Admin]),
        (Administer, [Roles.Admin]),
        (Audit, [Roles.Admin]),
        (Point, [Roles.Point]),
    ];

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
