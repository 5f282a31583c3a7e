using System.Linq.Expressions;

namespace LaiChau.PointRegistry.Points;

/// <summary>
/// An order of points: <c>created</c>, <c>name</c>, <c>unit</c> or <c>state</c>, with a minus for the other way round. Pages go by the
/// last row's key, not by counting: the last page costs what the first one does, and what comes or goes meanwhile moves no row
/// from one page to another.
/// </summary>
internal sealed record PointSort(string Name, bool Descending, Expression<Func<Point, string>>? Key)
{
    private static readonly Dictionary<string, Expression<Func<Point, string>>?> Known = new(StringComparer.Ordinal)
    {
        // The ids are in order of creation.
        ["created"] = null,
        ["name"] = p => p.NameKey,
        ["unit"] = p => p.UnitKey,
        ["state"] = p => p.StateKey,
    };

    public static PointSort? Parse(string? text)
    {
        var word = string.IsNullOrEmpty(text) ? "created" : text;
        var descending = word.StartsWith('-');
        var name = descending ? word[1..] : word;
        return Known.TryGetValue(name, out var key) ? new(word, descending, key) : null;
    }

    public string KeyOf(Point point) => Key is null ? point.Id.ToString() : Key.Compile()(point);

    public IQueryable<PointRow> Apply(IQueryable<PointRow> rows)
    {
        if (Key is null)
        {
            return Descending ? rows.OrderByDescending(r => r.Point.Id) : rows.OrderBy(r => r.Point.Id);
        }
        var key = OfRow(Key);
        return Descending ? rows.OrderByDescending(key) : rows.OrderBy(key);
    }

    /// <summary>The rows behind the one with this key; null when it is no key.</summary>
    public IQueryable<PointRow>? After(IQueryable<PointRow> rows, string last)
    {
        if (Key is null)
        {
            return !Guid.TryParse(last, out var id) ? null
                : Descending ? rows.Where(r => r.Point.Id < id)
                : rows.Where(r => r.Point.Id > id);
        }
        var row = OfRow(Key);
        // A captured variable and not a constant, so that one compiled query serves every page.
        Expression<Func<string>> value = () => last;
        var compared = Expression.Call(typeof(string), nameof(string.Compare), null, row.Body, value.Body);
        var zero = Expression.Constant(0);
        return rows.Where(
            Expression.Lambda<Func<PointRow, bool>>(
                Descending ? Expression.LessThan(compared, zero) : Expression.GreaterThan(compared, zero),
                row.Parameters
            )
        );
    }

    private static Expression<Func<PointRow, string>> OfRow(Expression<Func<Point, string>> key)
    {
        var row = Expression.Parameter(typeof(PointRow), "row");
        var member = (MemberExpression)key.Body;
        return Expression.Lambda<Func<PointRow, string>>(
            Expression.Property(Expression.Property(row, nameof(PointRow.Point)), member.Member.Name),
            row
        );
    }
}
