using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using LaiChau.Catalog.Packages;
using LaiChau.Distribution.Content;
using LaiChau.Distribution.Feeds;
using LaiChau.ServiceDefaults.Objects;
using LaiChau.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace LaiChau.Catalog.Tests;

/// <summary>What clients say to the catalog, over HTTP.</summary>
internal static class Talk
{
    private static int count;

    public static string NewPackage() => $"mau/goi-{Guid.CreateVersion7():N}-{Interlocked.Increment(ref count)}";

    public static byte[] Noise(int size, int seed = 1)
    {
        var bytes = new byte[size];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    public static Dictionary<string, byte[]> Files(int seed = 1) =>
        new()
        {
            ["index.html"] = System.Text.Encoding.UTF8.GetBytes($"<h1>Chăm sóc chè Shan (mẫu) {seed}</h1>"),
            ["anh/vườn chè.jpg"] = Noise(700_000, seed),
            ["rong.txt"] = [],
        };

    /// <summary>The JSON of a push, and its blocks.</summary>
    public static async Task<(JsonObject Json, Dictionary<string, byte[]> Blocks)> Declare(
        string package,
        Dictionary<string, byte[]> files
    )
    {
        var blocks = new Dictionary<string, byte[]>();
        var list = new JsonArray();
        foreach (var (path, bytes) in files)
        {
            using var stream = new MemoryStream(bytes);
            var split = await UploadBlocks.Split(
                stream,
                (block, content, _) =>
                {
                    blocks[block.Sha256.ToString()] = content.ToArray();
                    return ValueTask.CompletedTask;
                }
            );
            list.Add(
                new JsonObject
                {
                    ["path"] = path,
                    ["size"] = bytes.Length,
                    ["sha256"] = Convert.ToHexStringLower(SHA256.HashData(bytes)),
                    ["blocks"] = new JsonArray([
                        .. split.Blocks.Select(b => new JsonObject
                        {
                            ["sha256"] = b.Sha256.ToString(),
                            ["size"] = b.Length,
                        }),
                    ]),
                }
            );
        }
        var json = new JsonObject
        {
            ["package"] = package,
            ["title"] = new JsonObject { ["vi"] = "Chăm sóc chè Shan (mẫu)" },
            ["category"] = "smart-farming",
            ["languages"] = new JsonArray("vi"),
            ["files"] = list,
        };
        return (json, blocks);
    }

    /// <summary>A whole push: the release that awaits approval.</summary>
    public static async Task<JsonElement> Push(
        this HttpClient editor,
        string package,
        Dictionary<string, byte[]> files,
        Action<JsonObject>? change = null
    )
    {
        var (json, blocks) = await Declare(package, files);
        change?.Invoke(json);
        var push = await Ok(await editor.PostAsJsonAsync("/api/catalog/pushes", json), HttpStatusCode.Created);
        foreach (var sha256 in push.GetProperty("missing").Strings())
        {
            await editor.Put(sha256, blocks[sha256]);
        }
        return await Ok(await editor.Complete(push.Id()), HttpStatusCode.Created);
    }

    public static async Task Put(this HttpClient editor, string sha256, byte[] bytes)
    {
        using var answer = await editor.PutAsync($"/api/catalog/blocks/{sha256}", Bytes(bytes));
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
    }

    public static Task<HttpResponseMessage> Complete(this HttpClient editor, string id) =>
        editor.PostAsync($"/api/catalog/pushes/{id}/complete", null);

    public static Task<HttpResponseMessage> Approve(this HttpClient reviewer, string id) =>
        reviewer.PostAsync($"/api/catalog/releases/{id}/approve", null);

    public static Task<HttpResponseMessage> Recall(this HttpClient reviewer, string id) =>
        reviewer.PostAsJsonAsync(
            $"/api/catalog/releases/{id}/recall",
            new { reason = "Nội dung sai (mẫu)", message = new { vi = "Đã thu hồi (mẫu)." } }
        );

    public static async Task<JsonElement> Release(this HttpClient client, string id) =>
        await Ok(await client.GetAsync($"/api/catalog/releases/{id}"));

    public static async Task<JsonElement> Reaches(this HttpClient client, string id, string state)
    {
        JsonElement release = default;
        await Eventually.Passes(
            async () =>
            {
                release = await client.Release(id);
                Assert.True(release.State() == state, release.ToString());
            },
            TimeSpan.FromMinutes(3)
        );
        return release;
    }

    public static async Task<JsonElement> Published(
        this CatalogHost host,
        string package,
        Dictionary<string, byte[]> files,
        Action<JsonObject>? change = null
    )
    {
        using var editor = host.Editor();
        using var reviewer = host.Reviewer();
        var release = await editor.Push(package, files, change);
        await Ok(await reviewer.Approve(release.Id()), HttpStatusCode.Accepted);
        return await reviewer.Reaches(release.Id(), "published");
    }

    /// <summary>Published, and nothing is left to be done for it.</summary>
    public static async Task<JsonElement> WithDeltas(
        this CatalogHost host,
        string package,
        Dictionary<string, byte[]> files
    )
    {
        var id = (await host.Published(package, files)).Id();
        await Eventually.Holds(
            () => host.Query(db => db.Releases.AnyAsync(r => r.Id == Guid.Parse(id) && r.FollowUp == FollowUp.None)),
            TimeSpan.FromMinutes(3)
        );
        using var reviewer = host.Reviewer();
        return await reviewer.Release(id);
    }

    /// <summary>The current release of a package, once its deltas are in the feed.</summary>
    public static Task<FeedRelease> Listed(this CatalogHost host, PointReader point, string package) =>
        Eventually.Passes(
            async () =>
            {
                var release = (await point.Read(host.Plane())).Current.Single(r => r.Release.Package == package);
                Assert.NotEmpty(release.Deltas);
                return release;
            },
            TimeSpan.FromMinutes(3)
        );

    public static Task Delete(this CatalogHost host, Func<ObjectStoreOptions, string> bucket, string key) =>
        host
            .Services.GetRequiredService<IObjectStore>()
            .Delete(bucket(host.Services.GetRequiredService<IOptions<ObjectStoreOptions>>().Value), key, default);

    public static async Task<JsonElement> Ok(HttpResponseMessage answer, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using (answer)
        {
            var body = await answer.Content.ReadAsStringAsync();
            Assert.True(answer.StatusCode == expected, $"{answer.StatusCode}: {body}");
            return JsonDocument.Parse(body).RootElement;
        }
    }

    public static async Task<JsonElement> Refused(HttpResponseMessage answer, HttpStatusCode status, string code)
    {
        using (answer)
        {
            var body = await answer.Content.ReadAsStringAsync();
            Assert.True(answer.StatusCode == status, $"{answer.StatusCode}: {body}");
            Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
            var problem = JsonDocument.Parse(body).RootElement;
            Assert.Equal(code, problem.GetProperty("code").GetString());
            return problem;
        }
    }

    public static ByteArrayContent Bytes(byte[] bytes, string type = "application/octet-stream")
    {
        var content = new ByteArrayContent(bytes);
        content.Headers.ContentType = new MediaTypeHeaderValue(type);
        return content;
    }

    public static string Id(this JsonElement element) => element.GetProperty("id").GetString()!;

    public static string State(this JsonElement element) => element.GetProperty("state").GetString()!;

    public static IReadOnlyList<string> Strings(this JsonElement array) =>
        [.. array.EnumerateArray().Select(e => e.GetString()!)];
}
