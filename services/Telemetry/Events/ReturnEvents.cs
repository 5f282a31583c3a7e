using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LaiChau.Telemetry.Data;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using static LaiChau.Telemetry.Events.IngestEvents;

namespace LaiChau.Telemetry.Events;

/// <summary>
/// Takes events that a point gave to a stick. Whoever brings them proves nothing and need not: they are a JWS by the point's own key, and
/// counted once however often they come, by whichever way.
/// </summary>
internal static class ReturnEvents
{
    private const string Type = "laichau-events+jws";

    /// <param name="Signed">A JWS in compact serialisation, ES256, of <c>{point, at, events}</c>.</param>
    internal sealed record ReturnedEvents(string Signed);

    /// <param name="Point">Whose they are.</param>
    /// <param name="Taken">What became of them.</param>
    internal sealed record ReturnAnswer(Guid Point, IngestAnswer Taken);

    public static async Task<Results<Ok<ReturnAnswer>, ProblemHttpResult>> Handle(
        ReturnedEvents returned,
        TelemetryDb db,
        TimeProvider time,
        IOptions<TelemetryOptions> options,
        CancellationToken ct
    )
    {
        if (Read(returned.Signed) is not { } envelope)
        {
            return TelemetryProblems.NotSigned.With("This is not a JWS of events.");
        }
        var point = await db.Points.AsNoTracking().SingleOrDefaultAsync(p => p.Id == envelope.Point, ct);
        if (point is null)
        {
            return TelemetryProblems.PointUnknown.With();
        }
        if (point.PublicKey is null)
        {
            return TelemetryProblems.KeyUnknown.With();
        }
        if (!envelope.IsSignedBy(point.PublicKey))
        {
            return TelemetryProblems.NotSigned.With("A key that the point had before may have signed them.");
        }
        var result = await Ingest(envelope.Events, envelope.Point, cameItself: false, db, time, options, ct);
        return result.Result switch
        {
            Ok<IngestAnswer> { Value: { } taken } => TypedResults.Ok(new ReturnAnswer(envelope.Point, taken)),
            var refusal => (ProblemHttpResult)refusal,
        };
    }

    private static Envelope? Read(string signed)
    {
        try
        {
            if (signed.Split('.') is not [var header, var payload, var signature])
            {
                return null;
            }
            using var head = JsonDocument.Parse(Base64Url.DecodeFromChars(header));
            if (
                head.RootElement.GetProperty("alg").GetString() != "ES256"
                || head.RootElement.GetProperty("typ").GetString() != Type
            )
            {
                return null;
            }
            var body = JsonElement.Parse(Base64Url.DecodeFromChars(payload));
            return new Envelope(
                body.GetProperty("point").GetGuid(),
                [.. body.GetProperty("events").EnumerateArray()],
                Encoding.ASCII.GetBytes($"{header}.{payload}"),
                Base64Url.DecodeFromChars(signature)
            );
        }
        catch (Exception fault)
            when (fault is FormatException or JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return null;
        }
    }

    private sealed record Envelope(Guid Point, IReadOnlyList<JsonElement> Events, byte[] Unsigned, byte[] Signature)
    {
        public bool IsSignedBy(string jwk)
        {
            var key = JsonElement.Parse(jwk);
            using var verifier = ECDsa.Create(
                new ECParameters
                {
                    Curve = ECCurve.NamedCurves.nistP256,
                    Q = new ECPoint { X = Coordinate("x"), Y = Coordinate("y") },
                }
            );
            return verifier.VerifyData(
                Unsigned,
                Signature,
                HashAlgorithmName.SHA256,
                DSASignatureFormat.IeeeP1363FixedFieldConcatenation
            );

            byte[] Coordinate(string name) => Base64Url.DecodeFromChars(key.GetProperty(name).GetString());
        }
    }
}
