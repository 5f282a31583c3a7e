using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace LaiChau.PointRegistry.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class PlacesAndPoints : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AlterDatabase()
                .Annotation("Npgsql:PostgresExtension:pg_trgm", ",,");

            migrationBuilder.AddColumn<Guid>(
                name: "merge_id",
                table: "unit_successions",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "equipment",
                table: "points",
                type: "text",
                nullable: false,
                defaultValueSql: "'[]'");

            migrationBuilder.AddColumn<string>(
                name: "link",
                table: "points",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "name_key",
                table: "points",
                type: "text",
                nullable: false,
                defaultValue: "",
                collation: "C");

            migrationBuilder.AddColumn<string>(
                name: "notes",
                table: "points",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "opening_hours",
                table: "points",
                type: "text",
                nullable: false,
                defaultValueSql: "'[]'");

            migrationBuilder.AddColumn<string>(
                name: "search_plain",
                table: "points",
                type: "text",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "search_text",
                table: "points",
                type: "text",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "state_key",
                table: "points",
                type: "text",
                nullable: false,
                defaultValue: "",
                collation: "C");

            migrationBuilder.AddColumn<string>(
                name: "tags",
                table: "points",
                type: "text",
                nullable: false,
                defaultValueSql: "'[]'");

            migrationBuilder.AddColumn<string>(
                name: "unit_key",
                table: "points",
                type: "text",
                nullable: false,
                defaultValue: "",
                collation: "C");

            migrationBuilder.AddColumn<DateOnly>(
                name: "unit_valid_from",
                table: "accounts",
                type: "date",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "point_memberships",
                columns: table => new
                {
                    point_id = table.Column<Guid>(type: "uuid", nullable: false),
                    valid_from = table.Column<DateOnly>(type: "date", nullable: false),
                    valid_to = table.Column<DateOnly>(type: "date", nullable: true),
                    unit_code = table.Column<string>(type: "text", nullable: false),
                    unit_valid_from = table.Column<DateOnly>(type: "date", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_point_memberships", x => new { x.point_id, x.valid_from });
                    table.ForeignKey(
                        name: "fk_point_memberships_points_point_id",
                        column: x => x.point_id,
                        principalTable: "points",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_point_memberships_units_unit_code_unit_valid_from",
                        columns: x => new { x.unit_code, x.unit_valid_from },
                        principalTable: "units",
                        principalColumns: new[] { "code", "valid_from" },
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "point_states",
                columns: table => new
                {
                    point_id = table.Column<Guid>(type: "uuid", nullable: false),
                    version = table.Column<long>(type: "bigint", nullable: false),
                    state = table.Column<string>(type: "text", nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    reason = table.Column<string>(type: "text", nullable: true),
                    by_id = table.Column<Guid>(type: "uuid", nullable: true),
                    by_name = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_point_states", x => new { x.point_id, x.version });
                    table.ForeignKey(
                        name: "fk_point_states_points_point_id",
                        column: x => x.point_id,
                        principalTable: "points",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "remembered_answers",
                columns: table => new
                {
                    key = table.Column<string>(type: "text", nullable: false),
                    body_hash = table.Column<string>(type: "text", nullable: false),
                    status = table.Column<int>(type: "integer", nullable: false),
                    content_type = table.Column<string>(type: "text", nullable: true),
                    location = table.Column<string>(type: "text", nullable: true),
                    etag = table.Column<string>(type: "text", nullable: true),
                    body = table.Column<byte[]>(type: "bytea", nullable: false),
                    created_at = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_remembered_answers", x => x.key);
                });

            migrationBuilder.CreateTable(
                name: "unit_merges",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    act = table.Column<string>(type: "text", nullable: false),
                    effective_on = table.Column<DateOnly>(type: "date", nullable: false),
                    digest = table.Column<string>(type: "text", nullable: false),
                    request = table.Column<string>(type: "text", nullable: false),
                    points = table.Column<int>(type: "integer", nullable: false),
                    applied_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    applied_by = table.Column<Guid>(type: "uuid", nullable: false),
                    applied_by_name = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_unit_merges", x => x.id);
                });

            migrationBuilder.CreateIndex(
                name: "ix_points_name_key",
                table: "points",
                column: "name_key");

            migrationBuilder.CreateIndex(
                name: "ix_points_search_plain",
                table: "points",
                column: "search_plain")
                .Annotation("Npgsql:IndexMethod", "gin")
                .Annotation("Npgsql:IndexOperators", new[] { "gin_trgm_ops" });

            migrationBuilder.CreateIndex(
                name: "ix_points_search_text",
                table: "points",
                column: "search_text")
                .Annotation("Npgsql:IndexMethod", "gin")
                .Annotation("Npgsql:IndexOperators", new[] { "gin_trgm_ops" });

            migrationBuilder.CreateIndex(
                name: "ix_points_state_key",
                table: "points",
                column: "state_key");

            migrationBuilder.CreateIndex(
                name: "ix_points_unit_key",
                table: "points",
                column: "unit_key");

            migrationBuilder.CreateIndex(
                name: "ix_point_memberships_unit_code_unit_valid_from",
                table: "point_memberships",
                columns: new[] { "unit_code", "unit_valid_from" });

            migrationBuilder.CreateIndex(
                name: "ix_remembered_answers_created_at",
                table: "remembered_answers",
                column: "created_at");

            migrationBuilder.CreateIndex(
                name: "ix_unit_merges_digest",
                table: "unit_merges",
                column: "digest",
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "point_memberships");

            migrationBuilder.DropTable(
                name: "point_states");

            migrationBuilder.DropTable(
                name: "remembered_answers");

            migrationBuilder.DropTable(
                name: "unit_merges");

            migrationBuilder.DropIndex(
                name: "ix_points_name_key",
                table: "points");

            migrationBuilder.DropIndex(
                name: "ix_points_search_plain",
                table: "points");

            migrationBuilder.DropIndex(
                name: "ix_points_search_text",
                table: "points");

            migrationBuilder.DropIndex(
                name: "ix_points_state_key",
                table: "points");

            migrationBuilder.DropIndex(
                name: "ix_points_unit_key",
                table: "points");

            migrationBuilder.DropColumn(
                name: "merge_id",
                table: "unit_successions");

            migrationBuilder.DropColumn(
                name: "equipment",
                table: "points");

            migrationBuilder.DropColumn(
                name: "link",
                table: "points");

            migrationBuilder.DropColumn(
                name: "name_key",
                table: "points");

            migrationBuilder.DropColumn(
                name: "notes",
                table: "points");

            migrationBuilder.DropColumn(
                name: "opening_hours",
                table: "points");

            migrationBuilder.DropColumn(
                name: "search_plain",
                table: "points");

            migrationBuilder.DropColumn(
                name: "search_text",
                table: "points");

            migrationBuilder.DropColumn(
                name: "state_key",
                table: "points");

            migrationBuilder.DropColumn(
                name: "tags",
                table: "points");

            migrationBuilder.DropColumn(
                name: "unit_key",
                table: "points");

            migrationBuilder.DropColumn(
                name: "unit_valid_from",
                table: "accounts");

            migrationBuilder.AlterDatabase()
                .OldAnnotation("Npgsql:PostgresExtension:pg_trgm", ",,");
        }
    }
}
