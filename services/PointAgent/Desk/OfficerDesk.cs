using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LaiChau.PointAgent.Identity;
using LaiChau.PointAgent.Library;
using LaiChau.PointAgent.Storage;
using LaiChau.PointAgent.Telemetry;

namespace LaiChau.PointAgent.Desk;

/// <summary>
/// Where whoever runs the point writes down what happens there, with or without a link. The screen is everybody's: a code of digits opens the desk,
/// which the point knows as a hash. What is written goes the way of all events: once, signed by the point, by stick too.
/// </summary>
internal sealed class OfficerDesk(
    AgentDb db,
    FollowProfile profile,
    TelemetryWorker telemetry,
    TrustedClock clock,
    TimeProvider time,
    ILogger<OfficerDesk> log
)
{
    /// <summary>After so long without a touch the next person may be somebody else.</summary>
    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan Closed = TimeSpan.FromMinutes(5);
    private const int Attempts = 5;
    private const int Kept = 300;
    private readonly Lock _turn = new();
    private int _wrong;
    private long? _closedAt;
    private (string Token, Guid Officer, long UsedAt)? _session;

    public IReadOnlyList<Officer> Officers => profile.Known?.Officers ?? [];

    public IReadOnlyList<string> Equipment => profile.Known?.Equipment ?? [];

    /// <summary>Who was let in with this token and is still here.</summary>
    public Officer? Who(string? token)
    {
        lock (_turn)
        {
            if (
                token is null
                || _session is not { } session
                || !CryptographicOperations.FixedTimeEquals(
                    Encoding.UTF8.GetBytes(session.Token),
                    Encoding.UTF8.GetBytes(token)
                )
                || time.GetElapsedTime(session.UsedAt) >= Idle
            )
                return null;
            _session = session with { UsedAt = time.GetTimestamp() };
            return Officers.FirstOrDefault(o => o.Id == session.Officer);
        }
    }

    /// <summary>A code set a moment ago is asked for, if there is a link.</summary>
    public void Refresh()
    {
        profile.Want();
        telemetry.Hurry();
    }

    /// <returns>The token, or a sentence that says why not.</returns>
    public (string? Token, string? Refusal) Open(Guid officer, string code)
    {
        lock (_turn)
        {
            if (_closedAt is { } since && time.GetElapsedTime(since) < Closed)
                return (null, "Đã nhập sai quá nhiều lần. Hãy thử lại sau 5 phút.");
            if (Officers.FirstOrDefault(o => o.Id == officer) is not { } who || !IsCode(who.CodeHash, code.Trim()))
            {
                log.LogWarning("A wrong code at the desk, {Count} in a row", ++_wrong);
                if (_wrong < Attempts)
                    return (null, $"Mã không đúng. Còn {Attempts - _wrong} lần thử.");
                (_wrong, _closedAt) = (0, time.GetTimestamp());
                return (null, "Mã không đúng. Bàn làm việc tạm khóa 5 phút.");
            }
            (_wrong, _closedAt) = (0, null);
            var token = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16));
            _session = (token, officer, time.GetTimestamp());
            return (token, null);
        }
    }

    public void Close()
    {
        lock (_turn)
            _session = null;
    }

    /// <returns>What is wrong with it; null: written down.</returns>
    public string? WriteOpening(Officer by, DateTimeOffset from, DateTimeOffset to, string? note)
    {
        var now = clock.Now;
        if (to <= from)
            return "Giờ đóng cửa phải sau giờ mở cửa.";
        if (to > now)
            return "Chỉ ghi lần mở cửa đã qua; giờ đóng cửa này còn ở tương lai.";
        if (note?.Length > 1000)
            return "Ghi chú không quá 1000 ký tự.";
        var other = Entries(Kept)
            .FirstOrDefault(e => e.Refusal is null && e.Entry.Opened < to && e.Entry.Closed > from)
            ?.Entry;
        if (other is not null)
            return $"Trùng với lần đã ghi: {other.Says()}.";
        var told = PointEvent.Of("opening", now) with { By = by.Id, OpenedAt = from, ClosedAt = to, Note = note };
        return Keep(new(told.Id, now, by.Id, note, from, to), told);
    }

    /// <inheritdoc cref="WriteOpening"/>
    public string? WriteIncident(Officer by, string title, string? description, string? equipment, bool isUrgent)
    {
        if (title.Length is 0 or > 200)
            return "Cần ghi ngắn gọn điều gì đã xảy ra, không quá 200 ký tự.";
        if (description?.Length > 2000)
            return "Mô tả không quá 2000 ký tự.";
        if (equipment is not null && !Equipment.Contains(equipment))
            return "Điểm không có thiết bị này.";
        var told = PointEvent.Of("incident", clock.Now) with
        {
            By = by.Id,
            Title = title,
            Description = description,
            Equipment = equipment,
            Urgent = isUrgent ? 1 : null,
        };
        return Keep(new(told.Id, told.At, by.Id, title), told);
    }

    /// <summary>Newest first.</summary>
    public IReadOnlyList<DeskEntryState> Entries(int most)
    {
        var names = Officers.ToDictionary(o => o.Id, o => o.Name);
        var refused = (profile.Known?.Refused ?? []).ToDictionary(r => r.Id, r => r.Reason);
        return db.Read(c =>
            c.Query(
                """
                SELECT d.document, e.id IS NOT NULL, r.code FROM desk_entry d
                LEFT JOIN event e ON e.id = d.id LEFT JOIN refused_event r ON r.id = d.id
                ORDER BY d.id DESC LIMIT $most
                """,
                row =>
                {
                    var entry = JsonSerializer.Deserialize(row.GetString(0), AgentJson.Default.DeskEntry)!;
                    return new DeskEntryState(
                        entry,
                        names.GetValueOrDefault(entry.By) ?? "cán bộ trước đây",
                        row.GetBoolean(1),
                        refused.GetValueOrDefault(entry.Id)
                            ?? (row.IsDBNull(2) ? null : $"máy chủ không nhận ({row.GetString(2)}); hãy báo Sở.")
                    );
                },
                ("$most", most)
            )
        );
    }

    private string? Keep(DeskEntry entry, PointEvent told)
    {
        try
        {
            db.Write(c =>
            {
                c.Execute(
                    "INSERT INTO desk_entry VALUES ($id, $document)",
                    ("$id", entry.Id.ToString()),
                    ("$document", JsonSerializer.Serialize(entry, AgentJson.Default.DeskEntry))
                );
                c.Tell(told);
                c.Execute(
                    "DELETE FROM desk_entry WHERE id NOT IN (SELECT id FROM desk_entry ORDER BY id DESC LIMIT $kept)",
                    ("$kept", Kept)
                );
            });
        }
        catch (Exception error) when (FullDisk.Caused(error))
        {
            return "Chưa ghi được: đĩa đã đầy. Hãy dọn bớt đĩa rồi ghi lại.";
        }
        log.LogInformation("{Kind} {EntryId} written at the desk by {Officer}", told.Kind, told.Id, entry.By);
        telemetry.Hurry();
        return null;
    }

    private static bool IsCode(string hash, string code)
    {
        if (
            hash.Split('.') is not [var rounds, var salt, var key]
            || !int.TryParse(rounds, NumberStyles.None, CultureInfo.InvariantCulture, out var iterations)
        )
            return false;
        var known = Convert.FromBase64String(key);
        var typed = Rfc2898DeriveBytes.Pbkdf2(
            Encoding.ASCII.GetBytes(code),
            Convert.FromBase64String(salt),
            iterations,
            HashAlgorithmName.SHA256,
            known.Length
        );
        return CryptographicOperations.FixedTimeEquals(known, typed);
    }
}
