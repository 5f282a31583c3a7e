using System.Diagnostics.CodeAnalysis;

namespace LaiChau.OpsConsole.Api;

/// <summary>What a call to the platform's API came to: a value, or what went wrong.</summary>
public sealed record Answer<T>
    where T : class
{
    private Answer() { }

    public T? Value { get; private init; }
    public ApiProblem? Problem { get; private init; }

    [MemberNotNullWhen(true, nameof(Value))]
    [MemberNotNullWhen(false, nameof(Problem))]
    public bool Ok => Value is not null;

    public static implicit operator Answer<T>(T value) => new() { Value = value };

    public static implicit operator Answer<T>(ApiProblem problem) => new() { Problem = problem };
}

/// <summary>The answer of a call that has nothing to say but that it worked.</summary>
public sealed record Done
{
    public static readonly Done It = new();
}

/// <summary>One page of an API list.</summary>
public sealed record ApiList<T>
{
    public IReadOnlyList<T> Items { get; init; } = [];
    public string? Next { get; init; }
}
