using System.Text.Json;
using LaiChau.Contracts.Audit;
using LaiChau.Distribution.Trust;

namespace LaiChau.Cli.Audit;

/// <summary>One entry as a service exports it.</summary>
internal sealed record AuditRow(long No, string Hash, string Line);

/// <param name="Service">Whose trail.</param>
/// <param name="Entries">How many were read before the end or the fault.</param>
/// <param name="LastHash">Of the last good one.</param>
/// <param name="Fault">What is wrong, and from where on; null: nothing.</param>
internal sealed record TrailVerdict(string Service, long Entries, string LastHash, string? Fault);

/// <summary>Computes a trail's chain anew and holds it against what was signed before. Stops at the first thing that is wrong.</summary>
internal static class VerifyTrail
{
    /// <param name="service">Whose trail.</param>
    /// <param name="heads">Signed ends of this trail, from whatever times.</param>
    /// <param name="rows">The trail from its first entry.</param>
    /// <param name="ct">Cancels.</param>
    public static async Task<TrailVerdict> Run(
        string service,
        IReadOnlyCollection<AuditHead> heads,
        IAsyncEnumerable<AuditRow> rows,
        CancellationToken ct
    )
    {
        var signed = heads.ToLookup(h => h.No);
        var (no, hash, sure) = (0L, AuditChain.Start, 0L);
        await foreach (var row in rows.WithCancellation(ct))
        {
            if (row.No != no + 1)
            {
                return Wrong(
                    row.No > no
                        ? $"thiếu mục {no + 1} đến {row.No - 1}: đã bị xóa"
                        : $"sau mục {no} là mục {row.No}: thứ tự đã bị đổi"
                );
            }
            if (NumberIn(row.Line) is var number && number != row.No)
            {
                return Wrong(
                    number is null
                        ? $"mục {row.No} không còn đọc được: đã bị sửa"
                        : $"mục {row.No} vốn là mục {number}: thứ tự đã bị đổi"
                );
            }
            var next = AuditChain.Next(hash, row.Line);
            if (next != row.Hash)
            {
                return Wrong($"mục {row.No} không khớp với mã băm của nó: mục này hoặc mã băm đã bị sửa");
            }
            if (signed[row.No].Any(h => h.Hash != next))
            {
                return Wrong(
                    $"tính đến mục {row.No}, nhật ký khác với lúc được ký: có mục từ {sure + 1} đến {row.No} đã bị sửa, rồi mã băm được tính lại"
                );
            }
            (no, hash) = (row.No, next);
            sure = signed.Contains(no) ? no : sure;
        }
        return heads.Select(h => h.No).DefaultIfEmpty().Max() is var last && last > no
            ? Wrong($"nhật ký dừng ở mục {no}, trong khi đã có đến mục {last} khi được ký: phần cuối đã bị cắt")
            : new TrailVerdict(service, no, hash, null);

        TrailVerdict Wrong(string fault) => new(service, no, hash, fault);
    }

    private static long? NumberIn(string line)
    {
        try
        {
            using var entry = JsonDocument.Parse(line);
            return entry.RootElement.GetProperty("no").GetInt64();
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return null;
        }
    }
}
