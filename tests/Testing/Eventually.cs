using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace LaiChau.Testing;

/// <summary>Polls until something holds; the failure says what was last seen.</summary>
public static class Eventually
{
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    /// <summary>Until the assertions in <paramref name="attempt"/> pass; answers what it answers.</summary>
    public static async Task<T> Passes<T>(
        Func<Task<T>> attempt,
        TimeSpan? timeout = null,
        [CallerArgumentExpression(nameof(attempt))] string? what = null,
        TimeSpan? interval = null
    )
    {
        var limit = timeout ?? DefaultTimeout;
        var watch = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                return await attempt();
            }
            catch (Exception last) when (watch.Elapsed < limit)
            {
                _ = last;
                await Task.Delay(interval ?? Interval);
            }
            catch (Exception last)
            {
                throw new TimeoutException(
                    $"Not after {limit.TotalSeconds:0.#} s: {what}\nLast failure: {last.Message}",
                    last
                );
            }
        }
    }

    public static Task Passes(
        Func<Task> attempt,
        TimeSpan? timeout = null,
        [CallerArgumentExpression(nameof(attempt))] string? what = null,
        TimeSpan? interval = null
    ) =>
        Passes(
            async () =>
            {
                await attempt();
                return true;
            },
            timeout,
            what,
            interval
        );

    /// <summary>Until <paramref name="condition"/> answers true.</summary>
    public static Task Holds(
        Func<Task<bool>> condition,
        TimeSpan? timeout = null,
        [CallerArgumentExpression(nameof(condition))] string? what = null,
        TimeSpan? interval = null
    ) =>
        Passes(
            async () =>
            {
                if (!await condition())
                {
                    throw new InvalidOperationException("it answered false");
                }
            },
            timeout,
            what,
            interval
        );
}
