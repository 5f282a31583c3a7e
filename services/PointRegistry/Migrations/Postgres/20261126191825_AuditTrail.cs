using LaiChau.ServiceDefaults.Data.Audit;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace LaiChau.PointRegistry.Migrations.Postgres
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
                    no = table.Column<long>(type: "bigint", nullable: false),
                    line = table.Column<string>(type: "text", nullable: false),
                    hash = table.Column<string>(type: "text", nullable: false),
                    entity = table.Column<string>(type: "text", nullable: true, computedColumnSql: "(line::jsonb #>> '{entity}')", stored: true),
                    entity_id = table.Column<string>(type: "text", nullable: true, computedColumnSql: "(line::jsonb #>> '{entityId}')", stored: true),
                    actor_id = table.Column<string>(type: "text", nullable: true, computedColumnSql: "(line::jsonb #>> '{actor,id}')", stored: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_audit_entries", x => x.no);
                });

            migrationBuilder.CreateTable(
                name: "audit_personal_parts",
                columns: table => new
                {
                    no = table.Column<long>(type: "bigint", nullable: false),
                    entity = table.Column<string>(type: "text", nullable: false),
                    entity_id = table.Column<string>(type: "text", nullable: false),
                    content = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_audit_personal_parts", x => x.no);
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
                name: "audit_personal_parts");
        }
    }
}
