using System.Net;
using System.Net.Http.Json;
using LaiChau.Testing;
using static LaiChau.BulletinPublishing.Tests.BulletinService;

namespace LaiChau.BulletinPublishing.Tests;

public sealed class StandaloneTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("bulletins").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task On_SQLite_and_a_folder_a_bulletin_survives_a_kill()
    {
        await using var service = await ServiceProcess.Start(
            "services/BulletinPublishing",
            new Dictionary<string, string?>(TestTokens.Settings)
            {
                ["ConnectionStrings:Bulletins"] = $"Data Source={folder}/bulletins.db",
                ["ObjectStore:Folder"] = folder,
                ["Database:MigrateOnStart"] = "true",
            }
        );
        using var editor = service.ClientWith(TestTokens.Create(EditorId, "Biên tập viên mẫu", "editor"));
        var made = await Ok(await editor.PostAsJsonAsync("/api/bulletins", Draft()), HttpStatusCode.Created);
        await Ok(
            await editor.PostAsync(
                $"/api/bulletins/{made.Id()}/attachments?name=a.ogg",
                Bytes([.. "OggS"u8, 1, 2, 3, 4, 5, 6, 7, 8])
            ),
            HttpStatusCode.Created
        );
        await Ok(await editor.PostAsync($"/api/bulletins/{made.Id()}/submit", null));
        await service.Kill();
        await service.Start();
        var page = await Ok(await editor.GetAsync("/api/bulletins?state=submitted&limit=1"));
        Assert.Equal(made.Id(), page.GetProperty("items")[0].Id());
        Assert.Equal(1, page.GetProperty("items")[0].GetProperty("attachments").GetArrayLength());
    }

    [Fact]
    public async Task Describes_its_API()
    {
        await using var service = await ServiceProcess.Start(
            "services/BulletinPublishing",
            new Dictionary<string, string?>(TestTokens.Settings)
            {
                ["ConnectionStrings:Bulletins"] = $"Data Source={folder}/described.db",
                ["ObjectStore:Folder"] = folder,
                ["Database:MigrateOnStart"] = "true",
            }
        );
        var document = await Ok(await service.Client.GetAsync("/api/bulletins/openapi.json"));
        Assert.True(document.GetProperty("paths").TryGetProperty("/api/bulletins/{id}/approve", out _));
    }
}
