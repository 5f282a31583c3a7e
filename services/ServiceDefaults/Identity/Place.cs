using System.Security.Claims;

namespace LaiChau.ServiceDefaults.Identity;

/// <summary>How far a power reaches: the whole province, the points of some units, or single points.</summary>
/// <param name="IsProvince">Everything; the lists are empty then.</param>
/// <param name="Units">Codes of units.</param>
/// <param name="Points">Ids of points.</param>
public sealed record Place(bool IsProvince, IReadOnlyList<string> Units, IReadOnlyList<Guid> Points)
{
    /// <summary>The claim of an account that is bound to a place: <c>unit:03478</c> or <c>point:{id}</c>.</summary>
    public const string Claim = "place";
    private const string UnitPrefix = "unit:";
    private const string PointPrefix = "point:";

    /// <summary>All of it.</summary>
    public static Place Province { get; } = new(true, [], []);

    public static string OfUnit(string code) => UnitPrefix + code;

    public static string OfPoint(Guid id) => PointPrefix + id;

    public bool Covers(string? unitCode, Guid point) =>
        IsProvince || Points.Contains(point) || (unitCode is not null && Units.Contains(unitCode));

    /// <summary>
    /// Over what the user has the power of <paramref name="policy"/>. Only a role that gives this power counts: an editor who also runs a point sees the
    /// whole province, and runs that one point.
    /// </summary>
    internal static Place Of(ClaimsPrincipal user, string policy)
    {
        if (Policies.RolesOf(policy).Any(r => Roles.OfProvince.Contains(r) && user.IsInRole(r)))
        {
            return Province;
        }
        var claims = user.FindAll(Claim).Select(c => c.Value).ToList();
        return new(
            false,
            [
                .. claims
                    .Where(c => c.StartsWith(UnitPrefix, StringComparison.Ordinal))
                    .Select(c => c[UnitPrefix.Length..]),
            ],
            [
                .. claims
                    .Where(c => c.StartsWith(PointPrefix, StringComparison.Ordinal))
                    .Select(c => Guid.Parse(c.AsSpan(PointPrefix.Length))),
            ]
        );
    }
}
