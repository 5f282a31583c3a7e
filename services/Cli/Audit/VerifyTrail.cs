using System.Text.Json;
using LaiChau.Contracts.Audit;
using LaiChau.Distribution.Trust;

namespace LaiChau.Cli.Audit;

/// <summary>One entry as a service exports it.</summary>
/// <param name="HasPersonal">The personal part whose digest the line holds is there; null from a server that does not say.</param>
internal sealed record AuditRow(long No, string Hash, string Line, bool? HasPersonal = null);

/// <param name="Service">Whose trail.</param>
/// <param name="Entries">How many were read before the end or the fault.</param>
/// <param name="LastHash">Of the last good one.</param>
/// <param name="Erased">The entries whose personal part was erased, as later entries say.</param>
/// <param name="Fault">What is wrong, and from where on; null: nothing.</param>
internal sealed record TrailVerdict(
    string Service,
    long Entries,
    string LastHash,
    IReadOnlyList<long> Erased,
    string? Fault
);

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
        var (gone, said) = (new SortedSet<long>(), new SortedSet<long>());
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
            var entry = Entry.Read(row.Line);
            if (entry?.No is var number && number != row.No)
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
            if (entry!.HasPersonal && row.HasPersonal is false)
            {
                gone.Add(no);
            }
            said.UnionWith(entry.Erased);
        }
        return heads.Select(h => h.No).DefaultIfEmpty().Max() is var last && last > no
                ? Wrong($"nhật ký dừng ở mục {no}, trong khi đã có đến mục {last} khi được ký: phần cuối đã bị cắt")
            : gone.Except(said).ToList() is { Count: > 0 } unsaid
                ? Wrong($"mất phần dữ liệu cá nhân mà không có quyết định xoá: mục {Numbers.Say(unsaid)}")
            : new TrailVerdict(service, no, hash, [.. gone], null);

        TrailVerdict Wrong(string fault) => new(service, no, hash, [.. gone], fault);
    }

    /// <param name="HasPersonal">It holds the digest of a personal part.</param>
    /// <param name="Erased">The entries whose personal parts it says are erased.</param>
    private sealed record Entry(long No, bool HasPersonal, IReadOnlyList<long> Erased)
    {
        public static Entry? Read(string line)
        {
            try
            {
                using var json = JsonDocument.Parse(line);
                var root = json.RootElement;
                var erased =
                    root.TryGetProperty("action", out var action)
                    && action.GetString() == "erased"
                    && root.TryGetProperty("after", out var after)
                    && after.TryGetProperty("parts", out var parts)
                        ? parts.EnumerateArray().Select(p => p.GetInt64()).ToList()
                        : [];
                return new(root.GetProperty("no").GetInt64(), root.TryGetProperty("personal", out _), erased);
            }
            catch (Exception fault)
                when (fault is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
            {
                return null;
            }
        }
    }
}
