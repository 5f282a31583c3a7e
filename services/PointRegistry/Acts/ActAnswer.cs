using LaiChau.PointRegistry.Organisations;
using LaiChau.ServiceDefaults.Http;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.PointRegistry.Acts;

/// <summary>An act, as what cites it names it.</summary>
internal sealed record ActReference(Guid Id, string Number)
{
    public static ActReference? Of(LegalAct? act) => act is null ? null : new(act.Id, act.Number);
}

/// <param name="Kind">As numbers abbreviate it: <c>HD</c>, <c>QĐ</c>.</param>
/// <param name="Issuer">As it was called on the act's day.</param>
/// <param name="InForceTo">First day no longer in force.</param>
internal sealed record ActAnswer(
    Guid Id,
    string Number,
    string Kind,
    string KindName,
    OrganisationReference Issuer,
    DateOnly? Date,
    string Title,
    string? Scope,
    DateOnly? InForceFrom,
    DateOnly? InForceTo,
    ActReference? Replaces,
    IReadOnlyList<ActReference> ReplacedBy,
    long Version
) : IVersioned
{
    public static async Task<ActAnswer> Of(PointRegistryDb db, LegalAct act, DateOnly today, CancellationToken ct) =>
        (await Of(db, [act], today, ct))[0];

    /// <summary>Needs issuers and what is replaced loaded.</summary>
    public static async Task<IReadOnlyList<ActAnswer>> Of(
        PointRegistryDb db,
        IReadOnlyList<LegalAct> acts,
        DateOnly today,
        CancellationToken ct
    )
    {
        var ids = acts.Select(a => (Guid?)a.Id).ToList();
        var heirs = (
            await db
                .Acts.Where(a => ids.Contains(a.ReplacesId))
                .OrderBy(a => a.Id)
                .Select(a => new { a.ReplacesId, Act = new ActReference(a.Id, a.Number) })
                .ToListAsync(ct)
        ).ToLookup(a => a.ReplacesId, a => a.Act);
        return
        [
            .. acts.Select(a => new ActAnswer(
                a.Id,
                a.Number,
                a.Kind,
                LegalAct.Kinds[a.Kind],
                new(a.IssuerId, a.Issuer.NameOn(a.Date ?? today)),
                a.Date,
                a.Title,
                a.Scope,
                a.InForceFrom,
                a.InForceTo,
                ActReference.Of(a.Replaces),
                [.. heirs[a.Id]],
                a.Version
            )),
        ];
    }
}
