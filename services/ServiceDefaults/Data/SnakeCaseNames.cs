using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.EntityFrameworkCore.Metadata.Conventions;

namespace LaiChau.ServiceDefaults.Data;

/// <summary>Tables and columns are snake_case, so that SQL by hand needs no quotes.</summary>
internal sealed class SnakeCaseNames : IModelFinalizingConvention
{
    public void ProcessModelFinalizing(
        IConventionModelBuilder modelBuilder,
        IConventionContext<IConventionModelBuilder> context
    )
    {
        foreach (var entity in modelBuilder.Metadata.GetEntityTypes())
        {
            if (entity.GetContainerColumnName() is not null)
            {
                continue;
            }
            if (entity.GetTableName() is { } table && entity.BaseType is null)
            {
                entity.Builder.ToTable(Convert(table));
            }
            foreach (var property in entity.GetDeclaredProperties())
            {
                property.Builder.HasColumnName(Convert(property.GetColumnName()));
            }
            foreach (var key in entity.GetDeclaredKeys())
            {
                key.Builder.HasName(Convert(key.GetName() ?? ""));
            }
            foreach (var foreignKey in entity.GetDeclaredForeignKeys())
            {
                foreignKey.Builder.HasConstraintName(Convert(foreignKey.GetConstraintName() ?? ""));
            }
            foreach (var index in entity.GetDeclaredIndexes())
            {
                index.Builder.HasDatabaseName(Convert(index.GetDatabaseName() ?? ""));
            }
        }
    }

    private static string Convert(string name)
    {
        var text = new StringBuilder(name.Length + 8);
        for (var i = 0; i < name.Length; i++)
        {
            var c = name[i];
            if (char.IsUpper(c) && i > 0 && name[i - 1] != '_' && !char.IsUpper(name[i - 1]))
            {
                text.Append('_');
            }
            text.Append(char.ToLowerInvariant(c));
        }
        return text.ToString();
    }
}
