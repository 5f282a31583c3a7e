using System.Globalization;
using System.Text;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.PointRegistry.Units;

/// <summary>Brings the units of <c>units.csv</c> into a database that does not have them; what is there stays as it is.</summary>
internal static class UnitSeed
{
    public static async Task Apply(PointRegistryDb db, CancellationToken ct)
    {
        var known = (await db.Units.Select(u => new { u.Code, u.ValidFrom }).ToListAsync(ct))
            .Select(u => (u.Code, u.ValidFrom))
            .ToHashSet();
        var rows = Read();
        foreach (var row in rows.Where(r => !known.Contains((r.Unit.Code, r.Unit.ValidFrom))))
        {
            db.Units.Add(row.Unit);
            foreach (var code in row.Became)
            {
                db.UnitSuccessions.Add(
                    new UnitSuccession
                    {
                        OldCode = row.Unit.Code,
                        OldValidFrom = row.Unit.ValidFrom,
                        NewCode = code,
                        NewValidFrom = row.Unit.ValidTo!.Value,
                    }
                );
            }
        }
        await db.SaveChangesAsync(ct);
    }

    private static List<(Unit Unit, string[] Became)> Read()
    {
        using var reader = new StreamReader(
            typeof(UnitSeed).Assembly.GetManifestResourceStream("units.csv")!,
            Encoding.UTF8
        );
        return
        [
            .. reader
                .ReadToEnd()
                .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Where(line => !line.StartsWith('#'))
                .Skip(1)
                .Select(line => Parse(line.Split(';'))),
        ];
    }

    private static (Unit Unit, string[] Became) Parse(string[] row)
    {
        var type = Enum.Parse<UnitType>(row[3].Replace("-", "", StringComparison.Ordinal), ignoreCase: true);
        var unit = Unit.Create(
            row[0],
            Day(row[1]) ?? Unit.BeforeRecords,
            Day(row[2]),
            type,
            row[4],
            Split(row[5]),
            row[6] is { Length: > 0 } parent ? parent : null,
            Number(row[8]),
            Number(row[9])
        );
        return (unit, Split(row[7]));
    }

    private static string[] Split(string cell) => cell.Split('|', StringSplitOptions.RemoveEmptyEntries);

    private static DateOnly? Day(string cell) =>
        cell.Length == 0 ? null : DateOnly.ParseExact(cell, "yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static double? Number(string cell) =>
        cell.Length == 0 ? null : double.Parse(cell, CultureInfo.InvariantCulture);
}
