using System.Text.Json.Nodes;
using LaiChau.OpsConsole.Api;

namespace LaiChau.OpsConsole.PersonalData;

/// <summary>Rows of a table, or of a column.</summary>
public sealed record PersonalRows(string Where, long Rows);

/// <summary>What one service holds about a person, as it came.</summary>
/// <param name="Name">Of the service, in its addresses.</param>
public sealed record ServiceExport(string Name, JsonObject Content)
{
    public IReadOnlyList<Guid> Ids => [.. (Content["ids"]?.AsArray() ?? []).Select(i => i!.GetValue<Guid>())];

    public IReadOnlyList<PersonalRows> Rows =>
        [.. (Content["rows"]?.AsObject() ?? []).Select(t => new PersonalRows(t.Key, t.Value!.AsArray().Count))];

    public int Trail => Content["trail"]?.AsArray().Count ?? 0;

    /// <summary>The person's own row of a table.</summary>
    public JsonObject? Own(string table) =>
        Content["rows"]
            ?[table]?.AsArray()
            .OfType<JsonObject>()
            .FirstOrDefault(r => r["id"]?.GetValue<Guid>() is { } id && Ids.Contains(id));
}

/// <summary>Whom the register knows by an id: an account, a member of a team, or both.</summary>
/// <param name="Word">What is typed to confirm that this one is meant.</param>
public sealed record Person(Guid Id, string Name, string? UserName, string Word, ServiceExport Register)
{
    /// <summary>Under which the other services know the person.</summary>
    public Guid FirstId => Register.Ids[0];

    internal static Person Of(Guid id, ServiceExport register)
    {
        var (account, member) = (register.Own("accounts"), register.Own("team_members"));
        var name = (account ?? member)?["name"]?.GetValue<string>() ?? id.ToString();
        var userName = account?["userName"]?.GetValue<string>();
        return new Person(id, name, userName, userName ?? name, register);
    }
}

/// <param name="Reason">Kept in the audit trail for good.</param>
public sealed record ErasureDraft(string Reason, string? Act);

/// <summary>What an erasure would take away, or has taken, and what stays.</summary>
public sealed record Erasure
{
    public bool DryRun { get; init; }
    public IReadOnlyList<PersonalRows> Erased { get; init; } = [];
    public IReadOnlyList<string> Elsewhere { get; init; } = [];
    public IReadOnlyList<string> Kept { get; init; } = [];

    /// <summary>Where the words still stand in what people wrote.</summary>
    public IReadOnlyList<PersonalRows> Mentions { get; init; } = [];
}

internal sealed class PersonApi(GatewayApi api)
{
    private const string Register = "points";

    /// <summary>Each part of the platform holds its own.</summary>
    public static readonly IReadOnlyList<string> Others = ["bulletins", "catalog", "telemetry"];

    public async Task<Answer<Person>> One(Guid id)
    {
        var register = await Export(Register, id);
        return register.Ok ? Person.Of(id, register.Value) : register.Problem;
    }

    public async Task<Answer<ServiceExport>> Export(string service, Guid id)
    {
        var content = await api.Get<JsonObject>($"/api/{service}/people/{id}/export");
        return content.Ok ? new ServiceExport(service, content.Value) : content.Problem;
    }

    public Task<Answer<Erasure>> Erase(Guid id, ErasureDraft draft, bool dryRun) =>
        api.Post<Erasure>($"/api/points/people/{id}/erasure" + (dryRun ? "?dryRun=true" : ""), draft);
}
