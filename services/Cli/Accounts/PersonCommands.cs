using System.CommandLine;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;
using LaiChau.Cli.Api;
using LaiChau.Cli.Keys;
using LaiChau.Cli.Output;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace LaiChau.Cli.Accounts;

/// <summary>What the platform holds about one person: to hand it out, and to erase it.</summary>
internal static class PersonCommands
{
    private static readonly string[] OtherServices = ["bulletins", "catalog", "telemetry"];

    private static readonly JsonSerializerOptions Readable = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.Create(UnicodeRanges.All),
    };

    public static Command Build(Shell shell) =>
        new("person", "Dữ liệu cá nhân của một người: xuất ra, xoá đi.") { Export(shell), Erase(shell) };

    private static Command Export(Shell shell)
    {
        var id = new Argument<Guid?>("id")
        {
            Description = "Mã tài khoản, hoặc mã thành viên Tổ công nghệ số cộng đồng; không có thì là của chính mình.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var file = new Option<FileInfo>("--out") { Description = "Tệp JSON để ghi.", Required = true };
        var command = new Command("export", "Mọi thứ nền tảng giữ về một người, ở mọi dịch vụ, vào một tệp JSON.")
        {
            id,
            file,
        };
        command.SetAction(
            async (parsed, ct) =>
            {
                var client = await shell.Connect(ct);
                var asked = parsed.GetValue(id);
                var services = new JsonArray(await client.ExportPerson("points", asked, ct));
                foreach (var service in OtherServices)
                {
                    services.Add(await client.ExportPerson(service, asked, ct));
                }
                var whole = new JsonObject
                {
                    ["exportedAt"] = shell.Time.GetUtcNow().ToString("O", CultureInfo.InvariantCulture),
                    ["services"] = services,
                };
                WholeFile.Write(parsed.GetValue(file)!.FullName, JsonSerializer.SerializeToUtf8Bytes(whole, Readable));
                return shell.Answer(parsed, services, all => Sheet.Table(all.OfType<JsonObject>(), Columns));
            }
        );
        return command;
    }

    private static readonly (string, Func<JsonObject, string?>)[] Columns =
    [
        ("Dịch vụ", s => s["service"]!.GetValue<string>()),
        (
            "Giữ ở",
            s =>
                string.Join(
                    ", ",
                    s["rows"]!.AsObject().Select(table => $"{table.Key} ({table.Value!.AsArray().Count})")
                )
        ),
        ("Mục trong nhật ký", s => s["trail"]!.AsArray().Count.ToString(CultureInfo.InvariantCulture)),
    ];

    private static Command Erase(Shell shell)
    {
        var id = new Argument<Guid>("id")
        {
            Description = "Mã tài khoản, hoặc mã thành viên Tổ công nghệ số cộng đồng.",
        };
        var reason = new Option<string>("--reason")
        {
            Description = "Lý do, được giữ mãi trong nhật ký: không nhắc tên người ấy.",
            Required = true,
        };
        var act = new Option<string?>("--act") { Description = "Số hiệu văn bản làm căn cứ." };
        var yes = new Option<bool>("--yes") { Description = "Xoá thật; không có thì chỉ cho xem sẽ xoá gì." };
        var command = new Command("erase", "Xoá tên, số điện thoại, tên đăng nhập của một người ở mọi nơi, vĩnh viễn.")
        {
            id,
            reason,
            act,
            yes,
        };
        command.SetAction(
            async (parsed, ct) =>
            {
                var client = await shell.Connect(ct);
                var dryRun = !parsed.GetValue(yes);
                var answer = await client.ErasePerson(
                    parsed.GetValue(id),
                    parsed.GetValue(reason)!,
                    parsed.GetValue(act),
                    dryRun,
                    ct
                );
                shell.Answer(parsed, answer, Describe);
                if (dryRun)
                {
                    shell.Note("Chưa xoá gì. Thêm --yes để xoá; không lấy lại được.");
                }
                return Lcp.Done;
            }
        );
        return command;
    }

    private static Rows Describe(ErasedPerson person)
    {
        var parts = new List<IRenderable> { new Text((person.DryRun ? "Sẽ xoá:" : "Đã xoá:")), Table(person.Erased) };
        Say("Các dịch vụ khác xoá khi nhận tin:", person.Elsewhere);
        Say("Giữ lại:", person.Kept);
        if (person.Mentions.Count > 0)
        {
            parts.Add(new Text("Chữ ấy còn trong văn bản do người viết, hoặc là tên của người khác:"));
            parts.Add(Table(person.Mentions));
        }
        return new Rows(parts);

        void Say(string head, IReadOnlyList<string> lines) =>
            parts.AddRange(lines.Prepend(head).Take(lines.Count == 0 ? 0 : int.MaxValue).Select(l => new Text(l)));

        static IRenderable Table(IReadOnlyList<PersonalRows> rows) =>
            Sheet.Table(rows, ("Ở", r => r.Where), ("Số dòng", r => r.Rows.ToString(CultureInfo.InvariantCulture)));
    }
}
