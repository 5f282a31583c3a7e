using System.Net;
using LaiChau.PointAgent.Neighbours;

namespace LaiChau.PointAgent.Tests.Neighbours;

/// <summary>Anybody on the LAN can send a packet.</summary>
public sealed class DnsMessageTests
{
    private const string Service = "_laichau-point._tcp.local";

    private static readonly byte[] Announced = DnsMessage.Response(
        Service,
        $"a1.{Service}",
        "laichau-a1.local",
        IPAddress.Parse("192.168.1.20"),
        8085,
        ttl: 4500
    );

    [Fact]
    public void What_is_said_is_understood()
    {
        var message = DnsMessage.Parse(Announced)!;
        Assert.True(message.IsResponse);
        Assert.Equal(
            [
                new(Service, DnsType.Ptr, 4500, $"a1.{Service}"),
                new DnsRecord($"a1.{Service}", DnsType.Srv, 4500, "laichau-a1.local", 8085),
            ],
            message.Records
        );
        var query = DnsMessage.Parse(DnsMessage.Query(Service))!;
        Assert.False(query.IsResponse);
        Assert.Equal([new(Service, DnsType.Ptr)], query.Questions);
    }

    /// <summary>As other programs write it: names shortened by pointers (RFC 1035, 4.1.4), letters of either case.</summary>
    [Fact]
    public void Names_may_be_shortened()
    {
        byte[] message =
        [
            .. new byte[] { 0, 0, 0x84, 0, 0, 0, 0, 1, 0, 0, 0, 1 },
            .. "\x0e_LaiChau-Point\x04_tcp\x05local\0"u8,
            .. new byte[] { 0, 12, 0, 1, 0, 0, 0x11, 0x94, 0, 5 },
            .. new byte[] { 2, (byte)'a', (byte)'1', 0xC0, 12 },
            .. new byte[] { 0xC0, 49, 0, 33, 0x80, 1, 0, 0, 0, 120, 0, 10, 0, 0, 0, 0, 0x1F, 0x95 },
            .. new byte[] { 1, (byte)'h', 0xC0, 32 },
        ];
        Assert.Equal(
            [
                new(Service, DnsType.Ptr, 4500, $"a1.{Service}"),
                new DnsRecord($"a1.{Service}", DnsType.Srv, 120, "h.local", 8085),
            ],
            DnsMessage.Parse(message)!.Records
        );
    }

    [Fact]
    public void What_is_cut_short_is_nothing()
    {
        for (var length = 0; length < Announced.Length; length++)
            Assert.Null(DnsMessage.Parse(Announced.AsSpan(0, length)));
    }

    [Theory]
    [InlineData(new byte[] { 0xC0, 12 })]
    [InlineData(new byte[] { 1, (byte)'a', 0xC0, 12 })]
    [InlineData(new byte[] { 0xC0, 14, 0xC0, 12 })]
    [InlineData(new byte[] { 0xFF, 0xFF })]
    [InlineData(new byte[] { 0x40, 0 })]
    [InlineData(new byte[] { 63, (byte)'a' })]
    public void A_name_that_leads_nowhere_is_none(byte[] name) =>
        Assert.Null(
            DnsMessage.Parse([0, 0, 0x84, 0, 0, 0, 0, 1, 0, 0, 0, 0, .. name, 0, 12, 0, 1, 0, 0, 0, 9, 0, 2, 0xC0, 12])
        );

    [Fact]
    public void A_name_of_many_pointers_ends()
    {
        // Each label points to the one before it, so that reading the last is reading all.
        var labels = new List<byte>([1, (byte)'a', 0]);
        for (var at = 23; labels.Count < 1200; )
        {
            var next = 23 + labels.Count;
            labels.AddRange([1, (byte)'a', (byte)(0xC0 | (at >> 8)), (byte)at]);
            at = next;
        }
        var last = 23 + labels.Count - 4;
        Assert.Null(
            DnsMessage.Parse([
                .. new byte[] { 0, 0, 0x84, 0, 0, 0, 0, 2, 0, 0, 0, 0 },
                .. new byte[] { 0, 0, 16, 0, 1, 0, 0, 0, 9, (byte)(labels.Count >> 8), (byte)labels.Count },
                .. labels,
                .. new byte[] { (byte)(0xC0 | (last >> 8)), (byte)last, 0, 12, 0, 1, 0, 0, 0, 9, 0, 1, 0 },
            ])
        );
    }

    [Fact]
    public void Noise_is_nothing_and_harms_nothing()
    {
        var random = new Random(1);
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = i % 2 == 0 ? new byte[random.Next(DnsMessage.LargestLength)] : [.. Announced];
            if (i % 2 == 0)
                random.NextBytes(bytes);
            for (var changes = random.Next(6); changes > 0 && bytes.Length > 0; changes--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            if (bytes.Length > 10 && i % 4 == 0)
                (bytes[2], bytes[3], bytes[4], bytes[6], bytes[8], bytes[10]) = (0x84, 0, 0, 0, 0, 0);
            DnsMessage.Parse(bytes);
        }
    }

    [Fact]
    public void More_than_a_neighbour_would_say_is_not_read() =>
        Assert.Null(DnsMessage.Parse([0, 0, 0x84, 0, 0, 0, 0xFF, 0xFF, 0, 0, 0, 0, .. Announced[12..]]));
}
