using System.Text.Json;
using LaiChau.PointRegistry.Points;
using LaiChau.PointRegistry.Tokens;
using LaiChau.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.PointRegistry.Enrolment;

/// <param name="PublicKey">JWK of an EC key on P-256.</param>
internal sealed record EnrolRequest(string Code, JsonElement PublicKey);

internal sealed record EnrolAnswer(
    Guid PointId,
    string Name,
    string UnitCode,
    string UnitName,
    IReadOnlyList<string> Languages,
    IReadOnlyList<string> Feeds,
    Uri TokenEndpoint
);

/// <summary>
/// Trades a code for a point's identity. The code is bound to the first key it comes with: the same two again within its life answer the
/// same, because the answer may have been lost on a weak link.
/// </summary>
internal sealed class EnrolPoint(
    PointRegistryDb db,
    Attempts attempts,
    EnrolmentOptions options,
    IdentitySettings identity,
    PointRegistryMetrics metrics,
    TimeProvider time,
    ILogger<EnrolPoint> log
)
{
    private const string Kind = "enrol";

    /// <summary>Whose code it was, once that is known.</summary>
    private Guid? pointId;

    public static Task<Results<Ok<EnrolAnswer>, ProblemHttpResult>> Handle(
        EnrolRequest request,
        HttpContext context,
        EnrolPoint enrol,
        CancellationToken ct
    ) => enrol.Count(request, context.Connection.RemoteIpAddress?.ToString() ?? "?", ct);

    private async Task<Results<Ok<EnrolAnswer>, ProblemHttpResult>> Count(
        EnrolRequest request,
        string source,
        CancellationToken ct
    )
    {
        var result = await Try(request, source, ct);
        if (result.Result is ProblemHttpResult refusal)
        {
            var code = (string)refusal.ProblemDetails.Extensions["code"]!;
            metrics.Enrolment(code);
            log.LogWarning("Enrolment from {Source} refused: {Code}", source, code);
            db.ChangeTracker.Clear();
            db.Note("refused", "enrolment", pointId?.ToString() ?? "?", new() { ["code"] = code });
            await db.SaveChangesAsync(ct);
        }
        return result;
    }

    private async Task<Results<Ok<EnrolAnswer>, ProblemHttpResult>> Try(
        EnrolRequest request,
        string source,
        CancellationToken ct
    )
    {
        if (await attempts.BlockedUntil(Kind, source, options.AttemptsPerSource, ct) is { } until)
        {
            return PointRegistryProblems.TooManyAttempts.With(
                $"Có quá nhiều lần nhập sai từ địa chỉ này. Hãy thử lại sau {VietnamDay.Say(until)}."
            );
        }
        if (PointKey.Parse(request.PublicKey) is not { } key)
        {
            await CountFailure();
            return PointRegistryProblems.KeyInvalid.With("Khóa của máy tại điểm không phải khóa công khai EC P-256.");
        }
        for (var turn = 1; ; turn++)
        {
            try
            {
                var result = await Enrol(TypedCode.HashOf(request.Code), key, source, ct);
                if (result.Result is ProblemHttpResult)
                {
                    await CountFailure();
                }
                return result;
            }
            catch (DbUpdateException race)
                when (turn < 3 && (race is DbUpdateConcurrencyException || DatabaseFaults.IsUniqueViolation(race)))
            {
                // Somebody changed the point, or used the code or the key, at the same moment: look again.
                db.ChangeTracker.Clear();
            }
        }

        Task CountFailure() =>
            attempts.CountFailure(Kind, source, TimeSpan.FromMinutes(options.AttemptsWindowMinutes), ct);
    }

    private async Task<Results<Ok<EnrolAnswer>, ProblemHttpResult>> Enrol(
        string? hash,
        PointKey key,
        string source,
        CancellationToken ct
    )
    {
        var now = time.GetUtcNow();
        var code = hash is null
            ? null
            : await db.EnrolmentCodes.Include(c => c.Point.Unit).SingleOrDefaultAsync(c => c.CodeHash == hash, ct);
        if (code is null)
        {
            return PointRegistryProblems.CodeUnknown.With(
                "Mã kích hoạt không đúng. Hãy kiểm tra từng ký tự, hoặc xin cấp mã mới."
            );
        }
        var point = code.Point;
        pointId = point.Id;
        if (code.UsedByKey is not null && code.UsedByKey != key.Thumbprint)
        {
            return PointRegistryProblems.CodeUsed.With(
                $"Mã này đã được dùng cho một máy khác lúc {VietnamDay.Say(code.UsedAt!.Value)}. Hãy xin cấp mã mới."
            );
        }
        if (now >= code.ExpiresAt)
        {
            return PointRegistryProblems.CodeExpired.With(
                $"Mã này đã hết hạn lúc {VietnamDay.Say(code.ExpiresAt)}. Hãy xin cấp mã mới."
            );
        }
        if (code.ReplacedAt is not null)
        {
            return PointRegistryProblems.CodeReplaced.With(
                "Điểm đã được cấp mã mới hơn, mã này không còn dùng được. Hãy dùng mã mới nhất."
            );
        }
        if (point.State is PointState.Suspended)
        {
            return PointRegistryProblems.PointSuspended.With(
                "Điểm đang tạm ngừng. Hãy liên hệ đơn vị quản lý để mở lại điểm."
            );
        }
        if (point.State is PointState.Closed)
        {
            return PointRegistryProblems.PointClosed.With("Điểm đã đóng.");
        }
        if (code.UsedByKey is not null)
        {
            if (point.KeyThumbprint != key.Thumbprint)
            {
                return PointRegistryProblems.CodeUsed.With("Điểm đã được kích hoạt lại bằng máy khác.");
            }
            metrics.Enrolment("repeated");
            return TypedResults.Ok(Show(point));
        }
        if (await db.Points.AnyAsync(p => p.KeyThumbprint == key.Thumbprint && p.Id != point.Id, ct))
        {
            return PointRegistryProblems.KeyInUse.With(
                "Khóa của máy này đã thuộc về một điểm khác. Hãy cài lại phần mềm của điểm trước khi kích hoạt."
            );
        }
        code.Use(key, now);
        point.Enrol(key, now);
        db.PublishEnrolled(point, time);
        await db.SaveChangesAsync(ct);
        metrics.Enrolment("enrolled");
        log.LogInformation(
            "Point {PointId} enrolled from {Source} by code {CodeId} with key {Thumbprint}",
            point.Id,
            source,
            code.Id,
            key.Thumbprint
        );
        return TypedResults.Ok(Show(point));
    }

    private EnrolAnswer Show(Point point) =>
        new(
            point.Id,
            point.Name,
            point.UnitCode,
            point.Unit.FullName,
            point.Languages,
            point.Feeds,
            identity.TokenEndpoint
        );
}
