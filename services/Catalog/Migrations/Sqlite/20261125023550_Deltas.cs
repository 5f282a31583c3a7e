using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace LaiChau.Catalog.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class Deltas : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "delta_trouble",
                table: "releases",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "deltas",
                table: "releases",
                type: "TEXT",
                nullable: false,
                defaultValue: "[]");

            migrationBuilder.AddColumn<string>(
                name: "follow_up",
                table: "releases",
                type: "TEXT",
                nullable: false,
                defaultValue: "None");

            migrationBuilder.AddColumn<string>(
                name: "manifest_sha256",
                table: "releases",
                type: "TEXT",
                nullable: true);

            migrationBuilder.CreateIndex(
                name: "ix_releases_follow_up",
                table: "releases",
                column: "follow_up");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_releases_follow_up",
                table: "releases");

            migrationBuilder.DropColumn(
                name: "delta_trouble",
                table: "releases");

            migrationBuilder.DropColumn(
                name: "deltas",
                table: "releases");

            migrationBuilder.DropColumn(
                name: "follow_up",
                table: "releases");

            migrationBuilder.DropColumn(
                name: "manifest_sha256",
                table: "releases");
        }
    }
}
