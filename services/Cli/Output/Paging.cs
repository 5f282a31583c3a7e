using System.CommandLine;
using LaiChau.Cli.Api;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace LaiChau.Cli.Output;

/// <summary><c>--limit</c> and <c>--after</c>, and the line that tells how to go on.</summary>
internal sealed class Paging
{
    public Option<int?> Limit { get; } = new("--limit") { Description = "Số mục mỗi trang (nhiều nhất 500)." };

    public Option<string?> After { get; } = new("--after") { Description = "Xem tiếp từ dấu trang này." };

    public void AddTo(Command command)
    {
        command.Options.Add(Limit);
        command.Options.Add(After);
    }

    /// <summary>The command answers with a page of a list.</summary>
    public void List<T>(
        Shell shell,
        Command command,
        Func<PlatformClient, ParseResult, CancellationToken, Task<Page<T>>> ask,
        params IReadOnlyList<(string Head, Func<T, string?> Cell)> columns
    )
    {
        AddTo(command);
        command.SetAction(
            async (parsed, ct) =>
            {
                var client = await shell.Connect(ct);
                return shell.Answer(parsed, await ask(client, parsed, ct), page => Table(page, columns));
            }
        );
    }

    public IRenderable Table<T>(Page<T> page, params IReadOnlyList<(string Head, Func<T, string?> Cell)> columns)
    {
        var table = Sheet.Table(page.Items, columns);
        return page.Next is null
            ? table
            : new Rows(table, new Text($"Còn nữa: thêm {After.Name} {page.Next}{Environment.NewLine}"));
    }
}
