using LaiChau.Distribution.Trust;

namespace LaiChau.PointAgent.Pull;

/// <summary>What a refresh would change in the trust store, until it has come to a good end.</summary>
internal sealed class StagedTrust(TrustStore store) : ITrustStore
{
    private readonly Dictionary<string, byte[]> _changes = new(StringComparer.Ordinal);

    public bool IsUnchanged => _changes.Count == 0;

    public ValueTask<byte[]?> Read(string name, CancellationToken ct) =>
        _changes.TryGetValue(name, out var changed) ? ValueTask.FromResult<byte[]?>(changed) : store.Read(name, ct);

    public ValueTask Write(string name, ReadOnlyMemory<byte> content, CancellationToken ct)
    {
        _changes[name] = content.ToArray();
        return ValueTask.CompletedTask;
    }

    public void Keep() => store.WriteAll(_changes.Select(c => (c.Key, c.Value)));
}
