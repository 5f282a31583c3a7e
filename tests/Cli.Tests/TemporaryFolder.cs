using System.Text;

namespace LaiChau.Cli.Tests;

internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("lcp-").FullName;

    public TemporaryFolder With(string path, string text) => With(path, Encoding.UTF8.GetBytes(text));

    public TemporaryFolder With(string path, byte[] bytes)
    {
        var file = System.IO.Path.Combine(Path, path);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(file)!);
        File.WriteAllBytes(file, bytes);
        return this;
    }

    /// <summary>Bytes without any order, the same for the same seed.</summary>
    public TemporaryFolder WithNoise(string path, int size, int seed)
    {
        var bytes = new byte[size];
#pragma warning disable CA5394 // Test data that repeats, not a secret.
        new Random(seed).NextBytes(bytes);
#pragma warning restore CA5394
        return With(path, bytes);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
