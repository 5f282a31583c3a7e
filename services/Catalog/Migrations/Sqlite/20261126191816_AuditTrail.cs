using LaiChau.ServiceDefaults.Data.Audit;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace LaiChau.Catalog.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class AuditTrail : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "audit_entries",
                columns: table => new
                {
                    no = table.Column<long>(type: "INTEGER", nullable: false),
                    line = table.Column<string>(type: "TEXT", nullable: false),
                    hash = table.Column<string>(type: "TEXT", nullable: false),
                    entity = table.Column<string>(type: "TEXT", nullable: true, computedColumnSql: "json_extract(line, '$.entity')", stored: true),
                    entity_id = table.Column<string>(type: "TEXT", nullable: true, computedColumnSql: "json_extract(line, '$.entityId')", stored: true),
                    actor_id = table.Column<string>(type: "TEXT", nullable: true, computedColumnSql: "json_extract(line, '$.actor.id')", stored: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_audit_entries", x => x.no);
                });

            migrationBuilder.CreateTable(
                name: "audit_heads",
                columns: table => new
                {
                    service = table.Column<string>(type: "TEXT", nullable: false),
                    no = table.Column<long>(type: "INTEGER", nullable: false),
                    hash = table.Column<string>(type: "TEXT", nullable: false),
                    at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_audit_heads", x => x.service);
                });

            migrationBuilder.CreateTable(
                name: "audit_personal_parts",
                columns: table => new
                {
                    no = table.Column<long>(type: "INTEGER", nullable: false),
                    entity = table.Column<string>(type: "TEXT", nullable: false),
                    entity_id = table.Column<string>(type: "TEXT", nullable: false),
                    content = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_audit_personal_parts", x => x.no);
                });

            migrationBuilder.CreateTable(
                name: "audit_publications",
                columns: table => new
                {
                    id = table.Column<int>(type: "INTEGER", nullable: false),
                    version = table.Column<long>(type: "INTEGER", nullable: false),
                    said = table.Column<string>(type: "TEXT", nullable: false),
                    content = table.Column<byte[]>(type: "BLOB", nullable: false),
                    is_written = table.Column<bool>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_audit_publications", x => x.id);
                });

            migrationBuilder.CreateIndex(
                name: "ix_audit_entries_actor_id_no",
                table: "audit_entries",
                columns: new[] { "actor_id", "no" });

            migrationBuilder.CreateIndex(
                name: "ix_audit_entries_entity_entity_id_no",
                table: "audit_entries",
                columns: new[] { "entity", "entity_id", "no" });

            migrationBuilder.CreateIndex(
                name: "ix_audit_personal_parts_entity_entity_id",
                table: "audit_personal_parts",
                columns: new[] { "entity", "entity_id" });
            migrationBuilder.ProtectAudit();
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "audit_entries");

            migrationBuilder.DropTable(
                name: "audit_heads");

            migrationBuilder.DropTable(
                name: "audit_personal_parts");

            migrationBuilder.DropTable(
                name: "audit_publications");
        }
    }
}
