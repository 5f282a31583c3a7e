using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using LaiChau.Testing;

[assembly: AssemblyFixture(typeof(LaiChau.BulletinPublishing.Tests.BulletinService))]

namespace LaiChau.BulletinPublishing.Tests;

/// <summary>The service as a process on real servers, and accounts that speak to it.</summary>
public sealed class BulletinService : IAsyncLifetime
{
    public static readonly Guid EditorId = Guid.CreateVersion7();
    private S3Buckets buckets = null!;

    public PostgresDatabase Database { get; private set; } = null!;
    public RabbitMqHost Broker { get; private set; } = null!;
    public ServiceProcess Process { get; private set; } = null!;
    public HttpClient Editor { get; private set; } = null!;
    public HttpClient Reviewer { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Database = await PostgresDatabase.Create();
        Broker = await RabbitMqHost.Create();
        buckets = await S3Buckets.Create();
        Process = await ServiceProcess.Start(
            "services/BulletinPublishing",
            new Dictionary<string, string?>(TestTokens.Settings)
            {
                ["ConnectionStrings:Bulletins"] = Database.ConnectionString,
                ["ConnectionStrings:RabbitMq"] = Broker.Uri.ToString(),
                ["ObjectStore:Endpoint"] = buckets.Endpoint.ToString(),
                ["ObjectStore:AccessKey"] = buckets.AccessKey,
                ["ObjectStore:SecretKey"] = buckets.SecretKey,
                ["ObjectStore:Content"] = buckets.Content,
                ["ObjectStore:Media"] = buckets.Media,
                ["Database:MigrateOnStart"] = "true",
                ["Bulletins:MaxAttachmentBytes"] = "100000",
            }
        );
        Editor = As(EditorId, "editor");
        Reviewer = As(Guid.CreateVersion7(), "reviewer");
    }

    public HttpClient As(Guid account, params string[] roles) =>
        Process.ClientWith(TestTokens.Create(account, "Tài khoản mẫu", roles));

    public async ValueTask DisposeAsync()
    {
        await Process.DisposeAsync();
        await buckets.DisposeAsync();
        await Broker.DisposeAsync();
        await Database.DisposeAsync();
    }

    public static object Draft(string title = "Cảnh báo lũ quét (mẫu)", string? slug = null) =>
        new
        {
            slug,
            category = "daily-life",
            level = "local",
            priority = "urgent",
            author = "Người soạn mẫu",
            office = "Cơ quan mẫu",
            texts = new object[]
            {
                new
                {
                    language = "vi",
                    title,
                    lead = "Mưa lớn trong hai ngày tới.",
                    body = "Bà con **không** qua suối khi nước lên.",
                },
                new
                {
                    language = "hmn-Latn-x-vn",
                    title = "Qauv",
                    lead = "",
                    body = "Qauv",
                },
            },
        };

    public async Task<JsonElement> Create(string title = "Cảnh báo lũ quét (mẫu)") =>
        await Ok(await Editor.PostAsJsonAsync("/api/bulletins", Draft(title)), HttpStatusCode.Created);

    public async Task<JsonElement> Approved(string title)
    {
        var id = (await Create(title)).Id();
        await Ok(await Editor.PostAsync($"/api/bulletins/{id}/submit", null));
        return await Ok(await Reviewer.PostAsync($"/api/bulletins/{id}/approve", null));
    }

    public static async Task<JsonElement> Ok(HttpResponseMessage answer, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using (answer)
        {
            var body = await answer.Content.ReadAsStringAsync();
            Assert.True(answer.StatusCode == expected, $"{answer.StatusCode}: {body}");
            return JsonDocument.Parse(body).RootElement;
        }
    }

    public static async Task Refused(HttpResponseMessage answer, HttpStatusCode status, string code)
    {
        using (answer)
        {
            var body = await answer.Content.ReadAsStringAsync();
            Assert.True(answer.StatusCode == status, $"{answer.StatusCode}: {body}");
            Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
            Assert.Equal(code, JsonDocument.Parse(body).RootElement.GetProperty("code").GetString());
        }
    }

    public static ByteArrayContent Bytes(byte[] bytes)
    {
        var content = new ByteArrayContent(bytes);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        return content;
    }
}

internal static class JsonReading
{
    public static string Id(this JsonElement element) => element.GetProperty("id").GetString()!;

    public static string State(this JsonElement element) => element.GetProperty("state").GetString()!;
}
