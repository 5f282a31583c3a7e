using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LaiChau.Testing;

namespace LaiChau.PointAgent.Tests.Sticks;

/// <summary>A stick that brought something takes along what the server does not know yet.</summary>
public sealed class CarryEventsTests : IAsyncLifetime
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(3);
    private readonly Usb _usb = new();
    private Headquarters _headquarters = null!;

    public async ValueTask InitializeAsync() => _headquarters = await Headquarters.Open();

    public async ValueTask DisposeAsync()
    {
        await _headquarters.DisposeAsync();
        _usb.Dispose();
    }

    [Fact]
    public async Task Takes_along_that_it_shows_what_the_stick_brought_signed_by_the_point()
    {
        await _headquarters.Publish("a/b", 1, [Made.Page("một")]);
        await using var point = await Point.Open(_headquarters, told: _usb.Told);
        await point.Shows("a/b", 1);
        _headquarters.IsCutOff = true;
        await _headquarters.Publish("a/b", 2, [Made.Page("hai")]);
        _usb.With(_headquarters).PlugIn();
        await point.Shows("a/b", 2);

        await Eventually.Holds(
            () =>
                Task.FromResult(
                    Carried()
                        .Any(e =>
                            e.GetProperty("kind").GetString() == "shown" && e.GetProperty("version").GetInt32() == 2
                        )
                ),
            Long
        );
        await Eventually.Passes(async () =>
            Assert.Contains("mục để mang về", await point.Page("/trang-thai"), StringComparison.Ordinal)
        );

        // What the stick took along stays, and is told by the link when there is one: a stick gets lost.
        var carried = Carried().Select(e => e.GetProperty("id").GetGuid()).ToHashSet();
        _usb.PullOut();
        _headquarters.IsCutOff = false;
        await Eventually.Holds(() => Task.FromResult(carried.IsSubsetOf(_headquarters.AcceptedEvents.Keys)), Long);
    }

    [Fact]
    public async Task A_folder_on_the_stick_that_leads_elsewhere_is_not_written_to()
    {
        await _headquarters.Publish("a/b", 1, [Made.Page("một")]);
        await using var point = await Point.Open(_headquarters, told: _usb.Told);
        await point.Shows("a/b", 1);
        _headquarters.IsCutOff = true;
        Directory.CreateDirectory(_usb.Drawer);
        _usb.With(_headquarters).LinkBack(_usb.Drawer);
        await _headquarters.Publish("a/b", 2, [Made.Page("hai")]);
        _usb.With(_headquarters).PlugIn();
        await point.Shows("a/b", 2);
        await Eventually.Holds(
            () =>
                Task.FromResult(
                    point.Log.Any(l => l.Contains("could not be given to the stick", StringComparison.Ordinal))
                ),
            Long
        );
        Assert.Empty(Directory.EnumerateFileSystemEntries(_usb.Drawer));
    }

    /// <summary>Everything on the stick, after its signatures were verified.</summary>
    private List<JsonElement> Carried()
    {
        var key = _headquarters.EnrolmentRequests.First()["publicKey"]!;
        using var verifier = ECDsa.Create(
            new ECParameters
            {
                Curve = ECCurve.NamedCurves.nistP256,
                Q = new ECPoint
                {
                    X = Base64Url.DecodeFromChars((string?)key["x"]),
                    Y = Base64Url.DecodeFromChars((string?)key["y"]),
                },
            }
        );
        var events = new List<JsonElement>();
        foreach (var line in _usb.Back().SelectMany(File.ReadAllLines))
        {
            var parts = line.Split('.');
            Assert.True(
                verifier.VerifyData(
                    Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"),
                    Base64Url.DecodeFromChars(parts[2]),
                    HashAlgorithmName.SHA256,
                    DSASignatureFormat.IeeeP1363FixedFieldConcatenation
                )
            );
            events.AddRange(
                JsonElement.Parse(Base64Url.DecodeFromChars(parts[1])).GetProperty("events").EnumerateArray()
            );
        }
        return events;
    }
}
