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
);
