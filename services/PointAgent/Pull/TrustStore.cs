using LaiChau.Distribution.Trust;
using LaiChau.PointAgent.Storage;

namespace LaiChau.PointAgent.Pull;

/// <summary>The metadata this point trusts, in its database: a write is whole and on the disk, or did not happen.</summary>
internal sealed class TrustStore(AgentDb db) : ITrustStore
{
    public ValueTask<byte[]?> Read(string name, CancellationToken ct) =>
        ValueTask.FromResult(
            db.Read(c => c.Scalar<byte[]>("SELECT bytes FROM metadata WHERE name = $name", ("$name", name)))
        );

    public bool Holds(string name) =>
        db.Read(c => c.Scalar<long>("SELECT count(*) FROM metadata WHERE name = $name", ("$name", name))) > 0;

    public ValueTask Write(string name, ReadOnlyMemory<byte> content, CancellationToken ct)
    {
        WriteAll([(name, content.ToArray())]);
        return ValueTask.CompletedTask;
    }

    /// <summary>In one step.</summary>
    public void WriteAll(IEnumerable<(string Name, byte[] Content)> files) =>
        db.Write(c =>
        {
            foreach (var (name, content) in files)
                c.Execute(
                    "INSERT INTO metadata VALUES ($name, $bytes) ON CONFLICT (name) DO UPDATE SET bytes = excluded.bytes",
                    ("$name", name),
                    ("$bytes", content)
                );
        });
}
