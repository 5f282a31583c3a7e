using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using LaiChau.Cli.Api;
using LaiChau.Testing;
using Microsoft.Data.Sqlite;
using Xunit;

namespace LaiChau.Standalone.Tests;

/// <summary>One person over every service: what the platform holds about him goes out into a file, and then it goes.</summary>
public sealed class PersonalDataTests : IAsyncLifetime
{
    private const string Password = "mot-mat-khau-mau-4821";
    private const string Writer = "Biên Tập Viên Mẫu Sẽ Xoá";
    private const string Reviewer = "Người Duyệt Mẫu Sẽ Xoá";
    private readonly string data = Path.Combine(Repository.Results, $"person-{Guid.CreateVersion7():N}");
    private ServiceProcess platform = null!;

    public async ValueTask InitializeAsync() => platform = await ServiceProcess.StartStandalone(data);

    public ValueTask DisposeAsync() => platform.DisposeAsync();

    [Fact]
    public async Task Every_service_hands_out_what_it_holds_and_forgets_the_name_when_it_is_erased()
    {
        var admin = await SignIn("admin");
        var writer = (await admin.AddAccount(new("btv.se.xoa", Writer, ["editor"], Password))).Id;
        var reviewer = (await admin.AddAccount(new("duyet.se.xoa", Reviewer, ["reviewer"], Password))).Id;
        var editor = await SignIn("btv.se.xoa", Password);
        var bulletin = await editor.CreateBulletin(SampleBulletin.Of("ban-tin-mau", "Bản tin mẫu"));
        await editor.SubmitBulletin(bulletin.Id);
        await (await SignIn("duyet.se.xoa", Password)).ApproveBulletin(bulletin.Id);
        await Eventually.Holds(async () => await admin.GetBulletin(bulletin.Id) is { State: "published" });

        var file = Path.Combine(data, "xuat.json");
        await Done("person", "export", $"{writer}", "--out", file);
        var services = JsonNode.Parse(await File.ReadAllTextAsync(file))!["services"]!.AsArray();
        Assert.Equal(["points", "bulletins", "catalog", "telemetry"], services.Select(s => (string?)s!["service"]));
        Assert.Equal(Writer, (string?)services[0]!["rows"]!["accounts"]![0]!["name"]);
        Assert.Equal(Writer, (string?)services[1]!["rows"]!["bulletin"]![0]!["createdBy"]!["name"]);
        Assert.Equal(Writer, (string?)services[2]!["rows"]!["releases"]![0]!["authorName"]);
        Assert.Empty(services[3]!["rows"]!.AsObject());

        var plan = await Done("person", "erase", $"{writer}", "--reason", "Theo đơn đề nghị (mẫu)");
        Assert.Contains("accounts", plan.Output, StringComparison.Ordinal);
        Assert.Contains("--yes", plan.Errors, StringComparison.Ordinal);
        Assert.Contains("points.db: accounts", await Holding(Writer));
        foreach (var id in new[] { writer, reviewer })
        {
            await Done("person", "erase", $"{id}", "--reason", "Theo đơn đề nghị (mẫu)", "--yes");
        }
        await Eventually.Passes(async () =>
        {
            foreach (var word in new[] { Writer, Reviewer, "btv.se.xoa", "duyet.se.xoa" })
            {
                Assert.Empty(await Holding(word));
            }
        });
        var shown = await admin.GetBulletin(bulletin.Id);
        Assert.Equal("published", shown.State);
        Assert.NotEmpty(await Holding($"{writer}"));

        var root = Path.Combine(data, "goc");
        await Done("keys", "plane", "--out", root);
        await Eventually.Passes(async () =>
        {
            var run = await Done("audit", "verify", "--root", Path.Combine(root, "1.root.json"), "--json");
            var verdicts = JsonElement
                .Parse(run.Output)
                .EnumerateArray()
                .ToDictionary(v => v.GetProperty("service").GetString()!);
            foreach (var service in new[] { "points", "bulletins" })
            {
                Assert.NotEqual(0, verdicts[service].GetProperty("erased").GetArrayLength());
            }
        });

        // Somebody with rights over the database takes a part away without a word.
        await using (var own = Open("points"))
        {
            await own.OpenAsync();
            await using var command = own.CreateCommand();
            command.CommandText =
                "DELETE FROM audit_personal_parts WHERE no = (SELECT MIN(no) FROM audit_personal_parts)";
            Assert.Equal(1, await command.ExecuteNonQueryAsync());
        }
        var found = await Lcp("audit", "verify", "--root", Path.Combine(root, "1.root.json"));
        Assert.Equal(1, found.ExitCode);
        Assert.Contains("mà không có quyết định xoá", found.Output, StringComparison.Ordinal);
    }

    private SqliteConnection Open(string name) => new($"Data Source={Path.Combine(data, "databases", $"{name}.db")}");

    /// <summary>The tables of all databases in which a row holds the text, in whatever column.</summary>
    private async Task<List<string>> Holding(string text)
    {
        var found = new List<string>();
        foreach (var file in Directory.GetFiles(Path.Combine(data, "databases"), "*.db"))
        {
            await using var database = new SqliteConnection($"Data Source={file};Mode=ReadOnly");
            await database.OpenAsync();
            foreach (var table in await List(database, "SELECT name FROM sqlite_master WHERE type = 'table'"))
            {
                var columns = await List(database, $"SELECT name FROM pragma_table_info('{table}')");
                var condition = string.Join(
                    " OR ",
                    columns.Select(c =>
                        $"instr(CAST(\"{c}\" AS TEXT), '{text}') OR instr(CAST(\"{c}\" AS TEXT), '{text.ToLower(CultureInfo.InvariantCulture)}')"
                    )
                );
                if ((await List(database, $"SELECT 'x' FROM \"{table}\" WHERE {condition} LIMIT 1")).Count > 0)
                {
                    found.Add($"{Path.GetFileName(file)}: {table}");
                }
            }
        }
        return found;
    }

    private static async Task<List<string>> List(SqliteConnection database, string sql)
    {
        await using var command = database.CreateCommand();
        command.CommandText = sql;
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync())
        {
            rows.Add(reader.GetString(0));
        }
        return rows;
    }

    private async Task<ProgramRun> Done(params string[] arguments)
    {
        var run = await Lcp(arguments);
        Assert.True(run.ExitCode == 0, run.Output + run.Errors);
        return run;
    }

    private async Task<ProgramRun> Lcp(params string[] arguments) =>
        await ProgramRun.Of(
            "services/Cli",
            arguments,
            new Dictionary<string, string?>
            {
                ["LCP_SERVER"] = platform.Address.AbsoluteUri,
                ["LCP_USER"] = "admin",
                ["LCP_PASSWORD"] = await File.ReadAllTextAsync(Path.Combine(data, "passwords", "admin")),
                ["XDG_CONFIG_HOME"] = data,
            }
        );

    private async Task<PlatformClient> SignIn(string userName, string? password = null)
    {
        var client = new PlatformClient(new HttpClient { BaseAddress = platform.Address }, TimeProvider.System);
        password ??= await File.ReadAllTextAsync(Path.Combine(data, "passwords", userName));
        await client.SignIn(userName, password);
        return client;
    }
}
