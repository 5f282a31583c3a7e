using System.Buffers.Text;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using LaiChau.Testing;

namespace LaiChau.Benchmarks.Register;

/// <summary>The register of points with 20,000 of them: what the first, middle and last page of each list cost, and by which index they are found.</summary>
internal static partial class RegisterBenchmark
{
    private const int Points = 20_000;
    private const int PageSize = 50;
    private const int Repeats = 21;
    private const int MostOfAFile = 5000;
    private static readonly string[] Places =
    [
        "Nhà văn hoá bản",
        "Bưu điện xã",
        "Trạm y tế",
        "Trường tiểu học",
        "Chợ phiên",
        "Trụ sở",
        "Đồn biên phòng",
        "Ủy ban",
    ];
    private static readonly string[] Sorts = ["created", "name", "unit", "state"];

    public static async Task<int> Run(string[] arguments)
    {
        if (arguments is not ([] or ["--sqlite"]))
        {
            await Console.Error.WriteLineAsync("usage: Benchmarks register [--sqlite]");
            return 2;
        }
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        var work = Directory.CreateTempSubdirectory("laichau-bench-register-").FullName;
        try
        {
            if (arguments is ["--sqlite"])
            {
                await Measure($"Data Source={work}/points.db", null, work);
                return 0;
            }
            await using var database = await PostgresDatabase.Create();
            await Measure(database.ConnectionString, database, work);
            return 0;
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    private static async Task Measure(string connection, PostgresDatabase? database, string work)
    {
        await using var broker = await RabbitMqHost.Create();
        // Somebody must take what is said of the points, or the service complains of it all the time.
        await broker.Listen("point-profile-changed", "laichau.points.point-profile-changed.v1");
        await using var service = await ServiceProcess.Start(
            "services/PointRegistry",
            new Dictionary<string, string?>
            {
                ["ConnectionStrings:Points"] = connection,
                ["ConnectionStrings:RabbitMq"] = broker.Uri.ToString(),
                ["Database:MigrateOnStart"] = "true",
                ["DataProtection:KeysFolder"] = work,
                ["Auth:Issuer"] = "{url}/",
                ["Auth:KeysAddress"] = "{url}/.well-known/jwks",
                ["Identity:SigningKeyFile"] = Path.Combine(work, "signing.pem"),
                ["Identity:CreateKeyIfMissing"] = "true",
                ["Identity:Bootstrap:UserName"] = "admin",
                ["Identity:Bootstrap:Password"] = "mot-mat-khau-mau-4821",
                ["Logging:Console:LogLevel:Microsoft.EntityFrameworkCore.Database.Command"] = "Information",
            }
        );
        using var client = service.ClientWith(await Token(service.Client));
        var watch = Stopwatch.StartNew();
        await Fill(client);
        Console.WriteLine($"{Points:n0} points imported in {watch.Elapsed.TotalSeconds:n1} s.\n");
        await Eventually.Holds(
            async () => await broker.Waiting("point-profile-changed") == Points,
            TimeSpan.FromMinutes(5)
        );
        if (database is not null)
        {
            await database.Execute("VACUUM ANALYZE");
        }
        Console.WriteLine(
            $"| list | points | first, ms | middle × | last × | {(database is null ? "" : "found by |")}"
        );
        Console.WriteLine($"|---|---:|---:|---:|---:|{(database is null ? "" : "---|")}");
        foreach (var search in new[] { "", "q=bưu điện", "q=buu dien", "q=1234", "unit=03478", "state=planned" })
        {
            foreach (var sort in Sorts.SelectMany(s => new[] { s, "-" + s }))
            {
                await Row(service, client, database, search, sort);
            }
        }
    }

    private static async Task Row(
        ServiceProcess service,
        HttpClient client,
        PostgresDatabase? database,
        string search,
        string sort
    )
    {
        var list = $"/api/points?sort={sort}{(search.Length > 0 ? "&" + search : "")}";
        var cursors = new List<string?> { null };
        var total = 0;
        for (string? after = null; ; )
        {
            var page = JsonElement.Parse(await client.GetStringAsync(Page(list, after, PageSize)));
            total += page.GetProperty("items").GetArrayLength();
            after = page.TryGetProperty("next", out var next) ? next.GetString() : null;
            if (after is null)
            {
                break;
            }
            cursors.Add(after);
        }
        var (first, middle, last) = (cursors[0], cursors[cursors.Count / 2], cursors[^1]);
        var times = new double[3];
        // In turns, so that whatever else the machine does meanwhile meets all three.
        var taken = new[] { new List<double>(), [], [] };
        for (var i = 0; i < Repeats; i++)
        {
            foreach (var (which, cursor) in new[] { first, middle, last }.Index())
            {
                var watch = Stopwatch.StartNew();
                await client.GetStringAsync(Page(list, cursor, PageSize));
                taken[which].Add(watch.Elapsed.TotalMilliseconds);
            }
        }
        for (var i = 0; i < times.Length; i++)
        {
            times[i] = taken[i].Order().ElementAt(Repeats / 2);
        }
        await client.GetStringAsync(Page(list, middle, PageSize));
        var plan = database is null ? "" : $" {await Plan(service, database, search, middle)} |";
        Console.WriteLine(
            $"| {list["/api/points?".Length..]} | {total:n0} | {times[0]:n1} | {times[1] / times[0]:n2} | {times[2] / times[0]:n2} |{plan}"
        );
    }

    private static string Page(string list, string? after, int limit) =>
        $"{list}&limit={limit}{(after is null ? "" : $"&after={after}")}";

    /// <summary>The scans in the plan of the statement that the service sent last.</summary>
    private static async Task<string> Plan(
        ServiceProcess service,
        PostgresDatabase database,
        string search,
        string? cursor
    )
    {
        var sql = await Eventually.Passes(() =>
            Task.FromResult(
                service
                    .LastLines(300)
                    .Split("info: ")
                    .Select(entry => entry.Split('\n'))
                    .Last(lines =>
                        lines.Any(l => l.Contains("FROM points", StringComparison.Ordinal))
                        && lines.Any(l => l.Contains("LIMIT", StringComparison.Ordinal))
                    )
                    .SkipWhile(l => !l.StartsWith("      SELECT", StringComparison.Ordinal))
                    .Aggregate("", (whole, line) => $"{whole}\n{line}")
            )
        );
        var key = cursor is null ? "" : Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor)).Split('\n')[1];
        var words = new Queue<string>(search.StartsWith("q=", StringComparison.Ordinal) ? search[2..].Split(' ') : []);
        var filled = Parameter()
            .Replace(
                sql,
                name =>
                    name.Value.StartsWith("@word", StringComparison.Ordinal) ? $"'%{words.Dequeue()}%'"
                    : name.Value.StartsWith("@codes", StringComparison.Ordinal) ? "ARRAY['03478']"
                    : name.Value.StartsWith("@state", StringComparison.Ordinal) ? "'Planned'"
                    : name.Value.StartsWith("@p", StringComparison.Ordinal) ? $"{PageSize + 1}"
                    : $"'{key.Replace("'", "''", StringComparison.Ordinal)}'"
            );
        var plan = await database.Scalar<string>(
            $"""
            CREATE OR REPLACE FUNCTION pg_temp.plan(query text) RETURNS text LANGUAGE plpgsql AS $$
            DECLARE line text; whole text := '';
            BEGIN
                FOR line IN EXECUTE 'EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) ' || query LOOP whole := whole || line || E'\n'; END LOOP;
                RETURN whole;
            END $$;
            SELECT pg_temp.plan($query${filled}$query$)
            """
        );
        return string.Join(
            ", ",
            Scan()
                .Matches(plan)
                .Select(m => m.Groups["scan"].Value)
                .Where(s => !s.Contains(" units", StringComparison.Ordinal))
                .Distinct()
        );
    }

    private static async Task Fill(HttpClient client)
    {
        var units = JsonElement
            .Parse(await client.GetStringAsync("/api/points/units?limit=500"))
            .GetProperty("items")
            .EnumerateArray()
            .Where(u => u.GetProperty("type").GetString() is "commune" or "ward")
            .Select(u => u.GetProperty("code").GetString())
            .ToArray();
        for (var from = 0; from < Points; from += MostOfAFile)
        {
            var table = new StringBuilder("Tên điểm;Mã xã, phường;Ngôn ngữ\n");
            for (var i = from; i < from + MostOfAFile; i++)
            {
                table.Append(
                    null,
                    $"{Places[i % Places.Length]} {i * 7919 % Points};{units[i / 3 % units.Length]};vi\n"
                );
            }
            using var answer = await client.PostAsync("/api/points/import", new StringContent(table.ToString()));
            if (!answer.IsSuccessStatusCode)
            {
                throw new InvalidOperationException(await answer.Content.ReadAsStringAsync());
            }
        }
    }

    private static async Task<string> Token(HttpClient anonymous)
    {
        using var answer = await anonymous.PostAsync(
            "/connect/token",
            new FormUrlEncodedContent(
                new Dictionary<string, string>
                {
                    ["grant_type"] = "client_credentials",
                    ["client_id"] = "admin",
                    ["client_secret"] = "mot-mat-khau-mau-4821",
                }
            )
        );
        return JsonElement.Parse(await answer.Content.ReadAsStringAsync()).GetProperty("access_token").GetString()!;
    }

    [GeneratedRegex(@"@\w+", RegexOptions.None, 1000)]
    private static partial Regex Parameter();

    [GeneratedRegex(
        @"(?<scan>(Index Only Scan|Index Scan|Bitmap Index Scan|Seq Scan)( Backward)?( using \w+)? on \w+)",
        RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex Scan();
}
