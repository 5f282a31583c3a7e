using System.Globalization;
using System.Text;
using LaiChau.PointRegistry.Organisations;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.PointRegistry.Acts;

/// <summary>Brings <c>organisations.csv</c> and <c>acts.csv</c> into a database that has neither; later they are people's.</summary>
internal static class ActSeed
{
    public static async Task Apply(PointRegistryDb db, TimeProvider time, CancellationToken ct)
    {
        if (await db.Organisations.AnyAsync(ct))
        {
            return;
        }
        var now = time.GetUtcNow();
        var organisations = Read("organisations.csv")
            .Select(row =>
                Organisation.Create(
                    Enum.Parse<OrganisationKind>(row[0], ignoreCase: true),
                    [new NamePeriod(row[1])],
                    now
                )
            )
            .ToList();
        db.Organisations.AddRange(organisations);
        foreach (var row in Read("acts.csv"))
        {
            var act = LegalAct.Create(now);
            act.Describe(
                row[0],
                row[1],
                organisations.Single(o => o.Names[0].Name == row[2]),
                row[3].Length == 0 ? null : DateOnly.ParseExact(row[3], "yyyy-MM-dd", CultureInfo.InvariantCulture),
                row[4],
                row[5],
                (null, null),
                null
            );
            db.Acts.Add(act);
        }
        await db.SaveChangesAsync(ct);
    }

    private static IEnumerable<string[]> Read(string file)
    {
        using var reader = new StreamReader(typeof(ActSeed).Assembly.GetManifestResourceStream(file)!, Encoding.UTF8);
        return
        [
            .. reader
                .ReadToEnd()
                .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Where(line => !line.StartsWith('#'))
                .Skip(1)
                .Select(line => line.Split(';')),
        ];
    }
}
