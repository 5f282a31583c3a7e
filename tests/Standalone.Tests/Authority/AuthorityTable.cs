using LaiChau.Testing;

namespace LaiChau.Standalone.Tests.Authority;

/// <summary>How far a role's power over an endpoint reaches.</summary>
internal enum Reach
{
    /// <summary>Not at all: 401 or 403.</summary>
    None,

    /// <summary>What is of its own place; what is of another does not exist for it.</summary>
    Own,
    All,
}

/// <summary>One endpoint as <c>deploy/authority.csv</c> says who may use it.</summary>
/// <param name="Endpoint"><c>GET /api/points/{id:guid}</c>.</param>
/// <param name="Reaches">By role; <c>anonymous</c> and <c>point</c> are roles here.</param>
internal sealed record AuthorityRow(string Endpoint, IReadOnlyDictionary<string, Reach> Reaches)
{
    public string Method => Endpoint[..Endpoint.IndexOf(' ', StringComparison.Ordinal)];
    public string Route => Endpoint[(Method.Length + 1)..];
}

/// <summary>Who may do what: the one table that people review. The tests hold every endpoint of every service against it.</summary>
internal static class AuthorityTable
{
    public const string Anonymous = "anonymous";

    public static IReadOnlyList<AuthorityRow> Read()
    {
        var lines = File.ReadAllLines(Path.Combine(Repository.Root, "deploy", "authority.csv"))
            .Where(l => l.Length > 0 && !l.StartsWith('#'))
            .ToList();
        var roles = lines[0].Split(';')[1..];
        return [.. lines.Skip(1).Select(l => l.Split(';')).Select(cells => Row(cells, roles))];
    }

    private static AuthorityRow Row(string[] cells, string[] roles)
    {
        Assert.True(cells.Length == roles.Length + 1, $"{cells[0]}: {cells.Length - 1} cells for {roles.Length} roles");
        return new(
            cells[0],
            roles
                .Zip(
                    cells[1..],
                    (role, cell) =>
                        KeyValuePair.Create(
                            role,
                            cell switch
                            {
                                "-" => Reach.None,
                                "own" => Reach.Own,
                                "all" => Reach.All,
                                _ => throw new FormatException($"{cells[0]}, {role}: '{cell}' is not -, own or all"),
                            }
                        )
                )
                .ToDictionary()
        );
    }
}
