using LaiChau.PointRegistry.Units;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.PointRegistry.Acts;

/// <summary>The act that somebody cites, by its number or, where two issuers gave the same number, by its id.</summary>
internal static class FindAct
{
    /// <summary>Neither an act nor a fault where nothing is cited.</summary>
    public static async Task<(LegalAct? Act, ProblemHttpResult? Fault)> Cited(
        PointRegistryDb db,
        string? cited,
        CancellationToken ct
    )
    {
        if (string.IsNullOrWhiteSpace(cited))
        {
            return (null, null);
        }
        var found = await Like(db, cited).OrderBy(a => a.Date).Take(2).ToListAsync(ct);
        return found switch
        {
            [var act] => (act, null),
            [] => (
                null,
                PointRegistryProblems.ActUnknown.With(
                    $"Chưa có văn bản «{cited.Trim()}» trong hệ thống; hãy thêm trước."
                )
            ),
            _ => (
                null,
                PointRegistryProblems.ActUnknown.With(
                    $"Có nhiều văn bản mang số hiệu «{cited.Trim()}»; hãy ghi mã của văn bản cần dẫn."
                )
            ),
        };
    }

    public static IQueryable<LegalAct> Like(PointRegistryDb db, string cited)
    {
        var key = SearchText.Plain(cited);
        return Guid.TryParse(cited, out var id)
            ? db.Acts.Where(a => a.Id == id)
            : db.Acts.Where(a => a.NumberKey == key);
    }
}
