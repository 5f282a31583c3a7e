using LaiChau.OpsConsole.Acts;
using LaiChau.OpsConsole.Api;

namespace LaiChau.OpsConsole.Accounts;

public sealed record Account
{
    public Guid Id { get; init; }
    public string UserName { get; init; } = "";
    public string Name { get; init; } = "";
    public IReadOnlyList<string> Roles { get; init; } = [];
    public string? UnitCode { get; init; }
    public Guid? PointId { get; init; }
    public ActReference? Act { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? ExpiresAt { get; init; }
    public DateTimeOffset? DisabledAt { get; init; }
    public DateTimeOffset? SecondFactorSince { get; init; }
}

public sealed record NewAccount(string UserName, string Name, IReadOnlyList<string> Roles, string Password)
{
    public string? UnitCode { get; init; }

    /// <summary>As typed: the registry says what is wrong with it.</summary>
    public string? PointId { get; init; }
    public DateTimeOffset? ExpiresAt { get; init; }
}

internal sealed class AccountsApi(GatewayApi api)
{
    public Task<Answer<Account[]>> All() => api.GetAll<Account>("/api/points/accounts");

    public Task<Answer<Account>> Create(NewAccount account) => api.Post<Account>("/api/points/accounts", account);

    public Task<Answer<Done>> Disable(Guid id) => api.Post<Done>($"/api/points/accounts/{id}/disable");

    public Task<Answer<Done>> Enable(Guid id) => api.Post<Done>($"/api/points/accounts/{id}/enable");

    public Task<Answer<Done>> ResetSecondFactor(Guid id) => api.Delete($"/api/points/accounts/{id}/second-factor");
}
