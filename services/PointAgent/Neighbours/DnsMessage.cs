using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace LaiChau.PointAgent.Neighbours;

internal enum DnsType : ushort
{
    A = 1,
    Ptr = 12,
    Txt = 16,
    Srv = 33,
    Any = 255,
}

/// <param name="Name">Labels with dots between, in lower case.</param>
/// <param name="Type">What is asked for.</param>
internal sealed record DnsQuestion(string Name, DnsType Type);

/// <param name="Name">Labels with dots between, in lower case.</param>
/// <param name="Type">Others than PTR and SRV are passed over when read.</param>
/// <param name="Ttl">How long it holds, s; 0: no longer.</param>
/// <param name="Target">Of PTR and SRV.</param>
/// <param name="Port">Of SRV.</param>
internal sealed record DnsRecord(string Name, DnsType Type, uint Ttl, string Target, int Port = 0);

/// <summary>
/// As much of a DNS message (RFC 1035, 6762) as finding neighbours takes. Anybody on the LAN can send one: reading never goes beyond what came, nor in
/// circles, and what is not understood is nothing.
/// </summary>
/// <param name="IsResponse">Else a query.</param>
/// <param name="Questions">Of a query.</param>
/// <param name="Records">Of all sections.</param>
internal sealed record DnsMessage(
    bool IsResponse,
    IReadOnlyList<DnsQuestion> Questions,
    IReadOnlyList<DnsRecord> Records
)
{
    /// <summary>What fits into one frame of Ethernet; RFC 6762 17.</summary>
    public const int LargestLength = 1460;

    private const int Header = 12;
    private const int MostEntries = 64;
    private const int LongestName = 255;
    private const ushort Internet = 1;
    private const ushort CacheFlush = 0x8000;
    private const ushort Authoritative = 0x8400;

    public static DnsMessage? Parse(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < Header)
            return null;
        var flags = Short(bytes, 2);
        var (questions, records) = (Short(bytes, 4), Short(bytes, 6) + Short(bytes, 8) + Short(bytes, 10));
        // Another opcode, an error, or cut short.
        if ((flags & 0x7A0F) != 0 || questions + records > MostEntries)
            return null;
        var message = (Questions: new List<DnsQuestion>(), Records: new List<DnsRecord>());
        var at = Header;
        for (var i = 0; i < questions; i++)
        {
            if (Name(bytes, ref at) is not { } name || at + 4 > bytes.Length)
                return null;
            message.Questions.Add(new(name, (DnsType)Short(bytes, at)));
            at += 4;
        }
        for (var i = 0; i < records; i++)
        {
            if (Name(bytes, ref at) is not { } name || at + 10 > bytes.Length)
                return null;
            var (type, ttl) = ((DnsType)Short(bytes, at), BinaryPrimitives.ReadUInt32BigEndian(bytes[(at + 4)..]));
            var end = at + 10 + Short(bytes, at + 8);
            var data = at + 10;
            if (end > bytes.Length)
                return null;
            at = end;
            if (type == DnsType.Srv && data + 6 > end)
                return null;
            var port = type == DnsType.Srv ? Short(bytes, data + 4) : 0;
            data += type == DnsType.Srv ? 6 : 0;
            if (type is not (DnsType.Ptr or DnsType.Srv))
                continue;
            if (Name(bytes, ref data) is not { } target || data > end)
                return null;
            message.Records.Add(new(name, type, ttl, target, port));
        }
        return new((flags & 0x8000) != 0, message.Questions, message.Records);
    }

    public static byte[] Query(string name)
    {
        using var to = new MemoryStream();
        Write(to, 0, 0, 1, 0, 0, 0);
        WriteName(to, name);
        Write(to, (ushort)DnsType.Ptr, Internet);
        return to.ToArray();
    }

    /// <summary>What tells of one instance of a service.</summary>
    /// <param name="service">Its type.</param>
    /// <param name="instance">Its name.</param>
    /// <param name="host">Where it runs.</param>
    /// <param name="address">Of the host, as seen by who reads this.</param>
    /// <param name="port">Of the service.</param>
    /// <param name="ttl">How long it holds, s; 0: it ends.</param>
    public static byte[] Response(string service, string instance, string host, IPAddress address, int port, uint ttl)
    {
        using var to = new MemoryStream();
        Write(to, 0, Authoritative, 0, 4, 0, 0);
        Record(service, DnsType.Ptr, Internet, data => WriteName(data, instance));
        Record(
            instance,
            DnsType.Srv,
            Internet | CacheFlush,
            data =>
            {
                Write(data, 0, 0, (ushort)port);
                WriteName(data, host);
            }
        );
        Record(instance, DnsType.Txt, Internet | CacheFlush, data => WriteLabel(data, "v=1"));
        Record(host, DnsType.A, Internet | CacheFlush, data => data.Write(address.GetAddressBytes()));
        return to.ToArray();

        void Record(string name, DnsType type, ushort kind, Action<MemoryStream> write)
        {
            using var data = new MemoryStream();
            write(data);
            WriteName(to, name);
            Write(to, (ushort)type, kind, (ushort)(ttl >> 16), (ushort)ttl, (ushort)data.Length);
            to.Write(data.GetBuffer().AsSpan(0, (int)data.Length));
        }
    }

    private static ushort Short(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16BigEndian(bytes[at..]);

    /// <summary>Null: it is none. Pointers lead backwards only, each further than the one before.</summary>
    private static string? Name(ReadOnlySpan<byte> bytes, ref int at)
    {
        var (name, from, bound, end) = (new StringBuilder(), at, at, -1);
        while (from < bytes.Length)
        {
            int length = bytes[from];
            if (length == 0)
            {
                at = end < 0 ? from + 1 : end;
                return name.ToString();
            }
            if ((length & 0xC0) == 0xC0)
            {
                if (from + 2 > bytes.Length || (Short(bytes, from) & 0x3FFF) is var to && to >= bound)
                    return null;
                end = end < 0 ? from + 2 : end;
                (from, bound) = (to, to);
                continue;
            }
            if (length > 63 || from + 1 + length > bytes.Length || name.Length + length >= LongestName)
                return null;
            name.Append(name.Length > 0 ? "." : "")
                .Append(Encoding.UTF8.GetString(bytes.Slice(from + 1, length)).ToLowerInvariant());
            from += 1 + length;
        }
        return null;
    }

    private static void Write(MemoryStream to, params ReadOnlySpan<ushort> numbers)
    {
        Span<byte> bytes = stackalloc byte[2];
        foreach (var number in numbers)
        {
            BinaryPrimitives.WriteUInt16BigEndian(bytes, number);
            to.Write(bytes);
        }
    }

    private static void WriteName(MemoryStream to, string name)
    {
        foreach (var label in name.Split('.'))
            WriteLabel(to, label);
        to.WriteByte(0);
    }

    private static void WriteLabel(MemoryStream to, string label)
    {
        to.WriteByte((byte)label.Length);
        to.Write(Encoding.ASCII.GetBytes(label));
    }
}
