namespace LaiChau.Distribution.Trust;

/// <summary>Trust that ends with the program: for a reader who is given the root anew each time.</summary>
public sealed class MemoryTrustStore : ITrustStore
{
    private readonly Dictionary<string, byte[]> _files = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public ValueTask<byte[]?> Read(string name, CancellationToken ct) =>
        ValueTask.FromResult(_files.GetValueOrDefault(name));

    /// <inheritdoc/>
    public ValueTask Write(string name, ReadOnlyMemory<byte> content, CancellationToken ct)
    {
        _files[name] = content.ToArray();
        return ValueTask.CompletedTask;
    }
}
