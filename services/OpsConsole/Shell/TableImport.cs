using System.Net.Http.Headers;
using LaiChau.OpsConsole.Api;

namespace LaiChau.OpsConsole.Shell;

/// <summary>A table that is sent: first it is only tried, and all that is wrong with it is shown; then it is confirmed.</summary>
public sealed record TableImport
{
    /// <summary>What the API takes of a table.</summary>
    private const int MostBytes = 4 << 20;

    public required string Title { get; init; }
    public required string Action { get; init; }
    public required string Back { get; init; }
    public required string BackLabel { get; init; }
    public required string Rows { get; init; }
    public required IReadOnlyList<(string Name, string Meaning)> Columns { get; init; }
    public (string Address, string Label)? Template { get; init; }

    public IResult Ask() => Page(null, null, null, StatusCodes.Status200OK);

    /// <param name="notice">What is said once it is done.</param>
    /// <param name="send">Sends the table; when it is only tried, nothing changes.</param>
    /// <param name="tell">What would be done.</param>
    internal async Task<IResult> Handle<T>(
        HttpContext http,
        string notice,
        Func<HttpContent, bool, FormMark, Task<Answer<T>>> send,
        Func<T, string> tell
    )
        where T : class
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        // Nothing of it is kept between the two steps: the page that asks carries the table.
        if (form.Text("bang") is { } carried)
        {
            var table = new byte[carried.Length];
            if (!Convert.TryFromBase64String(carried, table, out var length))
            {
                return Page(ApiProblem.Missing("hãy chọn lại tệp"), null, null, StatusCodes.Status400BadRequest);
            }
            var done = await send(Content(table[..length]), false, form.Mark());
            return done.Ok ? Show.Done(Back, notice) : Page(done.Problem, null, null, done.Problem.PageStatus);
        }
        if (form.Files["tep"] is not { Length: > 0 } file)
        {
            return Page(ApiProblem.Missing("chưa chọn tệp, hoặc tệp rỗng"), null, null, StatusCodes.Status409Conflict);
        }
        if (file.Length > MostBytes)
        {
            return Page(
                ApiProblem.Missing($"tệp quá lớn; nhiều nhất {Vietnamese.Size(MostBytes)}"),
                null,
                null,
                StatusCodes.Status413PayloadTooLarge
            );
        }
        using var sent = new MemoryStream();
        await file.CopyToAsync(sent, http.RequestAborted);
        var tried = await send(Content(sent.ToArray()), true, new FormMark(null));
        return tried.Ok
            ? Page(
                null,
                Convert.ToBase64String(sent.ToArray()),
                $"{file.FileName}: {tell(tried.Value)}",
                StatusCodes.Status200OK
            )
            : Page(tried.Problem, null, null, tried.Problem.PageStatus);
    }

    private static ByteArrayContent Content(byte[] table) =>
        new(table) { Headers = { ContentType = new MediaTypeHeaderValue("application/octet-stream") } };

    private IResult Page(ApiProblem? problem, string? carried, string? would, int status) =>
        Show.Page<TableImportPage>(
            new
            {
                Import = this,
                Problem = problem,
                Carried = carried,
                Would = would,
            },
            status
        );
}
