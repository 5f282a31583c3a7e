using System.Runtime.CompilerServices;

namespace LaiChau.PointRegistry.Tests.Units;

/// <param name="ValidFrom">Empty: older than the records.</param>
internal sealed record UnitFact(
    string Code,
    string ValidFrom,
    string ValidTo,
    string FullName,
    string Parent,
    string[] ReplacedBy
)
{
    public bool IsCommune =>
        FullName.Split(' ')[0] is "Xã" or "Phường" || FullName.StartsWith("Thị trấn ", StringComparison.Ordinal);

    public bool IsInForce(string day) =>
        string.CompareOrdinal(ValidFrom, day) <= 0 && (ValidTo.Length == 0 || string.CompareOrdinal(ValidTo, day) > 0);

    /// <summary>As <c>type</c> of the API.</summary>
    public string Type =>
        FullName switch
        {
            ['X', 'ã', ' ', ..] => "commune",
            ['P', 'h', 'ư', ..] => "ward",
            ['T', 'h', 'ị', ..] => "township",
            ['H', 'u', 'y', ..] => "district",
            ['T', 'ỉ', 'n', ..] => "province",
            _ => "provincialCity",
        };

    public string Name =>
        FullName[
            (
                Type is "township" or "provincialCity"
                    ? FullName.IndexOf(' ', FullName.IndexOf(' ') + 1)
                    : FullName.IndexOf(' ')
            )..
        ]
            .Trim();

    public static IReadOnlyList<UnitFact> All([CallerFilePath] string here = "") =>
        [
            .. File.ReadLines(Path.Combine(Path.GetDirectoryName(here)!, "facts.csv"))
                .Skip(2)
                .Select(line => line.Split(';'))
                .Select(c => new UnitFact(
                    c[0],
                    c[1],
                    c[2],
                    c[3],
                    c[4],
                    c[5].Split('|', StringSplitOptions.RemoveEmptyEntries)
                )),
        ];
}
