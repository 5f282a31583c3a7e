using System.Linq.Expressions;

namespace LaiChau.PointRegistry.Cases;

/// <summary>An order of cases: <c>created</c>, <c>due</c>, <c>priority</c> (the most urgent first) or <c>state</c>, with a minus for the other way round.</summary>
internal sealed record CaseSort(string Name, bool Descending, Expression<Func<Case, string>>? Key)
{
    private static readonly Dictionary<string, Expression<Func<Case, string>>?> Known = new(StringComparer.Ordinal)
    {
        // The ids are in order of creation.
        ["created"] = null,
        ["due"] = c => c.DueKey,
        ["priority"] = c => c.PriorityKey,
        ["state"] = c => c.StateKey,
    };

    public static CaseSort? Parse(string? text)
    {
        var word = string.IsNullOrEmpty(text) ? "created" : text;
        var descending = word.StartsWith('-');
        return Known.TryGetValue(descending ? word[1..] : word, out var key) ? new(word, descending, key) : null;
    }

    public string KeyOf(Case one) => Key is null ? one.Id.ToString() : Key.Compile()(one);

    public IQueryable<Case> Apply(IQueryable<Case> rows) =>
        Key is null ? (Descending ? rows.OrderByDescending(c => c.Id) : rows.OrderBy(c => c.Id))
        : Descending ? rows.OrderByDescending(Key)
        : rows.OrderBy(Key);

    /// <summary>The rows behind the one with this key; null when it is no key.</summary>
    public IQueryable<Case>? After(IQueryable<Case> rows, string last)
    {
        if (Key is null)
        {
            return !Guid.TryParse(last, out var id) ? null
                : Descending ? rows.Where(c => c.Id < id)
                : rows.Where(c => c.Id > id);
        }
        // A captured variable and not a constant, so that one compiled query serves every page.
        Expression<Func<string>> value = () => last;
        var compared = Expression.Call(typeof(string), nameof(string.Compare), null, Key.Body, value.Body);
        var zero = Expression.Constant(0);
        return rows.Where(
            Expression.Lambda<Func<Case, bool>>(
                Descending ? Expression.LessThan(compared, zero) : Expression.GreaterThan(compared, zero),
                Key.Parameters
            )
        );
    }
}
