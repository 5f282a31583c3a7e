using LaiChau.ServiceDefaults.Http;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.PointRegistry.Organisations;

internal sealed record OrganisationReference(Guid Id, string Name);

/// <summary>An organisation as of a day.</summary>
/// <param name="Name">On that day.</param>
/// <param name="Owner">On that day, by its name of that day.</param>
/// <param name="Active">Whether it is there on that day.</param>
/// <param name="Names">All that it ever had, with their first days.</param>
internal sealed record OrganisationAnswer(
    Guid Id,
    OrganisationKind Kind,
    string Name,
    OrganisationReference? Owner,
    bool Active,
    string? UnitCode,
    DateOnly? ActiveFrom,
    DateOnly? ActiveTo,
    IReadOnlyList<NamePeriod> Names,
    IReadOnlyList<OwnerPeriod> Owners,
    long Version
) : IVersioned
{
    public static async Task<OrganisationAnswer> Of(
        PointRegistryDb db,
        Organisation organisation,
        DateOnly day,
        CancellationToken ct
    ) => (await Of(db, [organisation], day, ct))[0];

    public static async Task<IReadOnlyList<OrganisationAnswer>> Of(
        PointRegistryDb db,
        IReadOnlyList<Organisation> organisations,
        DateOnly day,
        CancellationToken ct
    )
    {
        var ids = organisations.Select(o => o.OwnerOn(day)).OfType<Guid>().ToList();
        var owners = await db
            .Organisations.AsNoTracking()
            .Where(o => ids.Contains(o.Id))
            .ToDictionaryAsync(o => o.Id, ct);
        return
        [
            .. organisations.Select(o => new OrganisationAnswer(
                o.Id,
                o.Kind,
                o.NameOn(day),
                o.OwnerOn(day) is { } owner ? new(owner, owners[owner].NameOn(day)) : null,
                o.IsActive(day),
                o.UnitCode,
                o.ActiveFrom,
                o.ActiveTo,
                o.Names,
                o.Owners,
                o.Version
            )),
        ];
    }
}
