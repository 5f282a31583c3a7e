namespace LaiChau.PointAgent.Identity;

/// <summary>Who this point is: the server's answer to its enrolment.</summary>
internal sealed record PointIdentity(
    Guid PointId,
    string Name,
    string? UnitCode,
    string? UnitName,
    string[] Languages,
    string[] Feeds,
    Uri TokenEndpoint
)
{
    public bool IsSame(PointIdentity other) =>
        (PointId, Name, UnitCode, UnitName, TokenEndpoint)
            == (other.PointId, other.Name, other.UnitCode, other.UnitName, other.TokenEndpoint)
        && Languages.SequenceEqual(other.Languages)
        && Feeds.SequenceEqual(other.Feeds);
}
