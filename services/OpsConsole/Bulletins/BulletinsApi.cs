using System.Net.Http.Headers;
using LaiChau.OpsConsole.Api;
using LaiChau.OpsConsole.Releases;

namespace LaiChau.OpsConsole.Bulletins;

public sealed record Bulletin
{
    public Guid Id { get; init; }
    public string? Slug { get; init; }
    public string State { get; init; } = "";
    public int Revision { get; init; }
    public string? Category { get; init; }
    public string? Level { get; init; }
    public string? Priority { get; init; }
    public string? Author { get; init; }
    public string? Office { get; init; }
    public string? Feed { get; init; }
    public IReadOnlyList<BulletinText> Texts { get; init; } = [];
    public IReadOnlyList<Attachment> Attachments { get; init; } = [];
    public DateTimeOffset? ValidFrom { get; init; }
    public DateTimeOffset? ValidUntil { get; init; }
    public Person? CreatedBy { get; init; }
    public Person? ApprovedBy { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? ApprovedAt { get; init; }
    public string? ReturnReason { get; init; }
    public string? WithdrawReason { get; init; }
    public BulletinRelease? Release { get; init; }

    public IReadOnlyDictionary<string, string> Titles =>
        Texts.DistinctBy(t => t.Language).ToDictionary(t => t.Language, t => t.Title);
}

public sealed record BulletinText
{
    public string Language { get; init; } = "";
    public string Title { get; init; } = "";
    public string Lead { get; init; } = "";
    public string Body { get; init; } = "";
}

public sealed record Attachment
{
    public Guid Id { get; init; }
    public string Name { get; init; } = "";
    public string? MediaType { get; init; }
    public string? Language { get; init; }
    public string? Caption { get; init; }
    public long Size { get; init; }
}

public sealed record BulletinRelease
{
    public Guid Id { get; init; }
    public string State { get; init; } = "";
    public DateTimeOffset? PublishedAt { get; init; }
}

/// <summary>What an editor writes; the API judges it.</summary>
public sealed record BulletinDraft
{
    public string? Slug { get; init; }
    public string Category { get; init; } = "";
    public string Level { get; init; } = "local";
    public string Priority { get; init; } = "normal";
    public string Author { get; init; } = "";
    public string Office { get; init; } = "";
    public string Feed { get; init; } = "tinh";
    public IReadOnlyList<BulletinText> Texts { get; init; } = [];
    public DateTimeOffset? ValidFrom { get; init; }
    public DateTimeOffset? ValidUntil { get; init; }

    public static BulletinDraft Of(Bulletin bulletin) =>
        new()
        {
            Slug = bulletin.Slug,
            Category = bulletin.Category ?? "",
            Level = bulletin.Level ?? "local",
            Priority = bulletin.Priority ?? "normal",
            Author = bulletin.Author ?? "",
            Office = bulletin.Office ?? "",
            Feed = bulletin.Feed ?? "tinh",
            Texts = bulletin.Texts,
            ValidFrom = bulletin.ValidFrom,
            ValidUntil = bulletin.ValidUntil,
        };
}

internal sealed class BulletinsApi(GatewayApi api)
{
    public Task<Answer<ApiList<Bulletin>>> List(string? state, string? after = null, int limit = 50) =>
        api.Get<ApiList<Bulletin>>(
            $"/api/bulletins?limit={limit}"
                + (string.IsNullOrEmpty(state) ? "" : "&state=" + Uri.EscapeDataString(state))
                + (string.IsNullOrEmpty(after) ? "" : "&after=" + Uri.EscapeDataString(after))
        );

    public Task<Answer<Bulletin>> One(Guid id) => api.Get<Bulletin>($"/api/bulletins/{id}");

    public Task<Answer<Bulletin>> Save(Guid? id, BulletinDraft draft) =>
        id is { } known
            ? api.Put<Bulletin>($"/api/bulletins/{known}", draft)
            : api.Post<Bulletin>("/api/bulletins", draft);

    public async Task<Answer<Attachment>> Attach(Guid id, IFormFile file, string? language, string? caption)
    {
        await using var bytes = file.OpenReadStream();
        using var content = new StreamContent(bytes);
        content.Headers.ContentType = MediaTypeHeaderValue.TryParse(file.ContentType, out var type)
            ? type
            : new MediaTypeHeaderValue("application/octet-stream");
        content.Headers.ContentLength = file.Length;
        return await api.Upload<Attachment>(
            $"/api/bulletins/{id}/attachments?name={Uri.EscapeDataString(Path.GetFileName(file.FileName).Normalize())}"
                + (language is null ? "" : "&language=" + Uri.EscapeDataString(language))
                + (caption is null ? "" : "&caption=" + Uri.EscapeDataString(caption)),
            content
        );
    }

    public Task<Answer<HttpResponseMessage>> OpenFile(
        Guid id,
        Guid attachment,
        RangeHeaderValue? range,
        CancellationToken cancellation
    ) => api.Open($"/api/bulletins/{id}/attachments/{attachment}", range, cancellation);

    public Task<Answer<Done>> Detach(Guid id, Guid attachment) =>
        api.Delete($"/api/bulletins/{id}/attachments/{attachment}");

    public Task<Answer<Bulletin>> Submit(Guid id) => api.Post<Bulletin>($"/api/bulletins/{id}/submit");

    public Task<Answer<Bulletin>> Approve(Guid id) => api.Post<Bulletin>($"/api/bulletins/{id}/approve");

    public Task<Answer<Bulletin>> Return(Guid id, string reason) =>
        api.Post<Bulletin>($"/api/bulletins/{id}/return", new { reason });

    public Task<Answer<Bulletin>> Withdraw(Guid id, string reason) =>
        api.Post<Bulletin>($"/api/bulletins/{id}/withdraw", new { reason });
}
