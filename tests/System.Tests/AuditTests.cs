using System.Diagnostics;
using System.Text.Json;
using LaiChau.Cli.Api;
using LaiChau.Contracts.Audit;
using LaiChau.Testing;
using Npgsql;
using NpgsqlTypes;
using Xunit;

namespace LaiChau.System.Tests;

/// <summary>Somebody outside verifies the audit trails, and somebody inside with all rights over a database tries to get past that.</summary>
public sealed class AuditTests(Platform platform, ITestOutputHelper output)
{
    private const int Many = 100_000;

    [Fact]
    public async Task One_altered_entry_among_a_hundred_thousand_is_found_from_outside()
    {
        var kept = Directory.CreateDirectory(Path.Combine(Repository.Results, $"audit-{Guid.CreateVersion7():N}"));
        var root = Path.Combine(kept.FullName, "1.root.json");
        await File.WriteAllBytesAsync(root, await platform.Admin.ReadPlaneMetadata("1.root.json"));
        await using var database = NpgsqlDataSource.Create(platform.ConnectionString("telemetry"));
        // Something by a person, so that the trail's own service says where it ends.
        await Recount();
        await Append(database);
        await Recount();
        // Signed a moment after it is written.
        var heads = await Eventually.Passes(
            async () =>
            {
                await platform.LcpJson("admin", "audit", "verify", "--root", root, "--save", kept.FullName);
                return kept.GetFiles("*.audit.json").First(f => SignedLength(f) > Many).FullName;
            },
            TimeSpan.FromMinutes(4)
        );

        // With all rights: the guard taken away, one word changed, every hash after it computed anew, the guard put back.
        await Alter(database, Many / 2);
        var watch = Stopwatch.StartNew();
        var run = await platform.Lcp("admin", "audit", "verify", "--root", root, "--head", heads);
        output.WriteLine($"{Many} entries verified by a program of its own in {watch.Elapsed.TotalSeconds:0.0} s");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("KHÔNG NGUYÊN VẸN", run.Output, StringComparison.Ordinal);
        Assert.Contains("mã băm được tính lại", run.Output, StringComparison.Ordinal);

        // And by less of an insider, who leaves the hashes alone.
        await Execute(database, "UPDATE audit_entries SET hash = repeat('f', 64) WHERE no = 7");
        run = await platform.Lcp("admin", "audit", "verify", "--root", root);
        Assert.Contains("mục 7 không khớp", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Heads_that_somebody_else_signed_are_refused()
    {
        var folder = Directory.CreateDirectory(Path.Combine(Repository.Results, $"audit-{Guid.CreateVersion7():N}"));
        var root = Path.Combine(folder.FullName, "1.root.json");
        await File.WriteAllBytesAsync(root, await platform.Admin.ReadPlaneMetadata("1.root.json"));
        await platform.SubmitBulletin($"mau-{Guid.CreateVersion7():N}", "Bản tin mẫu");
        byte[] heads = [];
        await Eventually.Passes(async () => heads = await platform.Admin.ReadPlaneMetadata("audit.json"));
        var forged = Path.Combine(folder.FullName, "9.audit.json");
        await File.WriteAllTextAsync(
            forged,
            global::System.Text.Encoding.UTF8.GetString(heads).Replace("\"no\":", "\"no\":1", StringComparison.Ordinal)
        );

        var run = await platform.Lcp("admin", "audit", "verify", "--root", root, "--head", forged);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("9.audit.json không đúng chữ ký", run.Errors, StringComparison.Ordinal);
    }

    private static long SignedLength(FileInfo heads)
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(heads.FullName));
        var signed = json.RootElement.GetProperty("signed").GetProperty("heads");
        return signed.TryGetProperty("telemetry", out var head) ? head.GetProperty("no").GetInt64() : 0;
    }

    private async Task Recount()
    {
        using var admin = await platform.ClientOf("admin");
        using var answer = await admin.PostAsync(new Uri("api/telemetry/statistics/recount", UriKind.Relative), null);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>As the service itself would write them, only faster.</summary>
    private static async Task Append(NpgsqlDataSource database)
    {
        await using var connection = await database.OpenConnectionAsync();
        await using var last = new NpgsqlCommand(
            "SELECT no, hash FROM audit_entries ORDER BY no DESC LIMIT 1",
            connection
        );
        long no;
        string hash;
        await using (var row = await last.ExecuteReaderAsync())
        {
            await row.ReadAsync();
            (no, hash) = (row.GetInt64(0), row.GetString(1));
        }
        await using var copy = await connection.BeginBinaryImportAsync(
            "COPY audit_entries (no, line, hash) FROM STDIN BINARY"
        );
        for (var i = 0; i < Many; i++)
        {
            var line =
                $$$"""{"no":{{{++no}}},"at":"2026-11-26T00:00:00+00:00","service":"telemetry","actor":{"kind":"service"},"action":"recounted","entity":"visit-counters","entityId":"all","after":{"before":{{{i}}},"after":{{{i}}}}}""";
            hash = AuditChain.Next(hash, line);
            await copy.StartRowAsync();
            await copy.WriteAsync(no, NpgsqlDbType.Bigint);
            await copy.WriteAsync(line, NpgsqlDbType.Text);
            await copy.WriteAsync(hash, NpgsqlDbType.Text);
        }
        await copy.CompleteAsync();
    }

    private static async Task Alter(NpgsqlDataSource database, long from)
    {
        await Execute(database, "ALTER TABLE audit_entries DISABLE TRIGGER ALL");
        var rows = new List<(long No, string Line)>();
        var hash = "";
        await using (
            var command = database.CreateCommand(
                $"SELECT no, line, hash FROM audit_entries WHERE no >= {from - 1} ORDER BY no"
            )
        )
        await using (var row = await command.ExecuteReaderAsync())
        {
            while (await row.ReadAsync())
            {
                if (hash == "")
                {
                    hash = row.GetString(2);
                    continue;
                }
                rows.Add((row.GetInt64(0), row.GetString(1)));
            }
        }
        rows[0] = (rows[0].No, rows[0].Line.Replace("recounted", "changed", StringComparison.Ordinal));
        var hashes = rows.Select(r => hash = AuditChain.Next(hash, r.Line)).ToArray();
        await using var update = database.CreateCommand(
            "UPDATE audit_entries e SET line = n.line, hash = n.hash FROM unnest($1, $2, $3) AS n (no, line, hash) WHERE e.no = n.no"
        );
        update.Parameters.Add(new() { Value = rows.Select(r => r.No).ToArray() });
        update.Parameters.Add(new() { Value = rows.Select(r => r.Line).ToArray() });
        update.Parameters.Add(new() { Value = hashes });
        update.CommandTimeout = 120;
        await update.ExecuteNonQueryAsync();
    }

    private static async Task Execute(NpgsqlDataSource database, string sql)
    {
        await using var command = database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
