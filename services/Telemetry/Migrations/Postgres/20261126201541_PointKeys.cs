using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace LaiChau.Telemetry.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class PointKeys : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "public_key",
                table: "points",
                type: "text",
                nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "public_key",
                table: "points");
        }
    }
}
