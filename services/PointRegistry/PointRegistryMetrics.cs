using System.Diagnostics.Metrics;
using LaiChau.PointRegistry.Points;

namespace LaiChau.PointRegistry;

internal sealed class PointRegistryMetrics : IDisposable
{
    private readonly Meter meter = new("LaiChau.PointRegistry");
    private readonly Counter<long> enrolments;
    private readonly Counter<long> tokens;
    private volatile Dictionary<PointState, int> points = [];

    public PointRegistryMetrics()
    {
        enrolments = meter.CreateCounter<long>(
            "laichau.points.enrolments",
            description: "Enrolments tried, by outcome"
        );
        tokens = meter.CreateCounter<long>("laichau.identity.tokens", description: "Token requests, by outcome");
        meter.CreateObservableGauge("laichau.points.count", Points, description: "Points by life-cycle state");
    }

    /// <param name="outcome"><c>enrolled</c>, <c>repeated</c>, or the code of the refusal.</param>
    public void Enrolment(string outcome) => enrolments.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    /// <param name="outcome"><c>issued</c>, or the OAuth error of the refusal.</param>
    public void Token(string outcome) => tokens.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    public void Observe(Dictionary<PointState, int> counted) => points = counted;

    public void Dispose() => meter.Dispose();

    private IEnumerable<Measurement<int>> Points()
    {
        var counted = points;
        return Enum.GetValues<PointState>()
            .Select(state => new Measurement<int>(
                counted.GetValueOrDefault(state),
                new KeyValuePair<string, object?>("state", state.ToString().ToLowerInvariant())
            ));
    }
}
