using System.Buffers.Binary;
using System.Text;

namespace LaiChau.Testing;

/// <summary>Pictures and sounds of a film that is noise, and the containers they can be in: no player would show it, but its tables are right.</summary>
public sealed class Film
{
    private readonly List<(int Track, byte[] Samples)> _blocks = [];

    /// <param name="seed">Another film for another number.</param>
    /// <param name="blocks">About 5 KB each.</param>
    public Film(int seed, int blocks)
    {
        var random = new Random(seed);
        for (var i = 0; i < blocks; i++)
        {
            var samples = new byte[i % 2 == 0 ? random.Next(2_000, 18_000) : random.Next(150, 400)];
            random.NextBytes(samples);
            _blocks.Add(((i % 2) + 1, samples));
        }
    }

    /// <summary>Every block in a chunk of its own; the tables stand before or behind them.</summary>
    public byte[] Mp4(bool isIndexFirst = false)
    {
        var head = Box("ftyp", "isom"u8.ToArray(), U32(512), "isomiso2"u8.ToArray());
        var media = Box("mdat", [.. _blocks.Select(b => b.Samples)]);
        var indexLength = Index(0).Length;
        var start = head.Length + 8 + (isIndexFirst ? indexLength : 0);
        return isIndexFirst ? [.. head, .. Index(start), .. media] : [.. head, .. media, .. Index(start)];
    }

    /// <summary>A simple block for each, twenty to a cluster.</summary>
    public byte[] Matroska(string title = "")
    {
        var clusters = _blocks
            .Select((b, i) => (Time: i, Block: b))
            .Chunk(20)
            .Select(cluster =>
                Element(
                    [0x1F, 0x43, 0xB6, 0x75],
                    [
                        Element([0xE7], U32(cluster[0].Time)),
                        .. cluster.Select(b =>
                            Element(
                                [0xA3],
                                [(byte)(0x80 | b.Block.Track), 0, (byte)(b.Time % 20), 0x80],
                                b.Block.Samples
                            )
                        ),
                    ]
                )
            );
        var info = Element([0x15, 0x49, 0xA9, 0x66], Element([0x7B, 0xA9], Encoding.UTF8.GetBytes(title)));
        return
        [
            .. Element([0x1A, 0x45, 0xDF, 0xA3], Element([0x42, 0x82], "matroska"u8.ToArray())),
            .. Element([0x18, 0x53, 0x80, 0x67], [info, .. clusters]),
        ];
    }

    private byte[] Index(long start) => Box("moov", Track(1, start), Track(2, start));

    private byte[] Track(int track, long start)
    {
        var places = new List<byte[]>();
        var sizes = new List<byte[]>();
        foreach (var (of, samples) in _blocks)
        {
            if (of == track)
            {
                places.Add(U32(start));
                sizes.Add(U32(samples.Length));
            }
            start += samples.Length;
        }
        var none = U32(0);
        return Box(
            "trak",
            Box(
                "mdia",
                Box(
                    "minf",
                    Box(
                        "stbl",
                        Box("stsc", none, U32(1), U32(1), U32(1), U32(1)),
                        Box("stsz", [none, none, U32(sizes.Count), .. sizes]),
                        Box("stco", [none, U32(places.Count), .. places])
                    )
                )
            )
        );
    }

    private static byte[] Box(string type, params byte[][] content) =>
        [.. U32(content.Sum(c => c.Length) + 8), .. Encoding.ASCII.GetBytes(type), .. content.SelectMany(c => c)];

    private static byte[] Element(byte[] id, params byte[][] content) =>
        // A size of eight bytes is allowed for any.
        [.. id, 0x01, 0, 0, 0, .. U32(content.Sum(c => c.Length)), .. content.SelectMany(c => c)];

    private static byte[] U32(long value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, (uint)value);
        return bytes;
    }
}
