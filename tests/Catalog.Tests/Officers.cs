using System.Net.Http.Json;
using System.Text.Json.Nodes;
using LaiChau.Distribution.Publishing;
using LaiChau.Distribution.Trust;

namespace LaiChau.Catalog.Tests;

/// <summary>
/// The ministry's and the department's key officers, who sign elsewhere, and the engineer who has the online keys alone: a plane of
/// two-of-three roots and targets.
/// </summary>
internal sealed class Officers
{
    public static readonly SigningKey Ministry = SigningKey.Generate();
    public static readonly SigningKey Department = SigningKey.Generate();
    public static readonly SigningKey Spare = SigningKey.Generate();

    private readonly Place place;

    public Officers(Place place)
    {
        this.place = place;
        Directory.CreateDirectory(place.Keys);
        place.Settings["Catalog:Keys:CreateIfMissing"] = "false";
        place.Settings["Catalog:Keys:Ceremony"] = Stick;
        Design = new()
        {
            Root = new(2, [Ministry.Public, Department.Public, Spare.Public]),
            Targets = new(2, [Ministry.Public, Department.Public, Spare.Public]),
            Snapshot = RoleSigners.One(Give("snapshot")),
            Timestamp = RoleSigners.One(Give("timestamp")),
            Feeds = new Dictionary<string, RoleSigners> { ["tinh"] = RoleSigners.One(Give("feed-tinh")) },
        };
    }

    public string Stick => Path.Combine(place.Folder, "stick");

    public RepositoryDesign Design { get; set; }

    public DateTimeOffset Today { get; } = TimeProvider.System.GetUtcNow();

    /// <summary>A new key in the catalog's folder, in place of the one of that name.</summary>
    public SigningKey Give(string name)
    {
        var key = SigningKey.Generate();
        File.WriteAllText(Path.Combine(place.Keys, $"{name}.pem"), key.ToPem());
        return key;
    }

    public void Lose(string name) => File.Delete(Path.Combine(place.Keys, $"{name}.pem"));

    public OfflineMetadata DraftRoot(OfflineMetadata? previous = null, int days = 730) =>
        OfflineMetadata.DraftRoot(Design, Owners, Today.AddDays(days), previous);

    public OfflineMetadata DraftTargets(OfflineMetadata? previous = null, int days = 365) =>
        OfflineMetadata.DraftTargets(Design, Owners, Today.AddDays(days), previous);

    public static OfflineMetadata Sign(OfflineMetadata draft) => draft.Sign(Ministry).Sign(Department);

    /// <summary>The first root and targets, signed, on the stick.</summary>
    public (OfflineMetadata Root, OfflineMetadata Targets) HoldCeremony(int days = 730)
    {
        Directory.CreateDirectory(Stick);
        var (root, targets) = (Sign(DraftRoot(days: days)), Sign(DraftTargets()));
        foreach (var file in new[] { root, targets })
        {
            File.WriteAllBytes(Path.Combine(Stick, file.FileName), file.Bytes.ToArray());
        }
        return (root, targets);
    }

    public static Task<HttpResponseMessage> Hand(
        HttpClient client,
        OfflineMetadata? root,
        OfflineMetadata? targets = null,
        bool dryRun = false
    ) =>
        client.PostAsJsonAsync(
            $"/api/catalog/plane/metadata?dryRun={dryRun}",
            new JsonObject
            {
                ["roots"] = root is null ? [] : new JsonArray(JsonNode.Parse(root.Bytes.Span)),
                ["targets"] = targets is null ? null : JsonNode.Parse(targets.Bytes.Span),
            }
        );

    private static Dictionary<string, string> Owners { get; } =
        new() { [Ministry.Public.KeyId] = "Bộ (mẫu)", [Department.Public.KeyId] = "Sở (mẫu)" };
}
