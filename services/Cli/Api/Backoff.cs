namespace LaiChau.Cli.Api;

internal static class Backoff
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    /// <summary>0.5 s, 1 s, 2 s … 30 s, a little less at random so that many clients do not come back at once; never sooner than the server asked.</summary>
    public static TimeSpan After(int attempt, ServerUnreachableException fault)
    {
        var wait = TimeSpan.FromSeconds(0.5 * Math.Pow(2, Math.Min(attempt, 10) - 1));
        wait = (wait < Longest ? wait : Longest) * (0.75 + Random.Shared.NextDouble() / 4);
        return fault.RetryAfter is { } asked && asked > wait ? asked : wait;
    }
}
