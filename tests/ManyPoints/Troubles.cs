using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace LaiChau.ManyPoints;

/// <summary>What points warn of: a link that failed, an answer that was refused, an attempt to be made again.</summary>
internal sealed class Troubles : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<string> _said = new();

    public IReadOnlyList<string> Said => [.. _said];

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    )
    {
        if (IsEnabled(logLevel))
        {
            _said.Enqueue($"{formatter(state, exception)} {exception}".Trim());
        }
    }

    public void Dispose() { }
}
