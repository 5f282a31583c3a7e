namespace LaiChau.PointAgent.Pull;

/// <param name="Until">When to come again.</param>
/// <param name="Why">For the log and the server.</param>
/// <param name="Said">The same, shorter, for the officer.</param>
internal sealed record PutOff(DateTimeOffset Until, string Why, string Said)
{
    /// <summary>The server is to hear of it soon.</summary>
    public bool IsToBeTold { get; init; } = true;
}

internal sealed class PutOffException(PutOff put) : Exception(put.Why)
{
    public PutOff Put => put;
}
