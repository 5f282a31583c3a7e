using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage;

namespace LaiChau.ServiceDefaults.Data.People;

/// <summary>The columns in which a person may stand, read from the model: a table that is added later is not forgotten.</summary>
internal static class PersonColumns
{
    public static string Quote(this DbContext db, string name) =>
        db.GetService<ISqlGenerationHelper>().DelimitIdentifier(name);

    public static IEnumerable<(IEntityType Type, string Column)> TextColumns(this DbContext db) =>
        from type in db.Model.GetEntityTypes()
        from property in type.GetProperties()
        where property.IsText()
        select (type, property.GetColumnName());

    /// <summary>As the database has it: JSON too.</summary>
    public static bool IsText(this IProperty property) => property.KeptAs() == typeof(string);

    public static bool IsId(this IProperty property) => property.KeptAs() == typeof(Guid);

    /// <summary>SQL: the column holds one of the parameters from <paramref name="first"/> on.</summary>
    public static string Holds(this PlatformDb db, string column, int parameters, int first = 0)
    {
        var find = db.IsPostgres ? "strpos" : "instr";
        return string.Join(
            " OR ",
            Enumerable.Range(first, parameters).Select(i => $"{find}({db.Quote(column)}, {{{i}}}) > 0")
        );
    }

    private static Type KeptAs(this IProperty property)
    {
        var type = property.GetTypeMapping().Converter?.ProviderClrType ?? property.ClrType;
        return Nullable.GetUnderlyingType(type) ?? type;
    }
}
