using System.Net.Http.Headers;
using LaiChau.OpsConsole.Api;

namespace LaiChau.OpsConsole.Releases;

public sealed record Person
{
    public Guid Id { get; init; }
    public string Name { get; init; } = "";
}

public sealed record Release
{
    public Guid Id { get; init; }
    public string Package { get; init; } = "";
    public int Version { get; init; }
    public string Feed { get; init; } = "";
    public string Kind { get; init; } = "";
    public string State { get; init; } = "";
    public IReadOnlyDictionary<string, string> Title { get; init; } = new Dictionary<string, string>();
    public IReadOnlyDictionary<string, string> Summary { get; init; } = new Dictionary<string, string>();
    public string? Category { get; init; }
    public string? Priority { get; init; }
    public IReadOnlyList<string> Languages { get; init; } = [];
    public DateTimeOffset? ValidFrom { get; init; }
    public DateTimeOffset? ValidUntil { get; init; }
    public long Size { get; init; }
    public IReadOnlyList<ReleaseFile> Files { get; init; } = [];
    public Person? Author { get; init; }
    public Person? ApprovedBy { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? PublishedAt { get; init; }
    public DateTimeOffset? RecalledAt { get; init; }
    public string? RecallReason { get; init; }
    public string? RejectReason { get; init; }
    public Delivery? Delivery { get; init; }
}

public sealed record ReleaseFile
{
    public string Path { get; init; } = "";
    public long Size { get; init; }
    public string? MediaType { get; init; }
    public string? Language { get; init; }
    public string? Alt { get; init; }
}

public sealed record Delivery
{
    public int Expected { get; init; }
    public int Showing { get; init; }
    public DateTimeOffset? ReportedAt { get; init; }
}

internal sealed class CatalogApi(GatewayApi api)
{
    public Task<Answer<ApiList<Release>>> List(string? state, string? after = null, int limit = 50) =>
        api.Get<ApiList<Release>>(
            $"/api/catalog/releases?limit={limit}"
                + (string.IsNullOrEmpty(state) ? "" : "&state=" + Uri.EscapeDataString(state))
                + (string.IsNullOrEmpty(after) ? "" : "&after=" + Uri.EscapeDataString(after))
        );

    public Task<Answer<Release>> One(Guid id) => api.Get<Release>($"/api/catalog/releases/{id}");

    public Task<Answer<HttpResponseMessage>> OpenFile(
        Guid id,
        string path,
        RangeHeaderValue? range,
        CancellationToken cancellation
    ) =>
        api.Open(
            $"/api/catalog/releases/{id}/files/{string.Join('/', path.Split('/').Select(Uri.EscapeDataString))}",
            range,
            cancellation
        );

    public Task<Answer<Release>> Approve(Guid id) => api.Post<Release>($"/api/catalog/releases/{id}/approve");

    public Task<Answer<Release>> Reject(Guid id, string reason) =>
        api.Post<Release>($"/api/catalog/releases/{id}/reject", new { reason });

    public Task<Answer<Release>> Recall(Guid id, string reason, string? message) =>
        api.Post<Release>(
            $"/api/catalog/releases/{id}/recall",
            message is null ? new { reason } : new { reason, message = new { vi = message } }
        );
}
