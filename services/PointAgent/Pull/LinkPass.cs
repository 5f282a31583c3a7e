using System.Globalization;
using LaiChau.Distribution.Content;
using LaiChau.PointAgent.Library;
using LaiChau.PointAgent.Portal;

namespace LaiChau.PointAgent.Pull;

/// <summary>One release's leave to use the link: asked for before each way is taken, and again at every read.</summary>
internal sealed class LinkPass(AgentOptions options, LinkBudget budget, RateCap cap, TrustedClock clock, bool isUrgent)
{
    /// <summary>So little is fetched at any hour.</summary>
    public const int Small = 256 * 1024;

    private long _asked;
    private string _what = "";

    /// <summary>For so much at most, on top of what has come.</summary>
    /// <param name="bytes">Of bodies.</param>
    /// <param name="requests">How many.</param>
    /// <param name="what">The way.</param>
    /// <returns>The way, and what is left this month if that is limited.</returns>
    /// <exception cref="PutOffException">Not now.</exception>
    public string Ask(long bytes, int requests, string what)
    {
        (_asked, _what) = (bytes, what);
        if (requests == 0)
            return what;
        RequireOpen();
        // The layers below take a part of their own.
        var cost = bytes + bytes / 128 + (long)requests * UpdatePlan.RequestCost;
        var left = budget.Left(isUrgent);
        if (cost > left)
            throw Spent(left, cost);
        return left == long.MaxValue ? what : $"{what}, within {Grouped(left)} bytes left this month";
    }

    /// <summary>Waits until there may be more.</summary>
    /// <returns>How much to read at once.</returns>
    /// <exception cref="PutOffException">The budget is spent, or the hours are over.</exception>
    public async ValueTask<int> Admit(int most, CancellationToken stop)
    {
        RequireOpen();
        var left = budget.Left(isUrgent);
        if (left <= 0)
            throw Spent(left);
        most = (int)Math.Min(most, left);
        return isUrgent ? most : await cap.Wait(most, stop);
    }

    public void Came(int bytes)
    {
        if (!isUrgent)
            cap.Spend(bytes);
    }

    private void RequireOpen()
    {
        if (!isUrgent && _asked > Small && TimeWindow.ClosedUntil(options.Windows, clock.Now) is { } opens)
            throw new PutOffException(
                new(
                    opens,
                    $"{_what}: not at this hour",
                    $"Chờ đến {opens.ToOffset(Say.Zone).ToString("HH:mm", CultureInfo.InvariantCulture)}"
                )
            );
    }

    private PutOffException Spent(long left, long cost = 0) =>
        new(
            new(
                budget.NextMonth,
                $"{_what}: not within {Grouped(Math.Max(0, left))} bytes left this month",
                cost > budget.Most(isUrgent)
                    ? "Lớn hơn dung lượng của cả một tháng"
                    : "Chờ sang tháng sau: hết dung lượng tháng"
            )
        );

    private static string Grouped(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
