using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.EntityFrameworkCore.Migrations;

namespace LaiChau.ServiceDefaults.Data.Audit;

/// <summary>One entry of the trail. Never changed: the database refuses it (<see cref="AuditProtection"/>).</summary>
[NotAudited("it is the trail")]
internal sealed class AuditEntry
{
    /// <summary>Counted from 1 without a gap.</summary>
    public required long No { get; init; }

    /// <summary>The entry: JSON on one line; the columns below are read out of it by the database.</summary>
    public required string Line { get; init; }

    /// <summary>By <see cref="Contracts.Audit.AuditChain"/>.</summary>
    public required string Hash { get; init; }
    public string? Entity { get; private init; }
    public string? EntityId { get; private init; }
    public string? ActorId { get; private init; }

    public static void Map(EntityTypeBuilder<AuditEntry> entry, bool isPostgres)
    {
        entry.ToTable("audit_entries");
        entry.HasKey(e => e.No);
        entry.Property(e => e.No).ValueGeneratedNever();
        entry.Property(e => e.Entity).HasComputedColumnSql(Field("entity"), stored: true);
        entry.Property(e => e.EntityId).HasComputedColumnSql(Field("entityId"), stored: true);
        entry.Property(e => e.ActorId).HasComputedColumnSql(Field("actor", "id"), stored: true);
        entry.HasIndex(e => new
        {
            e.Entity,
            e.EntityId,
            e.No,
        });
        entry.HasIndex(e => new { e.ActorId, e.No });

        string Field(params string[] path) =>
            isPostgres
                ? $"(line::jsonb #>> '{{{string.Join(',', path)}}}')"
                : $"json_extract(line, '$.{string.Join('.', path)}')";
    }
}

/// <summary>The personal part of an entry, and the salt under its digest. Erasing a person's data removes it.</summary>
[NotAudited("it belongs to the trail")]
internal sealed class AuditPersonalPart
{
    public required long No { get; init; }
    public required string Entity { get; init; }
    public required string EntityId { get; init; }

    /// <summary>JSON whose SHA-256 the entry's line holds as <c>personal</c>.</summary>
    public required string Content { get; init; }

    public static void Map(EntityTypeBuilder<AuditPersonalPart> part)
    {
        part.ToTable("audit_personal_parts");
        part.HasKey(p => p.No);
        part.Property(p => p.No).ValueGeneratedNever();
        part.HasIndex(p => new { p.Entity, p.EntityId });
    }
}

/// <summary>Makes the trail append-only for everyone who speaks SQL to it; called by the migration that creates it.</summary>
public static class AuditProtection
{
    public static void ProtectAudit(this MigrationBuilder migration)
    {
        if (migration.ActiveProvider!.EndsWith("Sqlite", StringComparison.Ordinal))
        {
            foreach (var change in new[] { "UPDATE", "DELETE" })
            {
                migration.Sql(
                    $"""
                    CREATE TRIGGER audit_entries_no_{change} BEFORE {change} ON audit_entries
                    BEGIN SELECT RAISE(ABORT, 'audit entries are never changed'); END;
                    """
                );
            }
            return;
        }
        migration.Sql(
            """
            CREATE OR REPLACE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN RAISE EXCEPTION 'audit entries are never changed' USING ERRCODE = 'insufficient_privilege'; END $$;
            CREATE TRIGGER audit_entries_no_change BEFORE UPDATE OR DELETE ON audit_entries
                FOR EACH ROW EXECUTE FUNCTION refuse_audit_change();
            CREATE TRIGGER audit_entries_no_truncate BEFORE TRUNCATE ON audit_entries
                FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();
            """
        );
    }
}
