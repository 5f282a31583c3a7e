using System.Text.Json.Serialization;
using LaiChau.PointRegistry.Units;
using LaiChau.ServiceDefaults.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.PointRegistry.Accounts.Rules;

/// <param name="AcceptedAt">Null: not yet.</param>
internal sealed record AcceptanceAnswer(
    Guid AccountId,
    string UserName,
    string Name,
    IReadOnlyList<string> Roles,
    int Version,
    DateTimeOffset? AcceptedAt,
    string? ClientAddress,
    string? ClientAgent
)
{
    [JsonIgnore]
    public string Key { get; } = string.Join('\u001f', SearchText.Plain(Name), AccountId.ToString("N"));
}

/// <summary>Everybody who may sign in, and whoever accepted before he no longer might; in memory: a province has some thousands.</summary>
internal static class ListAcceptances
{
    private const string Order = "acceptances";

    /// <param name="version">Left out: the version in force.</param>
    /// <param name="accepted">Only who has accepted it, or only who has not.</param>
    /// <param name="q">Words of the name or the user name, with or without diacritics.</param>
    /// <param name="limit">1 to 500.</param>
    /// <param name="after">The last page's <c>next</c>.</param>
    public static async Task<Results<Ok<Page<AcceptanceAnswer>>, ProblemHttpResult>> Handle(
        int? version,
        bool? accepted,
        string? q,
        int? limit,
        string? after,
        PointRegistryDb db,
        TimeProvider time,
        CancellationToken ct
    )
    {
        version ??= await RulesInForce.Today(db, time, ct);
        if (version is not { } asked || !await db.Rules.AnyAsync(r => r.Version == asked, ct))
        {
            return PointRegistryProblems.RulesNotFound.With(
                version is null ? "Hiện không có quy chế nào đang có hiệu lực." : null
            );
        }
        string? last = null;
        if (after is { Length: > 0 } && (last = Cursor.Read(after, Order)) is null)
        {
            return PointRegistryProblems.NoCursor();
        }
        var said = await db
            .RulesAcceptances.AsNoTracking()
            .Where(a => a.Version == asked)
            .ToDictionaryAsync(a => a.AccountId, ct);
        var now = time.GetUtcNow();
        var accounts = await db.Accounts.AsNoTracking().ToListAsync(ct);
        var rows = accounts
            .Where(a => said.ContainsKey(a.Id) ? accepted is not false : accepted is not true && a.MaySignIn(now))
            .Where(a => Matches(a, q))
            .Select(a =>
            {
                var row = said.GetValueOrDefault(a.Id);
                return new AcceptanceAnswer(
                    a.Id,
                    a.UserName,
                    a.Name,
                    a.Roles,
                    asked,
                    row?.At,
                    row?.ClientAddress,
                    row?.ClientAgent
                );
            })
            .Where(a => last is null || string.CompareOrdinal(a.Key, last) > 0)
            .OrderBy(a => a.Key, StringComparer.Ordinal);
        var size = Paging.Size(limit);
        return TypedResults.Ok(Paging.Cut([.. rows.Take(size + 1)], size, a => Cursor.Write(Order, a.Key), a => a));
    }

    private static bool Matches(Account account, string? q)
    {
        var text = SearchText.Lower($"{account.Name} {account.UserName}");
        var plain = SearchText.Plain(text);
        return SearchText
            .Words(q ?? "")
            .All(w => (w.HasMarks ? text : plain).Contains(w.Word, StringComparison.Ordinal));
    }
}
