using LaiChau.OpsConsole.Api;

namespace LaiChau.OpsConsole.Organisations;

public sealed record OrganisationReference(Guid Id, string Name);

/// <summary>What it is called, from this day until the next name begins.</summary>
public sealed record NamePeriod(string Name, DateOnly? From);

/// <summary>What it belongs to, from this day until the next begins.</summary>
public sealed record OwnerPeriod(Guid? OwnerId, DateOnly? From);

/// <summary>As of a day.</summary>
public sealed record Organisation
{
    public Guid Id { get; init; }
    public string Kind { get; init; } = "";
    public string Name { get; init; } = "";
    public OrganisationReference? Owner { get; init; }
    public bool Active { get; init; }
    public string? UnitCode { get; init; }
    public DateOnly? ActiveFrom { get; init; }

    /// <summary>First day on which it is no longer there.</summary>
    public DateOnly? ActiveTo { get; init; }
    public IReadOnlyList<NamePeriod> Names { get; init; } = [];
    public IReadOnlyList<OwnerPeriod> Owners { get; init; } = [];
    public long Version { get; init; }
}

public sealed record OrganisationDraft(
    string Kind,
    IReadOnlyList<NamePeriod> Names,
    IReadOnlyList<OwnerPeriod> Owners,
    string? UnitCode,
    DateOnly? ActiveFrom,
    DateOnly? ActiveTo
)
{
    public static OrganisationDraft Of(Organisation organisation) =>
        new(
            organisation.Kind,
            organisation.Names,
            organisation.Owners,
            organisation.UnitCode,
            organisation.ActiveFrom,
            organisation.ActiveTo
        );
}

/// <summary>Which organisations a page was asked for.</summary>
public sealed record OrganisationQuery(string? Words, string? Kind, string? Day, string? After)
{
    public string Address(string? after) =>
        ConsoleRoutes.With(ConsoleRoutes.Organisations, ("q", Words), ("loai", Kind), ("ngay", Day), ("sau", after));
}

internal sealed class OrganisationsApi(GatewayApi api)
{
    private const string Root = "/api/points/organisations";

    public Task<Answer<ApiList<Organisation>>> List(OrganisationQuery query) =>
        api.Get<ApiList<Organisation>>(
            ConsoleRoutes.With(
                Root,
                ("q", query.Words?.Trim().Normalize()),
                ("kind", query.Kind),
                ("asOf", query.Day),
                ("limit", "50"),
                ("after", query.After)
            )
        );

    /// <summary>All, for choosing one.</summary>
    public Task<Answer<Organisation[]>> All() => api.GetAll<Organisation>(Root);

    public Task<Answer<Organisation>> One(Guid id) => api.Get<Organisation>($"{Root}/{id}");

    public Task<Answer<Organisation>> Add(OrganisationDraft draft, FormMark mark) =>
        api.Post<Organisation>(Root, draft, mark);

    public Task<Answer<Organisation>> Change(Guid id, OrganisationDraft draft, FormMark mark) =>
        api.Put<Organisation>($"{Root}/{id}", draft, mark);
}
