using System.Text;

namespace LaiChau.Distribution.Tests.Content.Containers;

/// <summary>The inputs of Fixtures/make-reference.py, byte for byte.</summary>
internal static class ReferenceInput
{
    public static byte[] Of(string name) =>
        name switch
        {
            "empty" => [],
            "byte" => "x"u8.ToArray(),
            "small" => Text(1, 700),
            "text" => Text(2, 250_000),
            "runs" => Runs(3, 150_000),
            "edge" => Text(7, (5 * 32_768) - 120),
            "mixed" =>
            [
                .. Text(4, 80_000),
                .. Noise(5, 70_000),
                .. new byte[40_000],
                .. Text(4, 80_000),
                .. Runs(6, 30_000),
            ],
            _ => throw new ArgumentOutOfRangeException(nameof(name)),
        };

    public static byte[] Text(ulong seed, int length)
    {
        var random = new Generator(seed);
        var words = new string[2000];
        foreach (ref var word in words.AsSpan())
        {
            word = string.Concat(Enumerable.Range(0, 1 + random.Next(9)).Select(_ => (char)('a' + random.Next(20))));
        }
        var text = new StringBuilder();
        while (text.Length < length)
        {
            text.Append(words[random.Next(words.Length)]).Append(' ');
        }
        return Encoding.ASCII.GetBytes(text.ToString(0, length));
    }

    public static byte[] Noise(ulong seed, int length)
    {
        var random = new Generator(seed);
        return [.. Enumerable.Range(0, length).Select(_ => (byte)random.Next(256))];
    }

    public static byte[] Runs(ulong seed, int length)
    {
        var random = new Generator(seed);
        var bytes = new List<byte>();
        while (bytes.Count < length)
        {
            var value = (byte)random.Next(50);
            bytes.AddRange(Enumerable.Repeat(value, 1 + random.Next(40)));
        }
        return [.. bytes.Take(length)];
    }

    /// <summary>Knuth's MMIX generator: easily the same in two languages.</summary>
    private sealed class Generator(ulong seed)
    {
        private ulong _state = seed;

        public int Next(int below)
        {
            _state = (_state * 6364136223846793005) + 1442695040888963407;
            return (int)((_state >> 33) % (ulong)below);
        }
    }
}

/// <summary>Files as programs in use make them; README.md in Fixtures and Films says which.</summary>
internal static class Fixture
{
    public static IEnumerable<string> Names => In("Fixtures/").Where(n => n != "reference.txt");

    public static IEnumerable<string> Films => In("Films/");

    public static byte[] Read(string name) => Bytes("Fixtures/" + name);

    public static byte[] ReadFilm(string name) => Bytes("Films/" + name);

    private static IEnumerable<string> In(string folder) =>
        typeof(Fixture)
            .Assembly.GetManifestResourceNames()
            .Where(n => n.StartsWith(folder, StringComparison.Ordinal))
            .Select(n => n[folder.Length..])
            .Order(StringComparer.Ordinal);

    private static byte[] Bytes(string name)
    {
        using var file =
            typeof(Fixture).Assembly.GetManifestResourceStream(name)
            ?? throw new ArgumentException($"There is no fixture {name}.", nameof(name));
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }
}
