namespace LaiChau.PointRegistry.Units;

/// <summary>What is of a commune today, and goes where the commune goes by a merge.</summary>
internal interface IFollowsUnit
{
    string? UnitCode { get; set; }

    /// <summary>First day of that unit: codes are given again.</summary>
    DateOnly? UnitValidFrom { get; set; }
}
