using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace LaiChau.PointRegistry.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class OrganisationsAndActs : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "organisations",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    kind = table.Column<string>(type: "TEXT", nullable: false),
                    names = table.Column<string>(type: "TEXT", nullable: false),
                    owners = table.Column<string>(type: "TEXT", nullable: false),
                    unit_code = table.Column<string>(type: "TEXT", nullable: true),
                    active_from = table.Column<DateOnly>(type: "TEXT", nullable: true),
                    active_to = table.Column<DateOnly>(type: "TEXT", nullable: true),
                    version = table.Column<long>(type: "INTEGER", nullable: false),
                    search_text = table.Column<string>(type: "TEXT", nullable: false),
                    search_plain = table.Column<string>(type: "TEXT", nullable: false),
                    name_key = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_organisations", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "acts",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    number = table.Column<string>(type: "TEXT", nullable: false),
                    kind = table.Column<string>(type: "TEXT", nullable: false),
                    issuer_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    date = table.Column<DateOnly>(type: "TEXT", nullable: true),
                    title = table.Column<string>(type: "TEXT", nullable: false),
                    scope = table.Column<string>(type: "TEXT", nullable: true),
                    in_force_from = table.Column<DateOnly>(type: "TEXT", nullable: true),
                    in_force_to = table.Column<DateOnly>(type: "TEXT", nullable: true),
                    replaces_id = table.Column<Guid>(type: "TEXT", nullable: true),
                    version = table.Column<long>(type: "INTEGER", nullable: false),
                    number_key = table.Column<string>(type: "TEXT", nullable: false),
                    search_text = table.Column<string>(type: "TEXT", nullable: false),
                    search_plain = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_acts", x => x.id);
                    table.ForeignKey(
                        name: "fk_acts_acts_replaces_id",
                        column: x => x.replaces_id,
                        principalTable: "acts",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "fk_acts_organisations_issuer_id",
                        column: x => x.issuer_id,
                        principalTable: "organisations",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            // As SQLite adds a column that points elsewhere: EF would write the whole tables anew, outside of the transaction.
            migrationBuilder.Sql("ALTER TABLE points ADD COLUMN act_id TEXT NULL REFERENCES acts (id) ON DELETE RESTRICT;");
            migrationBuilder.Sql("ALTER TABLE accounts ADD COLUMN act_id TEXT NULL REFERENCES acts (id) ON DELETE RESTRICT;");

            migrationBuilder.CreateIndex(
                name: "ix_points_act_id",
                table: "points",
                column: "act_id");

            migrationBuilder.CreateIndex(
                name: "ix_accounts_act_id",
                table: "accounts",
                column: "act_id");

            migrationBuilder.CreateIndex(
                name: "ix_acts_date",
                table: "acts",
                column: "date");

            migrationBuilder.CreateIndex(
                name: "ix_acts_issuer_id",
                table: "acts",
                column: "issuer_id");

            migrationBuilder.CreateIndex(
                name: "ix_acts_number_key_issuer_id_date",
                table: "acts",
                columns: new[] { "number_key", "issuer_id", "date" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_acts_replaces_id",
                table: "acts",
                column: "replaces_id");

            migrationBuilder.CreateIndex(
                name: "ix_organisations_name_key",
                table: "organisations",
                column: "name_key");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropForeignKey(
                name: "fk_accounts_acts_act_id",
                table: "accounts");

            migrationBuilder.DropForeignKey(
                name: "fk_points_acts_act_id",
                table: "points");

            migrationBuilder.DropTable(
                name: "acts");

            migrationBuilder.DropTable(
                name: "organisations");

            migrationBuilder.DropIndex(
                name: "ix_points_act_id",
                table: "points");

            migrationBuilder.DropIndex(
                name: "ix_accounts_act_id",
                table: "accounts");

            migrationBuilder.DropColumn(
                name: "act_id",
                table: "points");

            migrationBuilder.DropColumn(
                name: "act_id",
                table: "accounts");
        }
    }
}
