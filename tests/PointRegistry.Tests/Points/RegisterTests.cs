using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Xunit;
using static LaiChau.PointRegistry.Tests.RegistryHouse;

namespace LaiChau.PointRegistry.Tests.Points;

public sealed class PostgresHouse : IAsyncLifetime
{
    public RegistryHouse House { get; private set; } = null!;

    public async ValueTask InitializeAsync() => House = await Create();

    public ValueTask DisposeAsync() => House.DisposeAsync();
}

public sealed class SqliteHouse : IAsyncLifetime
{
    public RegistryHouse House { get; private set; } = null!;

    public async ValueTask InitializeAsync() => House = await OnSqlite();

    public ValueTask DisposeAsync() => House.DisposeAsync();
}

public sealed class PostgresRegisterTests(PostgresHouse fixture)
    : RegisterTests(fixture.House),
        IClassFixture<PostgresHouse>;

public sealed class SqliteRegisterTests(SqliteHouse fixture) : RegisterTests(fixture.House), IClassFixture<SqliteHouse>;

/// <summary>The register as a list, as a file and as a thing that several people edit; the same on both databases.</summary>
public abstract partial class RegisterTests(RegistryHouse house)
{
    private readonly string mark = $"m{Guid.CreateVersion7():N}"[..24];

    [Theory]
    [InlineData("created")]
    [InlineData("-created")]
    [InlineData("name")]
    [InlineData("-name")]
    [InlineData("unit")]
    [InlineData("-unit")]
    [InlineData("state")]
    [InlineData("-state")]
    public async Task Pages_in_any_order_hold_every_point_once_whatever_comes_between(string sort)
    {
        var made = new List<Guid>();
        // Names alike on purpose: the order among them must hold over pages too.
        foreach (var name in new[] { "Bản", "Bản", "Đồn", "Áng", "Bản", "Ẩm", "Dốc" })
        {
            made.Add(await Planned($"{name} {mark}", made.Count % 2 == 0 ? "03478" : "03445"));
        }
        await Ok(await house.Ops.PostAsJsonAsync($"/api/points/{made[2]}/close", new { reason = "Mẫu" }));

        var seen = new List<JsonElement>();
        for (string? after = ""; after is not null; )
        {
            var page = await List($"q={mark}&sort={sort}&limit=2&after={after}");
            seen.AddRange(page.GetProperty("items").EnumerateArray());
            after = page.TryGetProperty("next", out var next) ? next.GetString() : null;
            if (seen.Count == 2)
            {
                await Planned($"Xen vào giữa {Guid.CreateVersion7():N}", "03478");
            }
        }
        Assert.Equal(made.Order(), seen.Select(p => p.GetProperty("id").GetGuid()).Order());
        var keys = seen.ConvertAll(p =>
            sort.TrimStart('-') switch
            {
                "name" => p.GetProperty("name").GetString()![..2] switch
                {
                    "Án" or "Ẩm" => "a",
                    "Bả" => "b",
                    _ => "d",
                },
                "unit" => p.GetProperty("unitName").GetString()!,
                "state" => p.GetProperty("state").GetString() == "planned" ? "1" : "2",
                _ => p.GetProperty("id").GetString()!,
            }
        );
        var ordered = keys.Order(StringComparer.Ordinal);
        Assert.Equal(sort[0] == '-' ? ordered.Reverse() : ordered, keys);
    }

    [Fact]
    public async Task A_cursor_of_another_order_is_refused()
    {
        await Planned($"Một {mark}", "03478");
        await Planned($"Hai {mark}", "03478");
        var next = (await List($"q={mark}&sort=name&limit=1")).GetProperty("next").GetString();
        foreach (var query in new[] { "sort=-name", "sort=unit", "", "sort=name&after=khong-phai", "after=%00" })
        {
            var after = query.Contains("after", StringComparison.Ordinal) ? query : $"{query}&after={next}";
            await Refused(
                await house.Editor.GetAsync($"/api/points?{after}"),
                HttpStatusCode.UnprocessableEntity,
                "cursor-invalid"
            );
        }
        await Refused(
            await house.Editor.GetAsync("/api/points?sort=colour"),
            HttpStatusCode.UnprocessableEntity,
            "sort-unknown"
        );
    }

    [Fact]
    public async Task Is_found_by_name_and_by_every_spelling_of_its_unit_with_and_without_marks()
    {
        var point = await Planned($"Nhà văn hoá Phiêng Ốt {mark}", "03388");
        string[] found =
        [
            "Phiêng Ốt",
            "phieng ot",
            "PHIÊNG",
            "Phie\u0302ng O\u0302\u0301t",
            "đoàn kết",
            "doan ket",
            "van hoa doan",
        ];
        foreach (var typed in found)
        {
            Assert.Contains(point, Ids(await List($"q={Uri.EscapeDataString($"{typed} {mark}")}")));
        }
        Assert.Empty(Ids(await List($"q={Uri.EscapeDataString($"Phiếng {mark}")}")));
        Assert.Empty(Ids(await List($"q={Uri.EscapeDataString($"100% {mark}")}")));
    }

    [Fact]
    public async Task Filters_by_state_unit_and_all_below_language_tag_and_silence()
    {
        var one = await Planned(
            new
            {
                name = $"Trường {mark}",
                unitCode = "03478",
                languages = new[] { "vi", "hmn-Latn-x-vn" },
                tags = new[] { "Trường học", $"nhóm {mark}" },
            }
        );
        var two = await Planned($"Chợ {mark}", "03445");
        await Ok(await house.Ops.PostAsJsonAsync($"/api/points/{two}/close", new { reason = "Mẫu" }));

        await Holds("language=hmn-Latn-x-vn", one);
        await Holds("tag=Tr%C6%B0%E1%BB%9Dng%20h%E1%BB%8Dc", one);
        await Holds("state=closed", two);
        await Holds("unit=03445", two);
        await Holds("unit=12", one, two);
        await Holds("unit=108");
        await Holds("silent=false", one, two);
        await Holds("silent=true");
        Assert.Equal([one], Ids(await List($"tag={Uri.EscapeDataString($"nhóm {mark}")}")));

        async Task Holds(string query, params Guid[] points) =>
            Assert.Equal(points.Order(), Ids(await List($"q={mark}&{query}")).Order());
    }

    [Fact]
    public async Task Keeps_link_hours_tags_and_notes_until_they_are_taken_away()
    {
        var full = new
        {
            name = $"Điểm đầy đủ {mark}",
            unitCode = "03478",
            languages = new[] { "vi" },
            link = new
            {
                kind = "mobile",
                monthlyBytes = 2_000_000_000,
                quietHours = new[] { "22:00-06:00" },
            },
            openingHours = new object[]
            {
                new { days = new[] { 1, 2, 3, 4, 5 }, hours = new[] { "07:30-11:30", "13:30-17:00" } },
            },
            tags = new[] { "Bưu điện" },
            equipment = new object[]
            {
                new
                {
                    name = "Máy in",
                    health = "faulty",
                    count = 2,
                    checkedOn = "2026-01-05",
                },
            },
            notes = "Chìa khoá ở nhà bên (mẫu).",
        };
        var point = await Planned(full);
        await Ok(await house.Ops.PutAsJsonAsync($"/api/points/{point}", Short()));
        var kept = await One(point);
        Assert.Equal(2_000_000_000, kept.GetProperty("link").GetProperty("monthlyBytes").GetInt64());
        Assert.Equal(5, kept.GetProperty("openingHours")[0].GetProperty("days").GetArrayLength());
        Assert.Equal("faulty", kept.GetProperty("equipment")[0].GetProperty("health").GetString());
        Assert.Equal("Bưu điện", kept.GetProperty("tags")[0].GetString());

        await Ok(
            await house.Ops.PutAsJsonAsync(
                $"/api/points/{point}",
                new
                {
                    full.name,
                    full.unitCode,
                    full.languages,
                    link = new { },
                    openingHours = Array.Empty<object>(),
                    tags = Array.Empty<string>(),
                    notes = "",
                }
            )
        );
        var cleared = await One(point);
        Assert.False(cleared.TryGetProperty("link", out _) || cleared.TryGetProperty("notes", out _));
        Assert.Equal(
            0,
            cleared.GetProperty("openingHours").GetArrayLength() + cleared.GetProperty("tags").GetArrayLength()
        );
    }

    public static TheoryData<string, string> Wrong =>
        new()
        {
            { """{"link":{"monthlyBytes":0}}""", "link.monthlyBytes" },
            { """{"link":{"quietHours":["25:00-06:00"]}}""", "link.quietHours" },
            { """{"openingHours":[{"days":[1,1],"hours":["07:00-08:00"]}]}""", "openingHours" },
            { """{"openingHours":[{"days":[1],"hours":["17:00-08:00"]}]}""", "openingHours" },
            { """{"equipment":[{"name":" ","health":"good"}]}""", "equipment" },
            { """{"tags":["a","A"]}""", "tags" },
            { """{"tags":["=cmd"]}""", "tags" },
            { """{"tags":[null]}""", "tags" },
            { """{"openingHours":[null]}""", "openingHours" },
            { """{"equipment":[null]}""", "equipment" },
            { """{"link":{"quietHours":[null]}}""", "link.quietHours" },
        };

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task Refuses_details_that_make_no_sense_in_Vietnamese(string more, string field)
    {
        var body = more.Insert(1, """ "name":"Điểm mẫu","unitCode":"03478","languages":["vi"],""");
        using var answer = await house.Ops.PostAsync(
            "/api/points",
            new StringContent(body, Encoding.UTF8, "application/json")
        );
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        var problem = JsonElement.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Equal(field, problem.GetProperty("field").GetString());
        Assert.Contains(problem.GetProperty("detail").GetString()!, c => c > 127);
    }

    [Fact]
    public async Task A_change_of_what_somebody_else_changed_meanwhile_is_refused()
    {
        var point = await Planned($"Điểm hai người {mark}", "03478");
        using var read = await house.Editor.GetAsync($"/api/points/{point}");
        var tag = read.Headers.ETag!;
        Assert.False(tag.IsWeak);

        using var first = await Send(HttpMethod.Put, $"/api/points/{point}", Short("Người thứ nhất"), tag.Tag);
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        Assert.NotEqual(tag, first.Headers.ETag);
        var late = await Send(HttpMethod.Put, $"/api/points/{point}", Short("Người thứ hai"), tag.Tag);
        await Refused(late, HttpStatusCode.PreconditionFailed, "changed-meanwhile");
        foreach (var stale in new[] { tag.Tag, "khong-phai-the", $"W/{first.Headers.ETag!.Tag}" })
        {
            await Refused(
                await Send(HttpMethod.Post, $"/api/points/{point}/close", new { reason = "Mẫu" }, stale),
                HttpStatusCode.PreconditionFailed,
                "changed-meanwhile"
            );
        }
        Assert.StartsWith(
            "Người thứ nhất",
            (await One(point)).GetProperty("name").GetString(),
            StringComparison.Ordinal
        );
        await Ok(await Send(HttpMethod.Put, $"/api/points/{point}", Short("Ai cũng được"), "*"));
        await Ok(await Send(HttpMethod.Post, $"/api/points/{point}/close", new { reason = "Mẫu" }, null));
    }

    [Fact]
    public async Task Of_many_that_read_the_same_version_one_changes_it()
    {
        var point = await Planned($"Điểm nhiều người {mark}", "03478");
        var tag = $"\"{(await One(point)).GetProperty("version").GetInt64()}\"";
        var answers = await Task.WhenAll(
            Enumerable
                .Range(0, 8)
                .Select(async i =>
                {
                    using var answer = await Send(HttpMethod.Put, $"/api/points/{point}", Short($"Người {i}"), tag);
                    return answer.StatusCode;
                })
        );
        Assert.Single(answers, HttpStatusCode.OK);
        Assert.Equal(7, answers.Count(a => a is HttpStatusCode.PreconditionFailed));
    }

    [Fact]
    public async Task The_same_key_and_body_give_the_same_answer_and_one_point()
    {
        var key = Guid.CreateVersion7().ToString();
        var answers = new List<(string Body, string? Location, string? Tag)>();
        for (var i = 0; i < 3; i++)
        {
            using var answer = await Create(key, "Một điểm");
            Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
            answers.Add(
                (
                    await answer.Content.ReadAsStringAsync(),
                    answer.Headers.Location?.ToString(),
                    answer.Headers.ETag?.Tag
                )
            );
        }
        Assert.Single(answers.Distinct());
        Assert.NotNull(answers[0].Location);
        Assert.NotNull(answers[0].Tag);
        Assert.Single(Ids(await List($"q={mark}")));
        await Refused(await Create(key, "Điểm khác"), HttpStatusCode.UnprocessableEntity, "idempotency-key-reused");
        Assert.Single(Ids(await List($"q={mark}")));
    }

    [Fact]
    public async Task The_same_key_many_times_at_once_makes_one_point()
    {
        var key = Guid.CreateVersion7().ToString();
        var ids = await Task.WhenAll(
            Enumerable
                .Range(0, 8)
                .Select(async _ =>
                    (await Ok(await Create(key, "Cùng lúc"), HttpStatusCode.Created)).GetProperty("id").GetGuid()
                )
        );
        Assert.Single(ids.Distinct());
        Assert.Single(Ids(await List($"q={mark}")));
    }

    [Fact]
    public async Task What_was_refused_under_a_key_may_be_put_right_under_it()
    {
        var key = Guid.CreateVersion7().ToString();
        await Refused(await Create(key, ""), HttpStatusCode.UnprocessableEntity, "invalid");
        await Ok(await Create(key, "Đã sửa"), HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_key_belongs_to_its_account()
    {
        var key = Guid.CreateVersion7().ToString();
        using var other = await house.Account("ops");
        var one = await Ok(await Create(key, "Của một người"), HttpStatusCode.Created);
        var two = await Ok(await Create(key, "Của người khác", other), HttpStatusCode.Created);
        Assert.NotEqual(one.GetProperty("id").GetGuid(), two.GetProperty("id").GetGuid());
    }

    [Theory]
    [InlineData("csv")]
    [InlineData("xlsx")]
    public async Task What_is_exported_can_be_imported_as_it_was(string format)
    {
        await Planned(
            new
            {
                name = $"Nhà văn hoá; «số 1», tổ \"2\" {mark}",
                unitCode = "03478",
                languages = new[] { "vi", "blt-Tavt" },
                latitude = 22.3456,
                longitude = 103.25,
                link = new
                {
                    kind = "satellite",
                    monthlyBytes = 1_500_000_000,
                    quietHours = new[] { "07:30-17:00" },
                },
                openingHours = new object[]
                {
                    new { days = new[] { 1, 2, 3, 4, 5 }, hours = new[] { "07:30-11:30", "13:30-17:00" } },
                    new { days = new[] { 7 }, hours = new[] { "08:00-10:00" } },
                },
                tags = new[] { "Bản xa", "Có máy in" },
                notes = "=HYPERLINK(\"http://x\")\nDòng hai",
            }
        );
        var before = Assert.Single((await List($"q={mark}")).GetProperty("items").EnumerateArray());
        using var exported = await house.Editor.GetAsync($"/api/points/export?format={format}&q={mark}");
        var file = await exported.Content.ReadAsByteArrayAsync();
        Assert.EndsWith(
            format,
            exported.Content.Headers.ContentDisposition!.FileName!.Trim('"'),
            StringComparison.Ordinal
        );

        await Refused(await Import(file, house), HttpStatusCode.UnprocessableEntity, "rows-invalid");
        var other = $"m{Guid.CreateVersion7():N}"[..24];
        var imported = await Ok(await Import(AsAnother(file, format, other), house));
        Assert.Equal(1, imported.GetProperty("points").GetInt32());
        var after = Assert.Single((await List($"q={other}")).GetProperty("items").EnumerateArray());
        foreach (
            var part in new[]
            {
                "name",
                "unitCode",
                "languages",
                "feeds",
                "latitude",
                "longitude",
                "link",
                "openingHours",
                "tags",
                "notes",
            }
        )
        {
            Assert.Equal(
                before.GetProperty(part).ToString().Replace(mark, other, StringComparison.Ordinal),
                after.GetProperty(part).ToString()
            );
        }
    }

    [Theory]
    [InlineData("=1+1")]
    [InlineData("+1")]
    [InlineData("-1")]
    [InlineData("@SUM(1)")]
    [InlineData(" =1+1")]
    [InlineData("$=1+1")]
    [InlineData("＝1+1")]
    public async Task No_cell_of_an_export_begins_like_a_formula(string name)
    {
        await Planned($"{name} {mark}", "03478");
        var csv = await house.Editor.GetStringAsync($"/api/points/export?q={mark}");
        Assert.Contains($"'{name.Trim()} {mark}", csv, StringComparison.Ordinal);
        var xlsx = await house.Editor.GetByteArrayAsync($"/api/points/export?format=xlsx&q={mark}");
        using var zip = new ZipArchive(new MemoryStream(xlsx));
        using var sheet = new StreamReader(
            zip.Entries.Single(e => e.FullName.EndsWith("sheet1.xml", StringComparison.Ordinal)).Open()
        );
        var cells = await sheet.ReadToEndAsync();
        Assert.DoesNotContain("<x:f>", cells, StringComparison.Ordinal);
        Assert.DoesNotContain("<f>", cells, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_import_tells_every_faulty_row_and_adds_nothing()
    {
        await Planned($"Đã có {mark}", "03478");
        var csv =
            "\ufeffTên điểm;Mã xã, phường;Ngôn ngữ;Vĩ độ;Kinh độ;Giờ mở cửa\r\n"
            + $"Đúng {mark};03478;vi;22,38;103,45;T2-T6 07:30-11:30\r\n"
            + ";03478;vi;;;\r\n"
            + "\r\n"
            + $"Sai xã {mark};99999;tiếng Việt;;;\r\n"
            + $"Xã cũ {mark};108;vi;bắc;103;\r\n"
            + $"Giờ sai {mark};3478;vi;;;sáng\r\n"
            + $"đúng {mark};03478;vi;;;\r\n"
            + $"Đã có {mark};03478;vi;;;\r\n";
        foreach (var dryRun in new[] { "true", "false" })
        {
            using var answer = await Import(Encoding.UTF8.GetBytes(csv), house, dryRun);
            Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
            var problem = JsonElement.Parse(await answer.Content.ReadAsStringAsync());
            Assert.Equal(
                [
                    "3 Tên điểm",
                    "5 Mã xã, phường",
                    "5 Ngôn ngữ",
                    "6 Mã xã, phường",
                    "6 Vĩ độ",
                    "7 Giờ mở cửa",
                    "8 Tên điểm",
                    "9 Tên điểm",
                ],
                problem
                    .GetProperty("faults")
                    .EnumerateArray()
                    .Select(f => $"{f.GetProperty("row")} {f.GetProperty("column")}")
                    .Order(StringComparer.Ordinal)
            );
            Assert.Single(Ids(await List($"q={mark}")));
        }
    }

    [Fact]
    public async Task A_dry_run_counts_and_the_run_itself_adds_all_once()
    {
        var csv = Encoding.UTF8.GetBytes(
            $"tên điểm,\"Mã xã, phường\",ngôn ngữ\nA {mark},03478,\"vi, hni\"\nB {mark},3445,vi\n"
        );
        var dry = await Ok(await Import(csv, house, "true"));
        Assert.Equal((true, 2), (dry.GetProperty("dryRun").GetBoolean(), dry.GetProperty("points").GetInt32()));
        Assert.Empty(Ids(await List($"q={mark}")));

        var key = Guid.CreateVersion7().ToString();
        for (var i = 0; i < 2; i++)
        {
            var run = await Ok(await Import(csv, house, "false", key));
            Assert.Equal(2, run.GetProperty("points").GetInt32());
        }
        Assert.Equal(2, Ids(await List($"q={mark}")).Count);
        await Refused(await Import(csv, house), HttpStatusCode.UnprocessableEntity, "rows-invalid");
    }

    public static TheoryData<byte[]> NoTables =>
        new(
            [],
            "Tên điểm\n"u8.ToArray(),
            "Tên điểm;Màu\nA;đỏ\n"u8.ToArray(),
            [0xff, 0xfe, 0x00, 0x31],
            [.. "PK\u0003\u0004"u8, 1, 2, 3],
            "Tên điểm;Mã xã, phường;Ngôn ngữ\n\"A;03478;vi\n"u8.ToArray()
        );

    [Theory]
    [MemberData(nameof(NoTables))]
    public async Task What_is_no_table_of_points_is_refused(byte[] file)
    {
        using var answer = await Import(file, house);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Contains(
            JsonElement.Parse(await answer.Content.ReadAsStringAsync()).GetProperty("code").GetString(),
            new[] { "file-invalid", "rows-invalid" }
        );
    }

    [Fact]
    public async Task A_file_that_unpacks_too_large_or_is_too_large_is_refused()
    {
        using var packed = new MemoryStream();
        using (var zip = new ZipArchive(packed, ZipArchiveMode.Create, leaveOpen: true))
        {
            await using var sheet = zip.CreateEntry("xl/worksheets/sheet1.xml").Open();
            for (var i = 0; i < 65; i++)
            {
                await sheet.WriteAsync(new byte[1 << 20]);
            }
        }
        await Refused(await Import(packed.ToArray(), house), HttpStatusCode.UnprocessableEntity, "file-invalid");
        await Refused(
            await Import(new byte[(4 << 20) + 1], house),
            HttpStatusCode.RequestEntityTooLarge,
            "body-too-large"
        );
    }

    [Fact]
    public async Task Only_operators_import_and_everybody_exports()
    {
        using var refused = new HttpRequestMessage(HttpMethod.Post, "/api/points/import")
        {
            Content = new ByteArrayContent([]),
        };
        await Refused(await house.Editor.SendAsync(refused), HttpStatusCode.Forbidden, "forbidden");
        using var export = await house.Editor.GetAsync($"/api/points/export?q={mark}");
        Assert.Equal(HttpStatusCode.OK, export.StatusCode);
    }

    private async Task<JsonElement> List(string query) => await Ok(await house.Editor.GetAsync($"/api/points?{query}"));

    private async Task<JsonElement> One(Guid id) => await Ok(await house.Editor.GetAsync($"/api/points/{id}"));

    private static List<Guid> Ids(JsonElement page) =>
        [.. page.GetProperty("items").EnumerateArray().Select(p => p.GetProperty("id").GetGuid())];

    private Task<Guid> Planned(string name, string unit) =>
        Planned(
            new
            {
                name,
                unitCode = unit,
                languages = new[] { "vi" },
            }
        );

    private async Task<Guid> Planned(object point) =>
        (await Ok(await house.Ops.PostAsJsonAsync("/api/points", point), HttpStatusCode.Created))
            .GetProperty("id")
            .GetGuid();

    private object Short(string name = "Điểm mẫu") =>
        new
        {
            name = $"{name} {mark}",
            unitCode = "03478",
            languages = new[] { "vi" },
        };

    private async Task<HttpResponseMessage> Send(HttpMethod method, string path, object body, string? ifMatch)
    {
        using var request = new HttpRequestMessage(method, path) { Content = JsonContent.Create(body) };
        if (ifMatch is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        }
        return await house.Ops.SendAsync(request);
    }

    private async Task<HttpResponseMessage> Create(string key, string name, HttpClient? client = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/points")
        {
            Content = JsonContent.Create(
                new
                {
                    name = name.Length == 0 ? "" : $"{name} {mark}",
                    unitCode = "03478",
                    languages = new[] { "vi" },
                }
            ),
        };
        request.Headers.Add("Idempotency-Key", key);
        return await (client ?? house.Ops).SendAsync(request);
    }

    private static async Task<HttpResponseMessage> Import(
        byte[] file,
        RegistryHouse where,
        string dryRun = "false",
        string? key = null
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/points/import?dryRun={dryRun}")
        {
            Content = new ByteArrayContent(file)
            {
                Headers = { ContentType = new MediaTypeHeaderValue("application/octet-stream") },
            },
        };
        // A body that is refused by its length is not sent.
        request.Headers.ExpectContinue = true;
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }
        return await where.Ops.SendAsync(request);
    }

    /// <summary>As somebody empties the column of ids before importing, and changes the name.</summary>
    private byte[] AsAnother(byte[] file, string format, string other)
    {
        if (format == "csv")
        {
            return Encoding.UTF8.GetBytes(Change(Encoding.UTF8.GetString(file)));
        }
        using var stream = new MemoryStream();
        stream.Write(file);
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Update, leaveOpen: true))
        {
            var parts = zip.Entries.Where(e => e.FullName.EndsWith(".xml", StringComparison.Ordinal)).ToList();
            foreach (var part in parts)
            {
                string text;
                using (var reader = new StreamReader(part.Open()))
                {
                    text = reader.ReadToEnd();
                }
                part.Delete();
                using var writer = new StreamWriter(zip.CreateEntry(part.FullName).Open());
                writer.Write(Change(text));
            }
        }
        return stream.ToArray();

        string Change(string text) => Id().Replace(text, "").Replace(mark, other, StringComparison.Ordinal);
    }

    [GeneratedRegex("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex Id();
}
