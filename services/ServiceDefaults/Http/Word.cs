namespace LaiChau.ServiceDefaults.Http;

/// <summary>One of an enum's words in a query, written as JSON writes it (<c>awaitingApproval</c>), upper and lower case alike; never a number.</summary>
public readonly record struct Word<T>(T Value)
    where T : struct, Enum
{
#pragma warning disable CA1000 // Minimal APIs bind by a static method of this name.
    public static bool TryParse(string? text, out Word<T> word)
#pragma warning restore CA1000
    {
        var known = Enum.GetNames<T>().FirstOrDefault(n => n.Equals(text, StringComparison.OrdinalIgnoreCase));
        word = known is null ? default : new Word<T>(Enum.Parse<T>(known));
        return known is not null;
    }
}
