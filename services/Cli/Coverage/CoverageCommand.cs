using System.CommandLine;
using System.Globalization;
using LaiChau.Cli.Api;
using LaiChau.Cli.Output;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace LaiChau.Cli.Coverage;

internal static class CoverageCommand
{
    private static readonly (string, Func<ReleaseCoverage, string?>)[] Columns =
    [
        ("Bản phát hành", c => c.ReleaseId.ToString()),
        ("Gói", c => c.Package),
        ("Bản", c => c.Version.ToString(CultureInfo.InvariantCulture)),
        ("Trạng thái", c => Sheet.Word(c.State)),
        ("Đang hiển thị", c => $"{c.Showing}/{c.Expected}"),
        ("Tỷ lệ", c => string.Create(CultureInfo.GetCultureInfo("vi-VN"), $"{c.Percent:0.#} %")),
        ("Có thể còn hiển thị", c => c.MayStillShow.ToString(CultureInfo.InvariantCulture)),
    ];

    public static Command Build(Shell shell)
    {
        var release = new Argument<Guid?>("release")
        {
            Description = "Mã bản phát hành; bỏ trống để xem tất cả.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var paging = new Paging();
        var command = new Command(
            "coverage",
            "Nội dung đã đến những điểm nào; sau thu hồi, điểm nào có thể còn hiển thị."
        )
        {
            release,
        };
        paging.AddTo(command);
        command.SetAction(
            async (parsed, ct) =>
            {
                var client = await shell.Connect(ct);
                return parsed.GetValue(release) is { } id
                    ? shell.Answer(parsed, await Named(client, await client.GetCoverage(id, ct), ct), Describe)
                    : shell.Answer(
                        parsed,
                        await client.ListCoverage(parsed.GetValue(paging.Limit), parsed.GetValue(paging.After), ct),
                        page => paging.Table(page, Columns)
                    );
            }
        );
        return command;
    }

    /// <summary>Telemetry knows points by their ids; their names are the registry's.</summary>
    private static async Task<ReleaseCoverage> Named(
        PlatformClient client,
        ReleaseCoverage coverage,
        CancellationToken ct
    )
    {
        var names = new Dictionary<Guid, string>();
        for (string? after = null; coverage.Points is { Count: > 0 }; )
        {
            var page = await client.ListPoints(500, after, ct);
            foreach (var point in page.Items)
            {
                names[point.Id] = point.Name;
            }
            if ((after = page.Next) is null)
            {
                break;
            }
        }
        return coverage with
        {
            Points =
            [
                .. (coverage.Points ?? []).Select(p => p with { PointName = names.GetValueOrDefault(p.PointId) }),
            ],
        };
    }

    private static IRenderable Describe(ReleaseCoverage coverage) =>
        new Rows(
            Sheet.Table([coverage], Columns),
            Sheet.Table(
                coverage.Points ?? [],
                ("Điểm", p => p.PointName ?? p.PointId.ToString()),
                ("Đơn vị", p => p.UnitName),
                ("Trạng thái", p => Sheet.Word(p.State)),
                ("Từ lúc", p => Sheet.Time(p.Since)),
                ("Liên lạc gần nhất", p => Sheet.Time(p.LastContactAt))
            )
        );
}
