using LaiChau.Contracts;
using LaiChau.PointRegistry.Units;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.PointRegistry.Acts;

/// <summary>All that is said of an act: when it is recorded and when it is changed.</summary>
/// <param name="Kind">As numbers abbreviate it: <c>HD</c>, <c>QĐ</c>; <c>QD</c> will do.</param>
/// <param name="IssuerId">An organisation.</param>
/// <param name="InForceFrom">Its date when left out.</param>
/// <param name="InForceTo">First day no longer in force.</param>
/// <param name="Replaces">The id or number of another act.</param>
internal sealed record ActRequest(
    string Number,
    string Kind,
    Guid IssuerId,
    DateOnly Date,
    string Title,
    string? Scope = null,
    DateOnly? InForceFrom = null,
    DateOnly? InForceTo = null,
    string? Replaces = null
)
{
    /// <summary>Makes the act what this says; or the first thing wrong with it, for the person who typed it.</summary>
    public async Task<ProblemHttpResult?> Describe(LegalAct act, PointRegistryDb db, CancellationToken ct)
    {
        var number = Number.Trim();
        if (!ActNumber.IsValid(number))
        {
            return PointRegistryProblems.Invalid("number", ActNumber.Shape);
        }
        var kind = LegalAct.Kinds.Keys.FirstOrDefault(k => SearchText.Plain(k) == SearchText.Plain(Kind));
        if (kind is null)
        {
            return PointRegistryProblems.Invalid(
                "kind",
                $"Loại văn bản là một trong: {string.Join(", ", LegalAct.Kinds.Keys)}."
            );
        }
        if (Title.Trim() is not { Length: > 0 and <= 1000 } title)
        {
            return PointRegistryProblems.Invalid("title", "Trích yếu phải có từ 1 đến 1000 ký tự.");
        }
        if (Scope is { Length: > 1000 })
        {
            return PointRegistryProblems.Invalid("scope", "Phạm vi áp dụng không quá 1000 ký tự.");
        }
        if ((InForceFrom ?? Date) >= InForceTo)
        {
            return PointRegistryProblems.Invalid("inForceTo", "Ngày hết hiệu lực phải sau ngày có hiệu lực.");
        }
        if (await db.Organisations.SingleOrDefaultAsync(o => o.Id == IssuerId, ct) is not { } issuer)
        {
            return PointRegistryProblems.Invalid(
                "issuerId",
                "Chưa có cơ quan ban hành này; hãy thêm tổ chức trước rồi ghi mã của tổ chức."
            );
        }
        var (replaces, refusal) = await FindAct.Cited(db, Replaces, ct);
        if (refusal is not null)
        {
            return refusal;
        }
        if (replaces is not null && (replaces.Id == act.Id || replaces.Date > Date))
        {
            return PointRegistryProblems.Invalid(
                "replaces",
                "Văn bản bị thay thế phải là một văn bản khác và không ban hành sau văn bản này."
            );
        }
        act.Describe(
            number,
            kind,
            issuer,
            Date,
            title,
            Scope?.Trim() is { Length: > 0 } scope ? scope : null,
            (InForceFrom, InForceTo),
            replaces
        );
        return null;
    }
}
