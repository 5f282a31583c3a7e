using LaiChau.Distribution.Content;

namespace LaiChau.Distribution.Feeds;

/// <summary>A delta as the feed lists it.</summary>
/// <param name="From">The release it starts from.</param>
/// <param name="To">The release it leads to.</param>
/// <param name="Delta">Where it lies, and what is signed of it.</param>
public sealed record DeltaReference(Guid From, Guid To, HeadedObject Delta);
