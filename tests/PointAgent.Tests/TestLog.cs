using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace LaiChau.PointAgent.Tests;

/// <summary>What the agent says, in the output of the test it says it in, and in a list.</summary>
internal sealed class TestLog(ConcurrentQueue<string> lines) : ILoggerProvider, ILogger
{
    private readonly ITestOutputHelper? _output = TestContext.Current.TestOutputHelper;

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    )
    {
        var line = $"{logLevel}: {formatter(state, exception)} {exception}";
        lines.Enqueue(line);
        try
        {
            _output?.WriteLine(line);
        }
        catch (InvalidOperationException)
        {
            // The test is over.
        }
    }

    public void Dispose() { }
}
